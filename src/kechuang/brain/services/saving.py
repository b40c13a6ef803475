"""Saving a search, asking to be told of news or not, and dropping it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.brain import access
from kechuang.brain.models import SavedSearch
from kechuang.brain.words import asked
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused


@transaction.atomic
def search_save(*, text: str, facets: list[str], actor: Actor, alerts: bool = True) -> SavedSearch:
    """Keep a question for ``actor``; one that is kept already is only asked to alert, or not, as now wanted.

    Raises ``NotAllowed`` for the public, ``Refused`` for a question that asks nothing and beyond fifty.
    """
    person = actor.person_id
    question = asked(text)
    if not question:
        raise Refused(_("没有可检索的文字，不能保存。请先输入要检索的内容。"), field="q")
    known = SavedSearch.objects.filter(person_id=person)
    if known.count() >= SavedSearch.MOST and not known.filter(text=question.text, facets=sorted(facets)).exists():
        raise Refused(_("每人最多保存 %(most)d 项检索，请先删除不用的。") % {"most": SavedSearch.MOST}, field="q")
    saved, is_new = SavedSearch.objects.get_or_create(
        person_id=person, text=question.text, facets=sorted(facets), defaults={"alerts": alerts}
    )
    if not is_new:
        search_alert(saved=saved, actor=actor, alerts=alerts)
    return saved


@transaction.atomic
def search_alert(*, saved: SavedSearch, actor: Actor, alerts: bool) -> None:
    """Have ``actor`` told of new answers, or no more; news begin now."""
    access.SAVED.require(actor, "change", saved)
    if saved.alerts != alerts:
        saved.alerts, saved.told_until = alerts, timezone.now()
        saved.save(update_fields=["alerts", "told_until"])


@transaction.atomic
def search_drop(*, saved: SavedSearch, actor: Actor) -> None:
    """Drop a saved search."""
    access.SAVED.require(actor, "remove", saved)
    saved.delete()
