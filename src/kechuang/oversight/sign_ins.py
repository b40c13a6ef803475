"""Writes down every sign-in, sign-out and refused try: who, when, how, from where (GB/T 22239-2019 8.1.4.3)."""

from __future__ import annotations

from typing import Any

from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from kechuang.directory.models import User
from kechuang.kernel.audit import source_of
from kechuang.kernel.audit_reads import REFUSED, SIGNED_IN, SIGNED_OUT, sign_in_record

NAMES = ("username", "email", "login")


def listen() -> None:
    """Hear of every sign-in from now on."""
    heard = (
        (user_logged_in, _signed_in),
        (user_logged_out, _signed_out),
        (user_login_failed, _refused),
        (authentication_failed, _factor_refused),
    )
    for signal, listener in heard:
        signal.connect(listener, dispatch_uid=f"oversight.{listener.__name__}")


def _signed_in(sender: Any, *, request: HttpRequest | None = None, user: User, **told: Any) -> None:
    _write(SIGNED_IN, user.pk, request, is_proven=True, way=_way(request))


def _signed_out(sender: Any, *, request: HttpRequest | None = None, user: User | None = None, **told: Any) -> None:
    if user is not None:
        _write(SIGNED_OUT, user.pk, request, is_proven=True)


def _refused(sender: Any, *, credentials: dict[str, Any], request: HttpRequest | None = None, **told: Any) -> None:
    name = next((str(credentials[key]) for key in NAMES if credentials.get(key)), "").replace("\0", "")
    field = "email__iexact" if "@" in name else "username__iexact"
    person = User.objects.filter(**{field: name}).values_list("pk", flat=True).first() if name else None
    _write(REFUSED, person, request, way="password")


def _factor_refused(sender: Any, *, request: HttpRequest | None = None, user: User, **told: Any) -> None:
    _write(REFUSED, user.pk, request, way="second factor")


def _write(
    operation: str, person: int | None, request: HttpRequest | None, *, is_proven: bool = False, way: str = ""
) -> None:
    source = source_of(request) if request is not None else ""
    sign_in_record(operation=operation, person=person, is_proven=is_proven, source=source, way=way)


def _way(request: HttpRequest | None) -> str:
    """Return by what it was proven: password, a code, a passkey, single sign-on."""
    session = getattr(request, "session", None)
    methods = session.get("account_authentication_methods", []) if session is not None else []
    return "+".join(str(one.get("type") or one.get("method", "")) for one in methods)
