"""Tokens of people, and how often each caller asked in the running minute."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kechuang.api.choices import Scope


class Token(models.Model):
    """A key a person made for a program of one's own (接口令牌).

    Only its SHA-256 is kept: the key is random enough that nobody finds it by trying, and shown
    once. What it may read is asked of its owner's offices at every call, so it never
    reaches further than its owner and ends with the owner's account.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens", verbose_name=_("持有人")
    )
    name = models.CharField(_("用途"), max_length=60)
    scopes = ArrayField(models.CharField(max_length=20), verbose_name=_("范围"))
    start = models.CharField(_("开头"), max_length=12)
    digest = models.CharField(_("摘要"), max_length=64, unique=True)
    made_at = models.DateTimeField(_("建立时间"), auto_now_add=True)
    expires_on = models.DateField(_("到期日"))
    revoked_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("最近使用"), null=True, blank=True)

    class Meta:
        verbose_name = _("接口令牌")
        verbose_name_plural = verbose_name
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(scopes=[]), name="api_token_reads_something"),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(revoked_at__gte=F("made_at")), name="api_token_revoked_after_made"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.start}…"

    @property
    def scope_words(self) -> list[str]:
        """Return the parts it reads, in words."""
        return [str(Scope(scope).label) for scope in self.scopes]


class Usage(models.Model):
    """How often one caller asked in ``minute`` (since 1970); one row a caller, overwritten each minute.

    ``caller`` is a token's key or a keyed digest of an address: addresses themselves are not kept.
    """

    caller = models.CharField(_("调用者"), max_length=80, unique=True)
    minute = models.BigIntegerField(_("分钟"), db_index=True)
    count = models.PositiveIntegerField(_("次数"))

    class Meta:
        verbose_name = _("接口用量")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return f"{self.caller} {self.count}"
