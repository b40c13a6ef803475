"""People, offices, departments, counties, and organisations over time."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Span(Func):
    """``[from, until)`` of two date columns as a range, for exclusion constraints."""

    function = "DATERANGE"
    output_field = DateRangeField()


class County(models.Model):
    """A county-level unit (县、区), or a management committee (管委会) without a national code.

    ``tile_row`` and ``tile_column`` place it on the schematic map (0, 0 is the north-west).
    """

    code = models.CharField(_("代码"), max_length=20, unique=True)
    division_code = models.CharField(_("行政区划代码"), max_length=6, blank=True)
    name = models.CharField(_("名称"), max_length=40, unique=True)
    short_name = models.CharField(_("简称"), max_length=20)
    tile_row = models.PositiveSmallIntegerField(_("示意图行"), default=0)
    tile_column = models.PositiveSmallIntegerField(_("示意图列"), default=0)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)

    class Meta:
        verbose_name = _("县区")
        verbose_name_plural = verbose_name
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.short_name


class Division(models.Model):
    """A code of GB/T 2260, today's or a ``former`` one that still stands in old numbers (行政区划代码)."""

    code = models.CharField(_("代码"), max_length=6, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    former = models.BooleanField(_("旧代码"), default=False)

    class Meta:
        verbose_name = _("行政区划")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Department(models.Model):
    """A department of the city (部门). ``code`` is the catalogue's and never changes."""

    code = models.CharField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("全称"), max_length=80, unique=True)
    short_name = models.CharField(_("简称"), max_length=40)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)

    class Meta:
        verbose_name = _("部门")
        verbose_name_plural = verbose_name
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.short_name


class DepartmentAlias(models.Model):
    """A name under which documents print a department, full or short (部门别称)."""

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(_("别称"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("部门别称")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """A unit (单位): the same body through renames, moves and mergers.

    ``name``, ``credit_code`` and ``county`` are today's, copied from the open
    ``OrganisationPeriod`` by the services; what was true on another day stands in the
    periods. ``merged_into`` is set when the body ceased in another one (合并).
    """

    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise", _("企业")
        UNIVERSITY = "university", _("高等院校")
        INSTITUTE = "institute", _("科研院所")
        HOSPITAL = "hospital", _("医疗机构")
        GOVERNMENT = "government", _("机关")
        OTHER = "other", _("其他")

    kind = models.CharField(_("单位类型"), max_length=20, choices=Kind)
    name = models.CharField(_("名称"), max_length=200)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="organisations", verbose_name=_("县区"))
    industry_code = models.CharField(_("行业代码"), max_length=5, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    name_key = models.CharField(_("排序键"), max_length=600, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed", verbose_name=_("并入")
    )
    is_sample = models.BooleanField(_("示例"), default=False, editable=False)

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~Q(credit_code="") & Q(merged_into=None),
                name="directory_one_living_organisation_per_credit_code",
                violation_error_message=_("该统一社会信用代码已登记在另一单位名下，请先查重。"),
            ),
        ]
        indexes = [
            models.Index(fields=["name_key", "id"], name="directory_org_by_pinyin"),
            GinIndex(OpClass(F("name"), "gin_trgm_ops"), name="directory_org_name_part"),
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationPeriod(models.Model):
    """What an organisation was called and where it sat from ``start`` until before ``end``."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="periods")
    start = models.DateField(_("起"))
    end = models.DateField(_("止（不含）"), null=True, blank=True)
    name = models.CharField(_("名称"), max_length=200)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="+", verbose_name=_("县区"))

    class Meta:
        verbose_name = _("单位沿革")
        verbose_name_plural = verbose_name
        ordering = ["start"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end=None) | Q(end__gt=F("start")), name="directory_organisation_period_is_not_empty"
            ),
            ExclusionConstraint(
                name="directory_one_organisation_period_a_day",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    (Span(F("start"), F("end"), RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.start}—{self.end or ''}"


class OrganisationAlias(models.Model):
    """Another name people write: short, former, English (别名)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(_("别名"), max_length=200)

    class Meta:
        verbose_name = _("单位别名")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="directory_alias_once_per_organisation")
        ]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person who signs in. What the person may do stands in ``Office``, never here."""

    full_name = models.CharField(_("姓名"), max_length=60)
    is_sample = models.BooleanField(_("示例"), default=False, editable=False)
    password_changed_at = models.DateTimeField(_("口令更换时间"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return self.full_name or self.username

    def set_password(self, raw_password: str | None) -> None:
        """Keep the password and the moment it was set."""
        super().set_password(raw_password)
        self.password_changed_at = timezone.now()

    def save(self, **kwargs: Any) -> None:
        """Save; whoever saves the password alone saves its moment with it."""
        fields = kwargs.get("update_fields")
        if fields is not None and "password" in fields:
            kwargs["update_fields"] = {*fields, "password_changed_at"}
        super().save(**kwargs)

    def get_full_name(self) -> str:
        """Return the one name a person has here; Django's first and last name are not used."""
        return self.full_name


class Office(models.Model):
    """A role a person holds for a department, county or organisation, between two dates (岗位).

    ``delegated_from`` marks an office held for its owner while away (代办); it is bounded
    by its own dates and ends with the owner's office.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="offices", verbose_name=_("人员"))
    role = models.CharField(_("角色"), max_length=40)
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="offices", verbose_name=_("部门")
    )
    county = models.ForeignKey(
        County, null=True, blank=True, on_delete=models.PROTECT, related_name="offices", verbose_name=_("县区")
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="offices", verbose_name=_("单位")
    )
    start = models.DateField(_("起"), default=date.today)
    end = models.DateField(_("止（不含）"), null=True, blank=True)
    delegated_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="delegations", verbose_name=_("受托自")
    )
    granted_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("授予人"),
    )
    ended_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("终止人"),
    )

    class Meta:
        verbose_name = _("岗位")
        verbose_name_plural = verbose_name
        constraints = [
            models.CheckConstraint(condition=Q(end=None) | Q(end__gt=F("start")), name="directory_office_is_not_empty"),
            models.CheckConstraint(
                condition=Q(delegated_from=None) | Q(end__isnull=False), name="directory_delegation_has_an_end"
            ),
            # 三员分立 (GB/T 22239-2019 8.1.4): on no day two of the three powers in one person, lent ones included.
            ExclusionConstraint(
                name="directory_one_power_a_person",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.NOT_EQUAL),
                    (Span(F("start"), F("end"), RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(role__in=["system_admin", "security_admin", "auditor"]),
                violation_error_message=_(
                    "系统管理、安全管理、审计三种权力须由不同的人担任；该人员在这段时间已担任其中一种。"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.role}"
