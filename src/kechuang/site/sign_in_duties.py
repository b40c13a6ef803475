"""What a signed-in person owes before going on: a second factor, a fresh password, a fresh proof of who it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar
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
from kechuang.kernel.models import Move
from kechuang.kernel.processes import process_of
from kechuang.site.deciding import decides, deciding_names
from kechuang.site.suspended import suspend

HAS_FACTOR, TOLD = "second_factor", "second_factor_told"
# Where a person must be able to go in any case: signing in and out, setting up what is owed.
FREE = ("account_", "mfa_", "usersessions_", "socialaccount_", "openid_connect_", "set_language", "health", "ui:")
# Acts that want a fresh proof, besides every step that decides (``deciding.py``) wherever it is taken.
SENSITIVE = frozenset(
    {
        "api:tokens",
        "directory:organisation_merge",
        "oversight:end_session",
        "oversight:file",
        "oversight:unlock",
        "plan:publish",
        "plan:restate",
        "plan:unlock",
        "platforms:ban",
        "platforms:ban_lift",
        "platforms:conceal",
        "review:commit",
        "review:draw",
        "review:expert_confirm",
        "review:pack",
        "review:release",
        "review:sheet_sign",
        "workbench:add_person",
        "workbench:delegate",
        "workbench:disable_person",
        "workbench:enable_person",
        "workbench:end_office_of",
        "workbench:grant_office",
    }
)
# Pages of one step are named so; the step is a word of their address.
STEP_PAGES = ("step", "move")
# Lists of people: looking is free, taking them away is not.
EXPORTS = frozenset({"workbench:people", "workbench:audit", "oversight:subject", "review:experts"})


_asked: ContextVar[HttpRequest | None] = ContextVar("asked", default=None)


class ProofOwed(Exception):
    """A step that decides was about to be taken on a proof that is too old; it is undone, proven, and taken again."""


class SignInDutiesMiddleware:
    """Leads to what is owed. Stands after ``ActorMiddleware``; costs nothing where nothing is asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _asked.set(request)
        try:
            return self.get_response(request)
        finally:
            _asked.reset(token)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Lead to proving who it is when a step was undone for want of it."""
        return proof_asked(request) if isinstance(exception, ProofOwed) else None

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
    return proof_asked(request)


def step_proven(move: Move) -> None:
    """Undo a step that decides, from whichever page it was taken, when the proof of who it is is too old.

    Called in the step's own transaction, so that no page and no button can be forgotten. Raises ``ProofOwed``.
    """
    request = _asked.get()
    if request is None or not _confirms() or request.user.pk != move.actor_id or proven_recently(request):
        return
    process = process_of(move.subject.process_version_id)  # type: ignore[union-attr]  # it was just moved
    if any(decides(process, step) for step in process.steps if step.name == move.step):
        raise ProofOwed


def proof_asked(request: HttpRequest) -> HttpResponse:
    """Return the way to proving who it is, and from there back."""
    ways = get_adapter(request).get_reauthentication_methods(request.user)
    if not ways:
        messages.warning(request, _("请先设好动态口令或通行密钥，办理这类事项前要用它验证身份。"))
        return _led(request, reverse("mfa_index"))
    if suspend(request):
        messages.info(request, _("请先验证身份；刚才填写的内容都还在，验证后再按一次即可提交。"))
    elif request.method != "GET":
        messages.info(request, _("请先验证身份，再重新提交。"))
    return _led(request, f"{ways[0]['url']}?{urlencode({'next': _back(request)})}")


def _led(request: HttpRequest, address: str) -> HttpResponse:
    """Lead the whole page there, also when only a part of it was asked for."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def is_sensitive(request: HttpRequest, name: str, kwargs: dict[str, Any]) -> bool:
    """Tell whether the address decides something, gives power, or takes personal data away."""
    if name in SENSITIVE or (name in EXPORTS and request.GET.get("format")):
        return True
    steps = {value for value in kwargs.values() if isinstance(value, str)} if name.endswith(STEP_PAGES) else set()
    return bool(steps and steps & deciding_names())


def proven_recently(request: HttpRequest) -> bool:
    """Tell whether the last proof of who it is, at sign-in or since, is fresh enough."""
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < _confirms()


def _back(request: HttpRequest) -> str:
    """Return where to go on: the page itself, or for a button the page it stood on."""
    if request.method == "GET":
        return request.get_full_path()
    came = urlsplit(request.headers.get("referer", ""))
    if came.netloc != request.get_host() or not came.path:
        return "/"
    return f"{came.path}?{came.query}" if came.query else came.path
