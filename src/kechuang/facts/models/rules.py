"""Rules of the catalogue as numbered versions (条件规则版本)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import Organisation
from kechuang.kernel.models import AppendOnly


class RuleVersion(AppendOnly):
    """One version of a rule set as the catalogue wrote it; what began under it stays on it.

    ``definition`` is JSON text: the rule as written and the metrics it names, so that it is read again without the
    dictionary of the day. ``type`` and ``level`` are the catalogue's codes, ``type_name`` and ``level_name`` what
    they were called. A rule that left the catalogue ends with a version that is ``withdrawn``. In force from
    ``effective_from`` until before ``effective_to``; ``None`` where the document's days are not known.
    """

    code = models.CharField(_("代码"), max_length=120)
    number = models.PositiveIntegerField(_("版本号"))
    title = models.CharField(_("规则"), max_length=200)
    purpose = models.CharField(_("用途"), max_length=40)
    type = models.CharField(_("平台类别"), max_length=60)
    type_name = models.CharField(_("平台类别"), max_length=60)
    level = models.CharField(_("级别"), max_length=40)
    level_name = models.CharField(_("级别"), max_length=40)
    template = models.BooleanField(_("性质"))
    document = models.CharField(_("依据文件"), max_length=200, blank=True)
    effective_from = models.DateField(_("施行日期"), null=True)
    effective_to = models.DateField(_("失效日期"), null=True)
    withdrawn = models.BooleanField(_("已撤下"), default=False)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    definition = models.TextField(_("定义"))
    fingerprint = models.CharField(_("指纹"), max_length=64)
    loaded_at = models.DateTimeField(_("载入时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("条件规则版本")
        verbose_name_plural = verbose_name
        ordering = ["order", "code", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="facts_one_rule_version_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"

    def in_force(self, on: date) -> bool:
        """Tell whether the document was in force on a day, as far as its days are known."""
        begun = self.effective_from is None or self.effective_from <= on
        return begun and (self.effective_to is None or on < self.effective_to) and not self.withdrawn


class Candidate(Organisation):
    """An organisation, asked who may read what rules say of it (被判定单位)."""

    class Meta:
        proxy = True
        verbose_name = _("被判定单位")
        verbose_name_plural = verbose_name
