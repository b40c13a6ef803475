"""The draw, the panel's seats, who sits in them, and which seat reads which proposal."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.models import Stateful
from kechuang.review.models.experts import Expert
from kechuang.review.models.rounds import Proposal, Round


class Draw(models.Model):
    """One draw of a round (抽取): the seed's hash and the pool's are public before, all the rest after.

    ``terms`` are frozen with the commitment; ``protocol`` is what ``pure.drawing`` wrote. A draw
    that was set aside (``void_reason``) stays on record.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="draws", verbose_name=_("评审轮次"))
    seed = models.CharField(_("种子"), max_length=64, editable=False)
    commitment = models.CharField(_("种子摘要"), max_length=64)
    pool_hash = models.CharField(_("名单摘要"), max_length=64)
    public_value = models.CharField(_("公开随机数"), max_length=200, blank=True)
    terms: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("名单与名额"))
    protocol: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(
        _("抽取记录"), null=True, blank=True
    )
    committed_at = models.DateTimeField(_("公布时间"), auto_now_add=True)
    drawn_at = models.DateTimeField(_("抽取时间"), null=True, blank=True)
    void_reason = models.CharField(_("作废理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("抽取")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(fields=["round"], condition=Q(void_reason=""), name="review_one_draw_in_force"),
        ]

    def __str__(self) -> str:
        return self.commitment[:12]


class Seat(Stateful):
    """A place on the panel (席位) under a code that tells nobody who sits there."""

    process = "expert_seat"

    class Part(models.TextChoices):
        MEMBER = "member", _("正式")
        ALTERNATE = "alternate", _("候补")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="seats", verbose_name=_("评审轮次"))
    code = models.CharField(_("席位"), max_length=12)
    part = models.CharField(_("性质"), max_length=10, choices=Part)
    stratum = models.CharField(_("学科门类"), max_length=20)
    order = models.PositiveIntegerField(_("递补次序"))
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by", verbose_name=_("递补自")
    )
    max_load = models.PositiveSmallIntegerField(_("最多份数"))
    min_load = models.PositiveSmallIntegerField(_("最少份数"), default=0)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    pledged_at = models.DateTimeField(_("承诺时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("评审席位")
        verbose_name_plural = verbose_name
        constraints = [models.UniqueConstraint(fields=["round", "code"], name="review_one_seat_per_code")]

    def __str__(self) -> str:
        return self.code


class SeatIdentity(models.Model):
    """Who sits in a seat: the seal that scores are kept apart from."""

    seat = models.OneToOneField(Seat, on_delete=models.CASCADE, related_name="identity", verbose_name=_("席位"))
    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="seats", verbose_name=_("专家"))
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="+", verbose_name=_("评审轮次"))

    class Meta:
        verbose_name = _("席位身份")
        verbose_name_plural = verbose_name
        indexes = [models.Index(fields=["expert", "round"], name="review_seats_of_an_expert")]

    def __str__(self) -> str:
        return str(self.seat)


class Invitation(models.Model):
    """A link and a one-time code by which an expert answers; both are kept only as hashes."""

    seat = models.OneToOneField(Seat, on_delete=models.CASCADE, related_name="invitation", verbose_name=_("席位"))
    token_digest = models.CharField(_("链接摘要"), max_length=64, unique=True, editable=False)
    code_digest = models.CharField(_("验证码摘要"), max_length=64, blank=True, editable=False)
    code_expires_at = models.DateTimeField(_("验证码有效至"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("输错次数"), default=0)
    sent_at = models.DateTimeField(_("发出时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("评审邀请")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return str(self.seat)


class Wish(models.Model):
    """What an expert would like to read (意愿): 1 gladly, -1 rather not."""

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="wishes", verbose_name=_("席位"))
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="+", verbose_name=_("被评对象"))
    wanted = models.SmallIntegerField(_("意愿"))

    class Meta:
        verbose_name = _("评审意愿")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(fields=["seat", "proposal"], name="review_one_wish_per_proposal"),
            models.CheckConstraint(condition=Q(wanted__in=[-1, 1]), name="review_a_wish_is_for_or_against"),
        ]

    def __str__(self) -> str:
        return str(self.wanted)


class AssignmentRun(models.Model):
    """One solving of a round's assignment (分派): its two files, how far it is, what it found.

    ``instance`` and ``result`` are the published files of ``docs/assignment.md``; ``seat_keys``
    and ``proposal_keys`` name the rows their indices stand for.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("计算中")
        DONE = "done", _("已完成")
        INFEASIBLE = "infeasible", _("无可行方案")
        FAILED = "failed", _("出错")

    class Objective(models.TextChoices):
        TOTAL = "total", _("总匹配分最高")
        FAIR = "fair", _("先保最差一对")
        RANDOM = "random", _("限定概率随机")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="runs", verbose_name=_("评审轮次"))
    objective = models.CharField(_("目标"), max_length=8, choices=Objective, default=Objective.FAIR)
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.WAITING)
    progress = models.CharField(_("进度"), max_length=200, blank=True)
    instance = models.ForeignKey(
        "kernel.Attachment", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("问题文件")
    )
    result = models.ForeignKey(
        "kernel.Attachment", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("结果文件")
    )
    proposal_keys: models.JSONField[list[int], list[int]] = models.JSONField(default=list, editable=False)
    seat_keys: models.JSONField[list[int], list[int]] = models.JSONField(default=list, editable=False)
    objective_value = models.BigIntegerField(_("目标值"), null=True)
    worst_pair = models.IntegerField(_("最低一对"), null=True)
    worst_proposal = models.IntegerField(_("最低一份合计"), null=True)
    reasons: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        _("不可行原因"), default=list, blank=True
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("经办人")
    )
    asked_at = models.DateTimeField(_("提交时间"), auto_now_add=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True)

    class Meta:
        verbose_name = _("分派计算")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(
                fields=["round"], condition=Q(state__in=["waiting", "running"]), name="review_one_run_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}/{self.pk}"


class Pair(models.Model):
    """That a seat reads a proposal (分派). ``parts`` explains ``match``; a manual one has its reason and cost."""

    class Source(models.TextChoices):
        COMPUTED = "computed", _("计算")
        MANUAL = "manual", _("人工")
        PANEL = "panel", _("全体评审")

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="pairs", verbose_name=_("被评对象"))
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="pairs", verbose_name=_("席位"))
    match = models.PositiveSmallIntegerField(_("匹配分"))
    parts: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(_("分项"), default=dict)
    source = models.CharField(_("来源"), max_length=10, choices=Source, default=Source.COMPUTED)
    locked = models.BooleanField(_("锁定"), default=False)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    cost = models.IntegerField(_("代价"), null=True, blank=True)

    class Meta:
        verbose_name = _("分派")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(fields=["proposal", "seat"], name="review_a_seat_reads_a_proposal_once"),
            models.CheckConstraint(
                condition=~Q(source="manual") | ~Q(reason=""), name="review_a_manual_pair_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}×{self.seat_id}"
