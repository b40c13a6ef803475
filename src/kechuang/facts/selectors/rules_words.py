"""What pages say of rules: numbers with their units, the smallest change as a sentence, what differs in a version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kechuang.catalogue.rules import RuleSet
from kechuang.facts.known import Known
from kechuang.facts.models import Metric
from kechuang.facts.selectors.rules import Gap, Judged, rule_facts, rules_current, standing
from kechuang.facts.values import value_said
from kechuang.pure.conditions.change import Change
from kechuang.pure.conditions.metrics import Dictionary
from kechuang.pure.conditions.nodes import Fact, references
from kechuang.pure.conditions.rules import Case, Clause, Role, Rule, Verdict
from kechuang.pure.conditions.sentence import clause_sentence, condition_sentence
from kechuang.pure.conditions.values import Value, number_text
from kechuang.pure.conditions.verdict import case_facts, rule_verdict
from kechuang.ui.formats import thousands

LIGHTS = {Verdict.MET: "reached", Verdict.UNMET: "missed", Verdict.UNKNOWN: "unknown"}
WORDS = {
    Verdict.MET: gettext_lazy("符合"),
    Verdict.UNMET: gettext_lazy("不符合"),
    Verdict.UNKNOWN: gettext_lazy("待核实"),
}
ROLES = {
    Role.NEED: gettext_lazy("应当符合"),
    Role.VETO: gettext_lazy("一票否决"),
    Role.POINTS: gettext_lazy("计分"),
}
PURPOSES = {
    "recognition": gettext_lazy("认定条件"),
    "operation": gettext_lazy("运行要求"),
    "cultivation": gettext_lazy("培育入库条件"),
}
TEMPLATE = gettext_lazy("示例模板·非本市规定")
OWN = gettext_lazy("本市规定")
_DECIMALS = Decimal("0.000001")
HELD = "platforms_held"


def purpose_word(code: str) -> object:
    """Return what a rule is for, as it is read."""
    return PURPOSES.get(code, code)


def mark_word(template: object) -> object:
    """Return whether a rule is this city's own or a template of elsewhere."""
    return TEMPLATE if template else OWN


def amount(value: Fraction, unit: str = "") -> str:
    """Return a number as a page prints it, with its unit."""
    number = Decimal(number_text(value, 6))
    shown = thousands(number if number == number.to_integral_value() else number.quantize(_DECIMALS).normalize())
    return f"{shown} {unit}" if unit else shown


def value_words(value: Value, code: str, metrics: Dictionary, rows: Mapping[str, Metric]) -> str:
    """Return a value of a metric as it is read, choices by their labels."""
    if isinstance(value, Fraction):
        return amount(value, metrics[code].unit)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, date):
        return value.isoformat()
    if code in rows:
        return value_said(rows[code], value)
    return "、".join(sorted(value)) or _("没有") if isinstance(value, frozenset) else value


def fact_name(fact: Fact, year: int, metrics: Dictionary) -> str:
    """Return a fact by its year and label: 2024 年研发费用."""
    metric = metrics[fact.code]
    return (
        _("%(year)d 年%(name)s") % {"year": year + fact.offset, "name": metric.name} if metric.yearly else metric.name
    )


@dataclass(frozen=True, slots=True)
class Number:
    """One fact a clause was judged by, or lacked: ``known`` is ``None`` where it is missing.

    ``year`` is ``None`` for a metric without years.
    """

    code: str
    year: int | None
    label: str
    value: str
    known: Known | None


def numbers_of(judged: Judged, clause: Any, rows: Mapping[str, Metric]) -> list[Number]:
    """Return the facts of one explained clause in the order of its text."""
    by_spelling = {fact.spelling: fact for fact in rule_facts(judged.rules.rule)}
    found = []
    for spelling in (*clause.numbers, *clause.missing):
        fact = by_spelling[spelling]
        value = clause.numbers.get(spelling)
        said = "" if value is None else value_words(value, fact.code, judged.rules.metrics, rows)
        label = fact_name(fact, judged.facts.year, judged.rules.metrics)
        year = judged.facts.year + fact.offset if judged.rules.metrics[fact.code].yearly else None
        found.append(Number(fact.code, year, label, said, judged.known.get(spelling)))
    return found


def change_words(change: Change, metrics: Dictionary) -> str:
    """Say a change: 2024 年研发费用再增加 120 万元（由 180 增至 300）即可满足."""
    metric = metrics[change.metric]
    name = (
        metric.name
        if change.period is None
        else _("%(year)s 年%(name)s") % {"year": change.period, "name": metric.name}
    )
    if isinstance(change.present, bool) or isinstance(change.wanted, bool):
        return _("%(name)s改为“%(value)s”即可满足") % {"name": name, "value": _("是") if change.wanted else _("否")}
    words = {
        "name": name,
        "by": amount(abs(change.wanted - change.present), metric.unit),
        "from": amount(change.present),
        "to": amount(change.wanted),
    }
    if change.wanted > change.present:
        return _("%(name)s再增加 %(by)s（由 %(from)s 增至 %(to)s）即可满足") % words
    return _("%(name)s减少 %(by)s（由 %(from)s 减至 %(to)s）即可满足") % words


def gap_words(gap: Gap, judged: Judged, rows: Mapping[str, Metric] | None = None) -> str:
    """Say how a gap closes: the smallest change, what must be looked up, or that no number closes it."""
    if gap.change is not None:
        said = change_words(gap.change, judged.rules.metrics)
        return (
            said if gap.gain is None else _("%(said)s，再得 %(points)s 分") % {"said": said, "points": amount(gap.gain)}
        )
    if gap.missing:
        by_spelling = {fact.spelling: fact for fact in rule_facts(judged.rules.rule)}
        names = [fact_name(by_spelling[one], judged.facts.year, judged.rules.metrics) for one in gap.missing]
        return _("补录 %(names)s") % {"names": "、".join(dict.fromkeys(names))}
    if gap.clause.clause.role is Role.VETO:
        return _("存在否决情形“%(said)s”") % {"said": law_words(gap.clause.clause, judged.rules.metrics, rows)}
    if any(isinstance(value, Fraction) for value in gap.clause.numbers.values()):
        return _("单独变动一项数据不能满足，须同时改变几项")
    return _("须符合“%(said)s”") % {"said": law_words(gap.clause.clause, judged.rules.metrics, rows)}


def standing_words(clause: Any) -> object:
    """Return how a clause stands, as it is read: a veto says whether the case exists."""
    if clause.clause.role is Role.VETO:
        return {Verdict.MET: _("存在"), Verdict.UNMET: _("不存在"), Verdict.UNKNOWN: _("待核实")}[clause.verdict]
    return WORDS[standing(clause)]


def summary_words(judged: Judged) -> str:
    """Say a verdict in one sentence: how many clauses stand for and against, and how many are not known."""
    clauses = [one for one in judged.explained.clauses if one.clause.role is not Role.POINTS]
    against = sum(standing(one) is Verdict.UNMET for one in clauses)
    dark = sum(standing(one) is Verdict.UNKNOWN for one in clauses)
    parts = [_("共 %(count)d 条") % {"count": len(clauses)}]
    if against:
        parts.append(ngettext("%(count)d 条不符合", "%(count)d 条不符合", against) % {"count": against})
    if dark:
        parts.append(ngettext("%(count)d 条缺少数据", "%(count)d 条缺少数据", dark) % {"count": dark})
    points = judged.explained.points
    if judged.explained.needed:
        parts.append(
            _("得分 %(got)s，最多可得 %(most)s，需要 %(needed)s")
            % {
                "got": amount(points.certain),
                "most": amount(points.possible),
                "needed": amount(judged.explained.needed),
            }
        )
    return "，".join(parts)


def expression_words(clause: Clause, metrics: Dictionary, rows: Mapping[str, Metric] | None = None) -> str:
    """Say what a clause computes, whatever text it carries; a clause of points band by band.

    ``rows`` gives the labels of choices, so that a page reads “企业” and not its code.
    """
    said = _expression(clause, metrics)
    for fact in references(tuple(band.when for band in clause.bands)):
        for code, label in (rows[fact.code].choices if rows and fact.code in rows else {}).items():
            said = said.replace(f"“{code}”", f"“{label}”")
    return said


def _expression(clause: Clause, metrics: Dictionary) -> str:
    if clause.role is not Role.POINTS:
        return condition_sentence(clause.when, metrics)
    return "；".join(
        _("%(said)s，计 %(points)s 分") % {"said": condition_sentence(band.when, metrics), "points": amount(band.give)}
        for band in clause.bands
    )


def law_words(clause: Clause, metrics: Dictionary, rows: Mapping[str, Metric] | None = None) -> str:
    """Say a clause as the rule's page prints it, without the article."""
    return clause.text or expression_words(clause, metrics, rows)


@dataclass(frozen=True, slots=True)
class CaseRun:
    """A worked example of a rule, run now."""

    facts: str
    wanted: Verdict
    found: Verdict


def cases_run(rules: RuleSet, rows: Mapping[str, Metric], *, last_year: int) -> list[CaseRun]:
    """Run every case of a rule: its facts in words, the verdict written and the verdict found."""
    return [
        CaseRun(
            _case_words(case, rules, rows),
            case.verdict,
            rule_verdict(rules.rule, case_facts(case, last_year=last_year)),
        )
        for case in rules.rule.cases
    ]


def _case_words(case: Case, rules: RuleSet, rows: Mapping[str, Metric]) -> str:
    said = []
    for (code, offset), value in case.facts.items():
        before = {0: "", -1: _("上年"), -2: _("前两年")}.get(offset, f"{offset}：")
        said.append(f"{before}{rules.metrics[code].name} {value_words(value, code, rules.metrics, rows)}")
    return "，".join(said) or _("什么都不知道")


def version_changes(before: RuleSet, after: RuleSet) -> list[str]:
    """Say what changed between two versions of a rule, clause by clause; [] when only cases or names did."""
    return [*_clause_changes(before.rule, after), *_frame_changes(before.rule, after.rule)]


def _clause_changes(before: Rule, after: RuleSet) -> Iterator[str]:
    old, new = ({clause.id: clause for clause in rule.clauses} for rule in (before, after.rule))
    for key, clause in new.items():
        if key not in old:
            yield _("新增条款“%(said)s”") % {"said": law_words(clause, after.metrics)}
        elif (was := _spelled(old[key])) != (now := _spelled(clause)):
            words = {"said": law_words(clause, after.metrics), "was": was, "now": now}
            yield _("条款“%(said)s”：由 %(was)s 改为 %(now)s") % words
    for key, clause in old.items():
        if key not in new:
            yield _("删去条款“%(said)s”") % {"said": clause_sentence(clause, after.metrics) if clause.text else key}


def _spelled(clause: Clause) -> str:
    if clause.role is not Role.POINTS:
        return clause.bands[0].source
    bands = "；".join(f"{band.source} → {number_text(band.give)}" for band in clause.bands)
    return bands if clause.most is None else f"{bands}（{number_text(clause.most)}）"


def _frame_changes(before: Rule, after: Rule) -> Iterator[str]:
    if before.min_points != after.min_points:
        words = {"was": amount(before.min_points), "now": amount(after.min_points)}
        yield _("及格分：由 %(was)s 改为 %(now)s") % words
    if before.title != after.title:
        yield _("名称：由“%(was)s”改为“%(now)s”") % {"was": before.title, "now": after.title}
    for key, label in (
        ("document", _("依据文件")),
        ("effective_from", _("施行日期")),
        ("effective_to", _("失效日期")),
    ):
        was, now = before.basis.get(key, ""), after.basis.get(key, "")
        if was != now:
            words = {"label": label, "was": was or _("无"), "now": now or _("无")}
            yield _("%(label)s：由“%(was)s”改为“%(now)s”") % words


def metric_rows(metrics: Dictionary) -> dict[str, Metric]:
    """Return the dictionary's rows of some metrics by code, for the labels of their choices: two queries.

    What an organisation holds is written “type.level”; it is read by the names that the rules give both.
    """
    rows = {row.code: row for row in Metric.objects.filter(code__in=list(metrics))}
    named = list(rules_current().values_list("type", "type_name", "level", "level_name"))
    if HELD in rows:
        types = {code: name for code, name, _level, _level_name in named}
        levels = {code: name for _type, _type_name, code, name in named}
        held = {f"{one}.{other}": f"{levels[other]}{types[one]}" for one in types for other in levels}
        rows[HELD].choices = held | rows[HELD].choices
    return rows
