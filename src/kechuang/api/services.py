"""Making and ending tokens; noting that one was used; clearing what is no longer counted."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.api.access import TOKENS
from kechuang.api.choices import LONGEST_DAYS, MOST_TOKENS, Scope
from kechuang.api.models import Token, Usage
from kechuang.api.selectors import digest_of
from kechuang.directory.models import User
from kechuang.kernel import notices
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused

PREFIX = "kc_"
NOTED_EVERY = timedelta(hours=1)
KEPT_MINUTES = 24 * 60


class Issued(NamedTuple):
    """A token with its key, which is known at this moment only."""

    token: Token
    key: str


@transaction.atomic
def token_issue(*, name: str, scopes: Collection[str], expires_on: date, actor: Actor) -> Issued:
    """Make a token for ``actor``. Raises ``Refused`` for an unknown scope, a day out of reach or too many tokens."""
    owner = User.objects.select_for_update().get(pk=actor.person_id)  # two requests must not pass the limit together
    if not scopes or set(scopes) - set(Scope.values):
        raise Refused(_("请至少选一个范围，而且只能从所列的范围里选。"), field="scopes")
    if not actor.today < expires_on <= actor.today + timedelta(days=LONGEST_DAYS):
        raise Refused(_("到期日须在明天至 %(days)d 天之内。") % {"days": LONGEST_DAYS}, field="expires_on")
    if Token.objects.filter(owner=owner, revoked_at=None, expires_on__gte=actor.today).count() >= MOST_TOKENS:
        raise Refused(_("每人最多 %(most)d 个有效令牌，请先停用不用的。") % {"most": MOST_TOKENS})
    key = PREFIX + secrets.token_urlsafe(32)
    token = Token(
        owner=owner,
        name=name.strip(),
        scopes=sorted(scopes),
        start=key[:8],
        digest=digest_of(key),
        expires_on=expires_on,
    )
    token.full_clean(exclude=["digest"])
    token.save()
    notices.wanted(
        people=[owner.pk],
        key=f"token:{token.pk}",
        text=_("您的账号新建了接口令牌“%(name)s”") % {"name": token.name},
        url=reverse("api:tokens"),
        because=_("如果不是您本人所为，请立即停用该令牌，并联系安全管理员。"),
        urgent=True,
    )
    return Issued(token, key)


@transaction.atomic
def token_revoke(*, token: Token, actor: Actor) -> Token:
    """End a token at once. Raises ``NotAllowed`` to anybody but its owner; ending it again changes nothing."""
    TOKENS.require(actor, "revoke", token)
    found = Token.objects.select_for_update().get(pk=token.pk)
    if found.revoked_at is None:
        found.revoked_at = timezone.now()
        found.save(update_fields=["revoked_at"])
    return found


def token_note_use(*, token: Token, at: datetime) -> None:
    """Note that a token was used; once an hour, so that reading does not fill the audit trail."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=at - NOTED_EVERY)
    if token.last_used_at is None or token.last_used_at < at - NOTED_EVERY:
        Token.objects.filter(stale, pk=token.pk).update(last_used_at=at)


def usage_clear(*, minute: int) -> int:
    """Remove callers not heard of for a day before ``minute``; return how many."""
    return Usage.objects.filter(minute__lt=minute - KEPT_MINUTES).delete()[0]
