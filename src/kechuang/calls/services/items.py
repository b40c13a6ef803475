"""Items of the catalogue become rows and numbered versions; what no longer stands there is offered no more."""

from __future__ import annotations

import hashlib

from django.db import transaction

from kechuang.calls.models import ItemVersion, ServiceItem
from kechuang.catalogue.items import ServiceItem as Written
from kechuang.catalogue.whole import Catalogue
from kechuang.directory.models import Department


@transaction.atomic
def items_store(catalogue: Catalogue) -> list[ItemVersion]:
    """Store every item of ``catalogue`` whose content is new as its next version; return the new ones."""
    departments = {row.code: row for row in Department.objects.all()}
    new = [version for item in catalogue.items.values() if (version := _store(item, departments[item.department]))]
    ServiceItem.objects.exclude(code__in=catalogue.items).filter(offered=True).update(offered=False)
    return new


def _store(written: Written, department: Department) -> ItemVersion | None:
    item, _made = ServiceItem.objects.update_or_create(
        code=written.item,
        defaults={
            "title": written.title,
            "group": written.group,
            "department": department,
            "always_open": written.always_open,
            "template": written.template,
            "offered": True,
        },
    )
    definition = written.model_dump_json()
    fingerprint = hashlib.sha256(definition.encode()).hexdigest()
    last = item.versions.order_by("-number").first()
    if last and last.fingerprint == fingerprint:
        return None
    number = last.number + 1 if last else 1
    return ItemVersion.objects.create(item=item, number=number, definition=definition, fingerprint=fingerprint)


def items_load(catalogue: Catalogue) -> None:
    """Take in the items of a catalogue that is being loaded."""
    items_store(catalogue)
