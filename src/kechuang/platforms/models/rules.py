"""The rules of a platform's life as the catalogue had them: numbered, never changed; a case stays on its own."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class LifeRule(models.Model):
    """One version of a scheme, an index system, a report's form or the rules of change and ending.

    ``definition`` is JSON text with everything needed to read it again. ``current`` marks the newest of its code while
    the catalogue still has it.
    """

    class Kind(models.TextChoices):
        SCHEME = "scheme", _("评价办法")
        SYSTEM = "system", _("指标体系")
        REPORT = "report", _("年度报告表式")
        LIFE = "life", _("变更与退出规则")

    kind = models.CharField(_("种类"), max_length=10, choices=Kind)
    code = models.CharField(_("代码"), max_length=60)
    number = models.PositiveIntegerField(_("版本号"))
    title = models.CharField(_("名称"), max_length=120)
    template = models.BooleanField(_("模板"), default=True)
    definition = models.TextField(_("定义"))
    fingerprint = models.CharField(_("指纹"), max_length=64)
    current = models.BooleanField(_("现行"), default=True)
    loaded_at = models.DateTimeField(_("载入时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("运行规则")
        verbose_name_plural = verbose_name
        ordering = ["kind", "code", "number"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code", "number"], name="platforms_one_rule_per_number"),
            models.UniqueConstraint(
                fields=["kind", "code"], condition=models.Q(current=True), name="platforms_one_current_rule"
            ),
        ]

    def __str__(self) -> str:
        return str(_("%(title)s（第 %(number)s 版）") % {"title": self.title, "number": self.number})

    @cached_property
    def data(self) -> dict[str, Any]:
        """Return the definition as plain data."""
        found: dict[str, Any] = json.loads(self.definition)
        return found
