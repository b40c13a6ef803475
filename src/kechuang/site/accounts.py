"""Signing in: nobody opens an account for himself, and five wrong passwords lock the account for a while."""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

TOO_MANY_REQUESTS = 429


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are opened by an administrator or by their unit, never at the door."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return ``False``: there is no public sign-up."""
        return False


def account_name(request: HttpRequest | None, credentials: Mapping[str, Any] | None) -> str:
    """Return the one name under which failed tries are counted, whether a user name or an e-mail was typed."""
    given = credentials or (request.POST if request else {})
    typed = str(given.get("username") or given.get("email") or given.get("login") or "").strip()
    if "@" in typed:
        found = get_user_model().objects.filter(email__iexact=typed).values_list("username", flat=True).first()
        typed = str(found or typed)
    return typed.lower()


def locked_out(request: HttpRequest, credentials: Mapping[str, Any] | None = None, *_rest: object) -> HttpResponse:
    """Answer a locked account: the sentence says how long, never whether the account exists."""
    sentence = _("连续输错次数过多，该帐号已暂停登录 15 分钟。请稍后再试，或联系系统管理员。")
    if request.headers.get("accept", "").startswith("application/json"):
        return JsonResponse({"detail": sentence}, status=TOO_MANY_REQUESTS)
    return render(
        request, "site/locked_out.html", {"heading": _("暂停登录"), "sentence": sentence}, status=TOO_MANY_REQUESTS
    )
