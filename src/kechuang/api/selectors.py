"""Reading tokens: a person's own, and the one behind a key that was sent."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from django.db.models import QuerySet

from kechuang.api.access import TOKENS
from kechuang.api.models import Token
from kechuang.kernel.access import Actor


def digest_of(key: str) -> str:
    """Return what is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def tokens_for(*, actor: Actor) -> QuerySet[Token]:
    """Return the tokens ``actor`` made, newest first."""
    return TOKENS.visible(Token.objects.all(), actor)


def token_of(*, key: str, on: date) -> Token | None:
    """Return the token a key opens on ``on``; ``None`` for an unknown, ended or revoked one, or a closed account."""
    rows = Token.objects.select_related("owner").filter(
        digest=digest_of(key), revoked_at=None, expires_on__gte=on, owner__is_active=True
    )
    return rows.first()


def owners_using(since: datetime) -> set[int]:
    """Return whose tokens (keys of people) were used since then."""
    return set(Token.objects.filter(last_used_at__gte=since).values_list("owner_id", flat=True))
