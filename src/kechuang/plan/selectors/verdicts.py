"""A verdict in the reader's language: the sentences of ``pure.indicators``, word for word where that is Chinese."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from kechuang.plan.figures import Value
from kechuang.pure.indicators import Light, Path, Verdict, judge


def judged(path: Path, *, reached: Value, day: date, tolerance: Decimal, unit: str) -> Verdict:
    """Judge what was ``reached`` by the end of ``day`` as ``judge`` does; the sentence is the reader's."""
    verdict = judge(path, reached=reached, day=day, tolerance=tolerance, unit=unit)
    return replace(verdict, sentence=_said(verdict, reached, day, Decimal(tolerance), unit))


def _said(verdict: Verdict, reached: Value, day: date, tolerance: Decimal, unit: str) -> str:
    if verdict.goal is None:
        said = _("方案没有 %(year)d 年的目标；现有 %(reached)s %(unit)s。")
        return said % {"year": day.year, "reached": reached, "unit": unit}
    figures = {
        "year": verdict.goal.year,
        "goal": verdict.goal.value,
        "gap": verdict.gap,
        "reached": reached,
        "unit": unit,
        "expected": verdict.expected,
        "y": day.year,
        "m": day.month,
        "d": day.day,
        "share": f"{(tolerance * 100).normalize():f}",
    }
    if verdict.light is Light.REACHED:
        return _("%(year)d 年末目标 %(goal)s %(unit)s，现有 %(reached)s %(unit)s，已达到。") % figures
    if verdict.light is Light.MISSED:
        return _("%(year)d 年末目标 %(goal)s %(unit)s，实有 %(reached)s %(unit)s，差 %(gap)s %(unit)s。") % figures
    if verdict.expected is None:
        said = _(
            "%(year)d 年末目标 %(goal)s %(unit)s，现有 %(reached)s %(unit)s，还差 %(gap)s %(unit)s；"
            "方案未写基期值，无法判断进度。"
        )
    elif verdict.light is Light.BEHIND:
        said = _(
            "按进度 %(y)d 年 %(m)d 月 %(d)d 日应有 %(expected)s %(unit)s，现有 %(reached)s %(unit)s，"
            "低于允许的偏差 %(share)s%%；%(year)d 年末目标 %(goal)s %(unit)s，还差 %(gap)s %(unit)s。"
        )
    else:
        said = _(
            "按进度 %(y)d 年 %(m)d 月 %(d)d 日应有 %(expected)s %(unit)s，现有 %(reached)s %(unit)s，"
            "在允许的偏差 %(share)s%% 以内；%(year)d 年末目标 %(goal)s %(unit)s，还差 %(gap)s %(unit)s。"
        )
    return said % figures
