"""What a host asks for (变更), and what the city recommends upwards (推荐)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import Department, Organisation
from kechuang.kernel.models import Attachment, Stateful
from kechuang.platforms.models.cases import OfPlatform
from kechuang.platforms.models.kinds import PlatformKind
from kechuang.platforms.models.platform import Platform
from kechuang.platforms.models.pool import RECOGNISED
from kechuang.platforms.models.rules import LifeRule


class ChangeRequest(OfPlatform):
    """A host's request to change something of its platform; ``values`` are written to the register when it ends well.

    ``values`` holds field → stored value (keys of related rows as numbers), ``shown`` the same in words.
    """

    process = "platform_change"

    rules = models.ForeignKey(LifeRule, on_delete=models.PROTECT, related_name="+", verbose_name=_("规则"))
    kind = models.CharField(_("变更事项"), max_length=40)
    kind_label = models.CharField(_("变更事项名称"), max_length=60)
    mode = models.CharField(_("办理方式"), max_length=10)
    on = models.DateField(_("生效日期"))
    values: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("变更内容"))
    shown: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(_("变更后"))
    reason = models.TextField(_("理由"), max_length=2000)
    scan = models.ForeignKey(
        Attachment, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("证明材料")
    )

    class Meta:
        verbose_name = _("变更申请")
        verbose_name_plural = verbose_name
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind_label} {self.platform_name}"


class Recommendation(Stateful):
    """A recommendation to a higher body, and the decision that came back (文号、日期、扫描件).

    ``programme`` names what is not a type of the catalogue: a talent programme, a higher-level project.
    """

    process = "recommendation"

    number = models.CharField(_("编号"), max_length=20, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("推荐对象")
    )
    platform = models.ForeignKey(
        Platform,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="recommendations",
        verbose_name=_("平台"),
    )
    kind = models.ForeignKey(
        PlatformKind, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("类别")
    )
    level = models.CharField(_("级别"), max_length=20, choices=RECOGNISED, blank=True)
    programme = models.CharField(_("项目或计划"), max_length=120, blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("推荐部门"))
    recommended_on = models.DateField(_("推荐日期"))
    document_number = models.CharField(_("推荐文号"), max_length=80, blank=True)
    place = models.PositiveSmallIntegerField(_("推荐排序"), null=True, blank=True)
    decided_on = models.DateField(_("决定日期"), null=True, blank=True)
    decided_by = models.CharField(_("决定机关"), max_length=120, blank=True)
    decision_number = models.CharField(_("决定文号"), max_length=80, blank=True)
    scan = models.ForeignKey(
        Attachment, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("决定扫描件")
    )
    is_sample = models.BooleanField(_("示例"), default=False, editable=False)

    class Meta:
        verbose_name = _("向上推荐")
        verbose_name_plural = verbose_name
        ordering = ["-recommended_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__isnull=False) | ~Q(programme=""), name="platforms_recommended_for_something"
            ),
            models.CheckConstraint(
                condition=~Q(state="recognised") | (Q(decided_on__isnull=False) & ~Q(decision_number="")),
                name="platforms_outside_decision_has_its_document",
            ),
        ]

    def __str__(self) -> str:
        return self.number
