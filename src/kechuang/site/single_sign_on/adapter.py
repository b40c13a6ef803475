"""Whose account a person from outside gets: one that is there already, and no other."""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext as _

FORBIDDEN = 403


class KnownPeopleOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Links an identity to the one open account with the same verified mail address; opens none, grants nothing."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Return ``False``: accounts are opened by the system administrator."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find the account; answer a page that says what to do where there is none or more than one."""
        if sociallogin.is_existing or request.user.is_authenticated:
            return
        verified = {address.email.lower() for address in sociallogin.email_addresses if address.verified is True}
        people = [
            user for mail in verified for user in get_user_model().objects.filter(email__iexact=mail, is_active=True)
        ]
        if len(people) != 1:
            raise ImmediateHttpResponse(_unknown(request))
        sociallogin.connect(request, people[0])

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Answer what could not be believed with one sentence that tells an attacker nothing."""
        raise ImmediateHttpResponse(
            _page(request, _("统一身份认证没有成功"), _("认证结果没有通过核验，或已过时。请回到登录页再试一次。"))
        )


def _unknown(request: HttpRequest) -> Any:
    sentence = _("没有与您的身份对应的账号，或对方没有证明您的电子邮箱。请联系系统管理员开设账号，并登记同一个邮箱。")
    return _page(request, _("还没有账号"), sentence)


def _page(request: HttpRequest, heading: str, sentence: str) -> Any:
    return render(request, "site/locked_out.html", {"heading": heading, "sentence": sentence}, status=FORBIDDEN)
