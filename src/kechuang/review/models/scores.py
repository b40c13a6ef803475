"""Score sheets and what comes of them: rankings, funded sets, feedback. Nothing here names an expert."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.models import Stateful
from kechuang.review.models.rounds import Proposal, Round
from kechuang.review.models.seats import Pair


class ScoreSheet(Stateful):
    """One reviewer's sheet of one proposal (评分表).

    ``version`` grows with every saving: who saves an older one is told. ``total`` is of a hundred.
    """

    process = "score_sheet"

    pair = models.OneToOneField(Pair, on_delete=models.PROTECT, related_name="sheet", verbose_name=_("分派"))
    version = models.PositiveIntegerField(_("版本"), default=0)
    total = models.DecimalField(_("总分"), max_digits=6, decimal_places=2, null=True, blank=True)
    recommendation = models.CharField(_("结论"), max_length=40, blank=True)
    opinion = models.TextField(_("总体意见"), blank=True)
    confidential = models.TextField(_("仅供评审组织方的意见"), blank=True)
    outlier_reason = models.TextField(_("偏离说明"), blank=True)
    saved_at = models.DateTimeField(_("保存时间"), null=True, blank=True)
    signed_at = models.DateTimeField(_("签名时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("评分表")
        verbose_name_plural = verbose_name
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="signed") | (Q(total__isnull=False) & Q(signed_at__isnull=False)),
                name="review_a_signed_sheet_has_a_total",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pair_id)


class CriterionScore(models.Model):
    """Points for one criterion with their ground."""

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.CASCADE, related_name="scores", verbose_name=_("评分表"))
    criterion = models.CharField(_("指标"), max_length=40)
    points = models.DecimalField(_("得分"), max_digits=6, decimal_places=2, null=True, blank=True)
    comment = models.TextField(_("依据"), blank=True)

    class Meta:
        verbose_name = _("分项得分")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="review_one_score_per_criterion"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.points}"


class Ranking(models.Model):
    """A ranked list of a round as it was computed at one moment (排序); the newest counts.

    ``selection`` holds the terms and the outcome of choosing a funded set, ``statistics`` the
    round's distribution, agreement and load, by seat code.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="rankings", verbose_name=_("评审轮次"))
    computed_at = models.DateTimeField(_("计算时间"), auto_now_add=True)
    computed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("经办人")
    )
    cut = models.PositiveIntegerField(_("入选线"), default=0)
    flips: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(_("校准换位"), default=list)
    components: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        _("校准分组"), default=list
    )
    statistics: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("统计"), default=dict)
    selection: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("择优"), default=dict, blank=True)

    class Meta:
        verbose_name = _("排序")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return f"{self.round_id}/{self.pk}"


class RankingLine(models.Model):
    """A proposal's line of a ranking: figure, place, and what moved it among equals."""

    ranking = models.ForeignKey(Ranking, on_delete=models.CASCADE, related_name="lines", verbose_name=_("排序"))
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="+", verbose_name=_("被评对象"))
    place = models.PositiveIntegerField(_("名次"))
    score = models.DecimalField(_("得分"), max_digits=9, decimal_places=4)
    adjusted = models.DecimalField(_("校准后"), max_digits=9, decimal_places=4, null=True)
    lowest = models.DecimalField(_("最低"), max_digits=6, decimal_places=2)
    highest = models.DecimalField(_("最高"), max_digits=6, decimal_places=2)
    grade = models.CharField(_("等级"), max_length=20, blank=True)
    moves: models.JSONField[list[str], list[str]] = models.JSONField(_("同分说明"), default=list)
    dropped: models.JSONField[list[str], list[str]] = models.JSONField(_("去掉的席位"), default=list)
    funded = models.BooleanField(_("入选"), default=False)

    class Meta:
        verbose_name = _("排序行")
        verbose_name_plural = verbose_name
        ordering = ["place", "pk"]
        constraints = [models.UniqueConstraint(fields=["ranking", "proposal"], name="review_one_line_per_proposal")]

    def __str__(self) -> str:
        return f"{self.place}. {self.proposal_id}"


class Feedback(models.Model):
    """What an applicant is told after the round (反馈): the figure and opinions, reviewers sealed."""

    proposal = models.OneToOneField(
        Proposal, on_delete=models.CASCADE, related_name="feedback", verbose_name=_("被评对象")
    )
    score = models.DecimalField(_("得分"), max_digits=9, decimal_places=4)
    grade = models.CharField(_("等级"), max_length=20, blank=True)
    opinions: models.JSONField[list[dict[str, str]], list[dict[str, str]]] = models.JSONField(_("意见"), default=list)
    released_at = models.DateTimeField(_("公布时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("评审反馈")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return str(self.proposal_id)
