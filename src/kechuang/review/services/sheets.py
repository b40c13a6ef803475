"""Filling in a score sheet, signing it, stepping back from it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.catalogue.reviews import Criterion, ReviewScheme
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused, Stale
from kechuang.kernel.moves import take
from kechuang.pure.scoring.aggregation import rounded
from kechuang.review import access
from kechuang.review.loading import rules_of
from kechuang.review.models import CriterionScore, ScoreSheet
from kechuang.review.selectors.results import flagged

TEXTS = ("opinion", "confidential")
LONGEST = 4000
PLACES = Decimal("0.01")


@transaction.atomic
def sheet_save(*, sheet: ScoreSheet, actor: Actor, version: int, values: Mapping[str, str]) -> ScoreSheet:
    """Keep what was typed: ``points.CODE``, ``comment.CODE``, ``recommendation``, ``opinion``, ``confidential``.

    Raises ``Stale`` when the sheet was saved elsewhere since ``version``; nothing is then lost or
    overwritten. Points beyond a criterion's limit are refused at their field.
    """
    locked = ScoreSheet.objects.select_for_update().get(pk=sheet.pk)
    access.SHEETS.require(actor, "fill", locked)
    if locked.state != "draft":
        raise Refused(_("评分表已经签名或回避，不能再改。"))
    if locked.pair.proposal.round.state != "scoring":
        raise Refused(_("本轮评审不在评分中。"))
    if locked.version != version:
        raise Stale(_("这份评分表在别处保存过；请刷新后核对再填，以免互相覆盖。"))
    rules = rules_of(locked.pair.proposal.round.scheme)
    _write(locked, rules, values)
    locked.version += 1
    locked.saved_at = timezone.now()
    locked.save(update_fields=["version", "saved_at", "recommendation", "opinion", "confidential"])
    return locked


@transaction.atomic
def sheet_sign(*, sheet: ScoreSheet, actor: Actor) -> ScoreSheet:
    """Sign a complete sheet: its total is computed, and colleagues' sheets open."""
    locked = ScoreSheet.objects.select_for_update().get(pk=sheet.pk)
    points = {row.criterion: row.points for row in locked.scores.all() if row.points is not None}
    rules = rules_of(locked.pair.proposal.round.scheme)
    total = total_of(rules, points)
    values = {"total": total, "signed_at": timezone.now()}
    take(sheet, "sign", access=access.SHEETS, actor=actor, guards={"sheet_complete": _complete}, values=values)
    return sheet


@transaction.atomic
def sheet_abstain(*, sheet: ScoreSheet, actor: Actor, reason: str) -> ScoreSheet:
    """Step back from a proposal because of a conflict (申报回避); another reader is then needed."""
    take(sheet, "abstain", access=access.SHEETS, actor=actor, reason=reason)
    return sheet


@transaction.atomic
def sheet_return(*, sheet: ScoreSheet, actor: Actor, reason: str) -> ScoreSheet:
    """Give a signed sheet back to its reviewer with a reason, while the round is being scored."""
    if sheet.pair.proposal.round.state != "scoring":
        raise Refused(_("只有评分中的轮次可以退回重评；请先“补充评审”。"))
    take(sheet, "return", access=access.SHEETS, actor=actor, reason=reason, values={"total": None, "signed_at": None})
    return sheet


@transaction.atomic
def outlier_explain(*, sheet: ScoreSheet, actor: Actor, reason: str) -> ScoreSheet:
    """Write why a signed score lies far from the others'."""
    locked = ScoreSheet.objects.select_for_update().get(pk=sheet.pk)
    access.SHEETS.require(actor, "explain", locked)
    if not any(one.sheet.pk == locked.pk for one in flagged(locked.pair.proposal.round)):
        raise Refused(_("这份评分没有明显偏离，不需要说明。"))
    if not reason.strip():
        raise Refused(_("请写明理由。"), field="reason")
    locked.outlier_reason = reason.strip()[:LONGEST]
    locked.save(update_fields=["outlier_reason"])
    return locked


def total_of(rules: ReviewScheme, points: Mapping[str, Decimal]) -> Decimal | None:
    """Return the total of a hundred, ``None`` while a criterion has no points."""
    if any(criterion.code not in points for criterion in rules.criteria):
        return None
    parts = (Fraction(points[c.code]) * c.weight / c.most for c in rules.criteria)
    return rounded(sum(parts, Fraction(0)), rules.aggregation.places)


def lacking(sheet: ScoreSheet) -> list[str]:
    """Return what a sheet still lacks before it can be signed, as short sentences."""
    rules = rules_of(sheet.pair.proposal.round.scheme)
    rows = {row.criterion: row for row in sheet.scores.all()}
    found = [text for criterion in rules.criteria for text in _criterion_lacks(criterion, rows.get(criterion.code))]
    if sheet.recommendation not in {one.code for one in rules.recommendations}:
        found.append(_("尚未选择评审结论"))
    if not sheet.opinion.strip():
        found.append(_("尚未填写总体意见"))
    return found


def _criterion_lacks(criterion: Criterion, row: CriterionScore | None) -> list[str]:
    if row is None or row.points is None:
        return [_("“%(name)s”尚未打分") % {"name": criterion.label}]
    low = criterion.comment_below is not None and row.points < criterion.comment_below
    if (criterion.comment == "required" or low) and not row.comment.strip():
        return [_("“%(name)s”须写明依据") % {"name": criterion.label}]
    return []


def _complete(sheet: ScoreSheet) -> str | None:
    if sheet.pair.proposal.round.state != "scoring":
        return _("本轮评审不在评分中。")
    left = lacking(sheet)
    return _("还不能签名：%(left)s。") % {"left": "；".join(left)} if left else None


def _write(sheet: ScoreSheet, rules: ReviewScheme, values: Mapping[str, str]) -> None:
    criteria = {criterion.code: criterion for criterion in rules.criteria}
    rows: dict[str, dict[str, Any]] = {}
    for name, text in values.items():
        kind, _dot, code = name.partition(".")
        if kind == "points" and code in criteria:
            rows.setdefault(code, {})["points"] = _points(text, criteria[code], name)
        elif kind == "comment" and code in criteria:
            rows.setdefault(code, {})["comment"] = text[:LONGEST]
        elif name in TEXTS:
            setattr(sheet, name, text[:LONGEST])
        elif name == "recommendation" and text in {"", *(one.code for one in rules.recommendations)}:
            sheet.recommendation = text
        else:
            raise Refused(_("评分表里没有“%(name)s”这一栏。") % {"name": name[:40]}, field=name)
    for code, changed in rows.items():
        CriterionScore.objects.update_or_create(sheet=sheet, criterion=code, defaults=changed)


def _points(text: str, criterion: Criterion, field: str) -> Decimal | None:
    if not text.strip():
        return None
    limits = {"name": criterion.label, "most": criterion.most}
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise Refused(_("“%(name)s”请填数字。") % limits, field=field) from None
    if not value.is_finite() or not 0 <= value <= criterion.most:
        raise Refused(_("“%(name)s”的分数应在 0 到 %(most)s 之间。") % limits, field=field)
    if value != value.quantize(PLACES):
        raise Refused(_("“%(name)s”最多两位小数。") % limits, field=field)
    return value
