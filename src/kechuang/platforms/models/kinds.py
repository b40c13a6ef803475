"""What can be recognised and by whom: levels, types, the competent department."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import Department, Span


class Level(models.TextChoices):
    """How high a platform stands (级别); codes are the catalogue's, in rising order."""

    CULTIVATED = "cultivated", _("培育")
    MUNICIPAL = "municipal", _("市级")
    PROVINCIAL = "provincial", _("省级")
    NATIONAL = "national", _("国家级")


LEVEL_ORDER = {level: place for place, level in enumerate(Level.values)}


class PlatformKind(models.Model):
    """A type of platform (平台类别) as the catalogue has it; a row, not a release (C106).

    ``directions`` are the labels a platform of this type may name as its industrial direction,
    ``extra_fields`` the fields only this type has (code, label, kind, unit, choices; ``platforms.own``).
    """

    code = models.CharField(_("类别"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=60, unique=True)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    directions: models.JSONField[list[str], list[str]] = models.JSONField(_("产业方向"), default=list, blank=True)
    extra_fields: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        _("本类事项"), default=list, blank=True
    )

    class Meta:
        verbose_name = _("平台类别")
        verbose_name_plural = verbose_name
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class Competence(models.Model):
    """Which department is competent for a type at a level, from when until when (归口管理).

    ``recorded`` marks what a transfer of competence entered here: the catalogue, when it is
    loaded again, leaves that type and level alone.
    """

    kind = models.ForeignKey(PlatformKind, on_delete=models.CASCADE, related_name="competences")
    level = models.CharField(_("级别"), max_length=20, choices=Level)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="competences")
    partners = models.CharField(_("协同部门"), max_length=120, blank=True)
    recognised_by = models.CharField(_("认定机关"), max_length=120)
    named = models.CharField(_("该级名称"), max_length=60, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    document = models.CharField(_("依据"), max_length=200, blank=True)
    article = models.CharField(_("条款"), max_length=60, blank=True)
    start = models.DateField(_("起"), null=True, blank=True, help_text=_("留空表示起始日未查到。"))
    closed = models.BooleanField(_("不再认定"), default=False)
    end = models.DateField(_("止（不含）"), null=True, blank=True)
    template = models.BooleanField(_("模板"), default=True)
    recorded = models.BooleanField(_("调整登记"), default=False, editable=False)

    class Meta:
        verbose_name = _("归口管理")
        verbose_name_plural = verbose_name
        ordering = ["kind__order", "level", "start"]
        constraints = [
            ExclusionConstraint(
                name="platforms_one_competent_department_a_day",
                violation_error_message=_("同一类别、级别在同一天只能有一个归口部门。"),
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    ("level", RangeOperators.EQUAL),
                    (Span(F("start"), F("end"), RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.get_level_display()}: {self.department}"
