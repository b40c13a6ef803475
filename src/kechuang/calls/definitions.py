"""The stored versions of items as typed objects: read once per program run, since versions never change."""

from __future__ import annotations

from functools import lru_cache

from kechuang.calls.models import ItemVersion
from kechuang.catalogue.items import ServiceItem


@lru_cache(maxsize=256)
def definition_of(version_id: int) -> ServiceItem:
    """Return the item as version ``version_id`` says it is."""
    return ServiceItem.model_validate_json(ItemVersion.objects.get(pk=version_id).definition)
