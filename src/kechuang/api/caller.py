"""Who calls: the public by address, or a person by a token or a session; counted, and never reaching further."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.errors import HttpError

from kechuang.api.choices import SCOPE_OF
from kechuang.api.limits import address_key, window_of
from kechuang.api.models import Token
from kechuang.api.selectors import token_of
from kechuang.api.services import token_note_use
from kechuang.directory.selectors import actor_for

ROOT = "/api/v1/"
LONGEST_KEY = 200


class Caller:
    """Let a request in; raise the ``HttpError`` that says why it is not.

    Without ``Authorization`` the public is answered (or who has signed in, from a page of the
    site itself). A key that does not hold is refused even for public rows: answering
    as the public would hide from a program that its key has ended.
    """

    openapi_security_schema = {"type": "http", "scheme": "bearer", "description": "本人建立的接口令牌；可以不带"}

    def __call__(self, request: HttpRequest) -> bool:
        sent = request.headers.get("Authorization", "")
        token = _token(request, sent) if sent else None
        caller, limit = (
            (f"token:{token.pk}", settings.KECHUANG_API["token_per_minute"])
            if token
            else (address_key(request), settings.KECHUANG_API["per_minute"])
        )
        window = window_of(caller, limit=limit)
        request.api_window = window  # type: ignore[attr-defined]
        if window.is_over:
            raise HttpError(429, _("每分钟最多 %(limit)d 次。") % {"limit": window.limit})
        if sent and token is None:
            raise HttpError(401, _("Authorization 须写作“Bearer 令牌”，且令牌未到期、未停用。"))
        if token is not None:
            _enter(request, token)
        return True


def _token(request: HttpRequest, sent: str) -> Token | None:
    scheme, _space, key = sent.partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key.isascii() or not 0 < len(key) <= LONGEST_KEY:
        return None
    return token_of(key=key, on=timezone.localdate())


def _enter(request: HttpRequest, token: Token) -> None:
    """Make the token's owner the actor, after asking whether this part is among the token's scopes."""
    scope = SCOPE_OF.get(request.path.removeprefix(ROOT).partition("/")[0])
    if scope not in token.scopes:
        label = scope.label if scope else request.path
        raise HttpError(403, _("此令牌的范围里没有“%(scope)s”。") % {"scope": label})
    request.actor = actor_for(user=token.owner, on=timezone.localdate())  # type: ignore[attr-defined]
    token_note_use(token=token, at=timezone.now())
