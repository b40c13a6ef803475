"""Signing in: nobody opens an account for himself, five wrong passwords lock it, and each change of it is told."""

import uuid
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.directory.models import User
from kechuang.kernel import notices

TOO_MANY_REQUESTS = 429


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are opened by an administrator or by their unit, never at the door."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return ``False``: there is no public sign-up."""
        return False

    def send_notification_mail(
        self, template_prefix: str, user: User, context: Mapping[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell a person of a change to one's own sign-in: through the outbox, and at the mail address that was left.

        ``email`` is the address of before, where it is the address that changed.
        """
        what = told_of(template_prefix)
        say(user, what)
        if email and email != user.email:
            subject = f"{settings.KECHUANG_SITE_NAME}：{what}"
            body = f"{what}。\n{ALARM}\n{_('此邮箱不再接收该账号的消息。')}\n"
            EmailMessage(subject, body, to=[email]).send(fail_silently=True)


ALARM = gettext_lazy("如果不是您本人所为，请立即联系安全管理员，并更改口令。")
CHANGES = {
    "password_changed": gettext_lazy("您的登录口令已更改"),
    "password_set": gettext_lazy("您的账号已设置登录口令"),
    "password_reset": gettext_lazy("您的登录口令已重新设置"),
    "email_changed": gettext_lazy("您账号的邮箱已更改"),
    "email_deleted": gettext_lazy("您账号的一个邮箱已删除"),
    "totp_activated": gettext_lazy("您的账号已启用动态口令"),
    "totp_deactivated": gettext_lazy("您账号的动态口令已停用"),
    "recovery_codes_generated": gettext_lazy("您账号的恢复码已重新生成，以前的恢复码作废"),
    "webauthn_added": gettext_lazy("您的账号添加了一把通行密钥"),
    "webauthn_removed": gettext_lazy("您账号的一把通行密钥已删除"),
    "account_connected": gettext_lazy("您的账号已关联统一身份认证"),
    "account_disconnected": gettext_lazy("您的账号已取消关联统一身份认证"),
}


def told_of(template_prefix: str) -> str:
    """Return the sentence for what allauth names by the path of its mail's template."""
    return str(CHANGES.get(template_prefix.rpartition("/")[2], _("您账号的登录方式已更改")))


def say(user: User, what: str) -> None:
    """Put into the outbox that something about a person's sign-in changed; each change is told."""
    notices.wanted(
        people=[user.pk],
        key=f"security:{uuid.uuid4().hex}",
        text=what,
        url=reverse("usersessions_list"),
        because=str(ALARM),
        urgent=True,
    )


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
