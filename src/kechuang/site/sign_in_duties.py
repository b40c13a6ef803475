"""What a signed-in person owes before going on: a second factor, a fresh password, a fresh proof of who it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.db.models import Min
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.directory.models import Office

HAS_FACTOR, TOLD = "second_factor", "second_factor_told"
# Where a person must be able to go in any case: signing in and out, setting up what is owed.
FREE = ("account_", "mfa_", "usersessions_", "socialaccount_", "openid_connect_", "set_language", "health", "ui:")
# Acts that want a fresh proof; a set narrows a page of several steps to those that decide.
DECIDING = frozenset(
    {"approve", "decide", "deregister", "dismiss", "enact", "grade", "lift", "publish", "refuse", "regrade"}
    | {"reinstate", "reject", "remove", "revoke", "sign", "uphold", "void"}
)
SENSITIVE: dict[str, frozenset[str] | None] = {
    "workbench:grant_office": None,
    "workbench:end_office_of": None,
    "workbench:add_person": None,
    "workbench:disable_person": None,
    "workbench:delegate": None,
    "oversight:file": None,
    "oversight:unlock": None,
    "oversight:end_session": None,
    "review:sheet_sign": None,
    "review:release": None,
    "review:pack": None,
    "calls:step": DECIDING,
    "platforms:recognition_move": DECIDING,
    "platforms:move": DECIDING,
    "platforms:life_step": DECIDING,
    "review:round_step": DECIDING,
}
# Lists of people: looking is free, taking them away is not.
EXPORTS = frozenset({"workbench:people", "workbench:audit", "oversight:subject", "review:experts"})


class SignInDutiesMiddleware:
    """Leads to what is owed. Stands after ``ActorMiddleware``; costs nothing where nothing is asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> HttpResponse | None:
        """Answer with the way to what is owed, ``None`` when nothing is."""
        if not any((settings.KECHUANG_SECOND_FACTOR_ROLES, settings.KECHUANG_PASSWORD_DAYS, _confirms())):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name.startswith(FREE) or not request.user.is_authenticated:
            return None
        return second_factor_owed(request) or password_owed(request) or proof_owed(request, name, kwargs)


def _confirms() -> int:
    return int(settings.KECHUANG_CONFIRM_SECONDS)


def second_factor_owed(request: HttpRequest) -> HttpResponse | None:
    """Lead a person whose office asks for a second factor to setting one up, once the grace is over."""
    roles = settings.KECHUANG_SECOND_FACTOR_ROLES
    if not roles or request.session.get(HAS_FACTOR):
        return None
    offices = request.actor.offices  # type: ignore[attr-defined]
    held = [office.office_id for office in offices if office.role in roles and office.office_id]
    if not held:
        return None
    factors = Authenticator.objects.filter(user=request.user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES)
    if factors.exists():
        request.session[HAS_FACTOR] = True
        return None
    until = _last_day(held)
    if until > timezone.localdate():
        if not request.session.get(TOLD):
            request.session[TOLD] = True
            messages.warning(request, _("您的岗位须使用动态口令或通行密钥，请在 %(day)s 前设好。") % {"day": until})
        return None
    messages.warning(request, _("您的岗位须使用动态口令或通行密钥。请先设好，再继续办理。"))
    return HttpResponseRedirect(reverse("mfa_index"))


def _last_day(held: list[int]) -> date:
    since = Office.objects.filter(pk__in=held).aggregate(since=Min("start"))["since"] or timezone.localdate()
    last: date = since + timedelta(days=settings.KECHUANG_SECOND_FACTOR_DAYS)
    return last


def password_owed(request: HttpRequest) -> HttpResponse | None:
    """Lead a person whose password is older than the profile allows to changing it."""
    days = settings.KECHUANG_PASSWORD_DAYS
    user: Any = request.user
    if not days or not user.has_usable_password():
        return None
    since = user.password_changed_at or user.date_joined
    if timezone.now() - since < timedelta(days=days):
        return None
    messages.warning(request, _("口令已超过 %(days)s 天，请更换后继续。") % {"days": days})
    return HttpResponseRedirect(reverse("account_change_password"))


def proof_owed(request: HttpRequest, name: str, kwargs: dict[str, Any]) -> HttpResponse | None:
    """Ask again who it is before a sensitive act, when the last proof is too old."""
    if not _confirms() or not is_sensitive(request, name, kwargs) or proven_recently(request):
        return None
    ways = get_adapter(request).get_reauthentication_methods(request.user)
    if not ways:
        messages.warning(request, _("请先设好动态口令或通行密钥，办理这类事项前要用它验证身份。"))
        return HttpResponseRedirect(reverse("mfa_index"))
    if request.method != "GET":
        messages.info(request, _("请先验证身份，再重新提交。"))
    return HttpResponseRedirect(f"{ways[0]['url']}?{urlencode({'next': _back(request)})}")


def is_sensitive(request: HttpRequest, name: str, kwargs: dict[str, Any]) -> bool:
    """Tell whether the address decides something, gives power, or takes personal data away."""
    if name in EXPORTS and request.GET.get("format"):
        return True
    steps = SENSITIVE.get(name, frozenset())
    return steps is None or any(value in steps for value in kwargs.values())


def proven_recently(request: HttpRequest) -> bool:
    """Tell whether the last proof of who it is, at sign-in or since, is fresh enough."""
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < _confirms()


def _back(request: HttpRequest) -> str:
    """Return where to go on: the page itself, or for a button the page it stood on."""
    if request.method == "GET":
        return request.get_full_path()
    came = urlsplit(request.headers.get("referer", ""))
    return f"{came.path}?{came.query}" if came.netloc == request.get_host() and came.path else "/"
