"""Who keeps saved searches. Who finds what is not written here: ``brain.rights`` reads it off each room's own table."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.brain.models import SavedSearch
from kechuang.kernel.access import NOTHING, PUBLIC, AccessTable, Actor, Allow, Office


def _own(actor: Actor, office: Office) -> Q:
    return NOTHING if actor.user_id is None else Q(person_id=actor.user_id)


SAVED = AccessTable(SavedSearch, (Allow(("view", "change", "remove"), PUBLIC, _own, _("您本人保存的检索")),))
