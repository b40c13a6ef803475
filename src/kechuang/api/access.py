"""Who sees and ends a token: its owner, and nobody else; the auditor reads the trail of all of them."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.api.models import Token
from kechuang.kernel.access import NOTHING, PUBLIC, AccessTable, Actor, Allow, Office


def _own(actor: Actor, office: Office) -> Q:
    return NOTHING if actor.user_id is None else Q(owner_id=actor.user_id)


TOKENS = AccessTable(Token, (Allow(("view", "revoke"), PUBLIC, _own, _("本人建立的接口令牌")),))
