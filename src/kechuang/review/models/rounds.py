"""Rounds of review and what they judge; whose a proposal is stands in tables of its own."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.models import Stateful


class Scheme(models.Model):
    """A numbered version of a scheme of review, or of the expert base's rules, as the catalogue said it.

    ``definition`` is JSON. A round stays on the version it was begun under.
    """

    code = models.CharField(_("代码"), max_length=60)
    number = models.PositiveIntegerField(_("版本号"))
    title = models.CharField(_("名称"), max_length=120)
    definition = models.TextField(_("定义"))
    fingerprint = models.CharField(_("指纹"), max_length=64)

    class Meta:
        verbose_name = _("评审办法")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="review_one_scheme_per_number"),
            models.UniqueConstraint(fields=["code", "fingerprint"], name="review_one_scheme_per_content"),
        ]

    def __str__(self) -> str:
        return self.title


class Round(Stateful):
    """One round of review (评审轮次) of a batch of proposals by a panel.

    ``blind`` rounds serve reviewers only blind copies. ``strata`` holds the quotas of the draw
    as ``[{"name", "quota", "alternates"}]``.
    """

    process = "review_round"

    class Kind(models.TextChoices):
        REMOTE = "remote", _("网络评审")
        PANEL = "panel", _("会议评审")
        DEFENCE = "defence", _("答辩评审")
        SITE_VISIT = "site_visit", _("现场考察")

    number = models.CharField(_("编号"), max_length=20, unique=True)
    title = models.CharField(_("名称"), max_length=120)
    kind = models.CharField(_("方式"), max_length=12, choices=Kind)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="+", verbose_name=_("评审办法"))
    department = models.ForeignKey(
        "directory.Department", on_delete=models.PROTECT, related_name="+", verbose_name=_("主管部门")
    )
    call = models.ForeignKey(
        "calls.Call", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("申报通知")
    )
    blind = models.BooleanField(_("匿名评审"), default=True)
    deadline_at = models.DateTimeField(_("评分截止"), null=True, blank=True)
    place = models.CharField(_("地点"), max_length=200, blank=True)
    strata: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        _("抽取名额"), default=list, blank=True
    )
    decided_on = models.DateField(_("定稿日期"), null=True, blank=True)
    is_sample = models.BooleanField(_("示例"), default=False, editable=False)

    class Meta:
        verbose_name = _("评审轮次")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return self.title


class Proposal(models.Model):
    """What is judged (被评对象) under its code of the round; nothing here says whose it is.

    ``figures`` are what tie rules compare; ``amount_fen`` is what is asked for.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="proposals", verbose_name=_("评审轮次"))
    code = models.CharField(_("代号"), max_length=12)
    discipline_code = models.CharField(_("学科代码"), max_length=12, blank=True)
    industry_code = models.CharField(_("行业代码"), max_length=12, blank=True)
    amount_fen = models.PositiveBigIntegerField(_("申请金额（分）"), default=0)
    figures: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("同分比较项"), default=dict, blank=True
    )

    class Meta:
        verbose_name = _("被评对象")
        verbose_name_plural = verbose_name
        constraints = [models.UniqueConstraint(fields=["round", "code"], name="review_one_code_per_round")]

    def __str__(self) -> str:
        return self.code


class ProposalIdentity(models.Model):
    """Whose a proposal is and what it is called: never read by a blind reviewer."""

    proposal = models.OneToOneField(
        Proposal, on_delete=models.CASCADE, related_name="identity", verbose_name=_("被评对象")
    )
    application = models.ForeignKey(
        "calls.Application", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("申请")
    )
    number = models.CharField(_("业务编号"), max_length=40)
    title = models.CharField(_("名称"), max_length=200)
    organisation = models.ForeignKey(
        "directory.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("申报单位")
    )
    county = models.ForeignKey("directory.County", on_delete=models.PROTECT, related_name="+", verbose_name=_("县区"))

    class Meta:
        verbose_name = _("被评对象身份")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return self.title


class ProposalPerson(models.Model):
    """Somebody named in an application: its leader or a member of the team."""

    class Part(models.TextChoices):
        LEADER = "leader", _("负责人")
        MEMBER = "member", _("成员")

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="people", verbose_name=_("被评对象"))
    name = models.CharField(_("姓名"), max_length=60)
    digest = models.CharField(_("证件摘要"), max_length=64, blank=True, editable=False)
    part = models.CharField(_("身份"), max_length=8, choices=Part)

    class Meta:
        verbose_name = _("申报人员")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return self.name


class ProposalParty(models.Model):
    """A unit that applies together with the host (合作单位)."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="parties", verbose_name=_("被评对象"))
    organisation = models.ForeignKey(
        "directory.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("单位"),
    )
    unit_name = models.CharField(_("单位名称"), max_length=200)

    class Meta:
        verbose_name = _("合作单位")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return self.unit_name


class AvoidedExpert(models.Model):
    """An expert whom the applicant asks to avoid (申请回避), by number in the base or by name and unit."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="avoided", verbose_name=_("被评对象"))
    expert = models.ForeignKey(
        "review.Expert", null=True, blank=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("专家")
    )
    name = models.CharField(_("姓名"), max_length=60)
    reason = models.CharField(_("理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("申请回避的专家")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return self.name


class BlindCopy(models.Model):
    """What reviewers read of a proposal: sections ``[{"label", "text"}]`` without anything that tells whose it is.

    ``problems`` says what was found after taking identifiers out; a copy with problems is not served.
    """

    proposal = models.OneToOneField(Proposal, on_delete=models.CASCADE, related_name="copy", verbose_name=_("被评对象"))
    title = models.CharField(_("名称"), max_length=200)
    sections: models.JSONField[list[dict[str, str]], list[dict[str, str]]] = models.JSONField(_("内容"), default=list)
    problems: models.JSONField[list[str], list[str]] = models.JSONField(_("未决问题"), default=list, blank=True)

    class Meta:
        verbose_name = _("匿名材料")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return self.title


class BlindFile(models.Model):
    """A file of a blind copy, rewritten without metadata and named by the proposal's code."""

    copy = models.ForeignKey(BlindCopy, on_delete=models.CASCADE, related_name="files", verbose_name=_("匿名材料"))
    attachment = models.ForeignKey(
        "kernel.Attachment", on_delete=models.PROTECT, related_name="+", verbose_name=_("附件")
    )
    name = models.CharField(_("文件名"), max_length=60)

    class Meta:
        verbose_name = _("匿名附件")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return self.name
