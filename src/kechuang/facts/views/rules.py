"""The rules: which there are, and one of them with its clauses, cases and versions. Public."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kechuang.catalogue.rules import RuleSet
from kechuang.facts.models import Metric, RuleVersion
from kechuang.facts.rules_access import CANDIDATES, RULES
from kechuang.facts.selectors import rules as reading
from kechuang.facts.selectors import rules_words as words
from kechuang.facts.views.rules_reach import own_candidates, sound
from kechuang.kernel.access import Actor
from kechuang.kernel.web import Request
from kechuang.pure.conditions.rules import Role, Verdict
from kechuang.pure.conditions.sentence import rule_sentence
from kechuang.ui.formats import moment
from kechuang.ui.lists import Listing, resource_list
from kechuang.ui.parts import Action, Crumb, Fact, Section
from kechuang.ui.resource import Column, Resource
from kechuang.ui.tables import Cell, Head, Table


def _of_newest(column: str) -> Any:
    def choices() -> list[tuple[str, str]]:
        rows = reading.rules_current().order_by("order").values_list(column, f"{column}_name")
        return list(dict.fromkeys(rows))

    return choices


_LATER = RuleVersion.objects.filter(code=OuterRef("code"), number__gt=OuterRef("number"))
RULE_LIST = Resource(
    name="rules",
    model=RuleVersion,
    access=RULES,
    label=gettext_lazy("条件规则"),
    columns=(
        Column("title"),
        Column("type_name"),
        Column("level_name"),
        Column("purpose", gettext_lazy("用途"), shown=words.purpose_word),
        Column("template", gettext_lazy("性质"), shown=words.mark_word),
        Column("document"),
        Column("effective_from", shown=lambda day: day.isoformat() if day else _("未查到")),
        Column("number", numeric=True),
    ),
    filters=("type", "level", "purpose", "template"),
    choices={
        "type": _of_newest("type"),
        "level": _of_newest("level"),
        "purpose": lambda: list(words.PURPOSES.items()),
        "template": lambda: [("True", words.TEMPLATE), ("False", words.OWN)],
    },
    search=("title", "type_name", "document"),
    order=("order", "pk"),
    key="code",
    detail=lambda code: reverse("facts:rule", args=[code]),
    narrow=Q(~Exists(_LATER), withdrawn=False),
    empty=gettext_lazy("还没有载入条件规则。"),
    advice=gettext_lazy("规则随规则库载入；没有通过自带案例的规则不能施行。"),
)


@require_safe
def rule_list(request: Request) -> HttpResponse:
    """List the rules in force by type and level."""
    return resource_list(request, RULE_LIST, extra=_list_extra)


def _list_extra(shown: Listing) -> dict[str, Any]:
    lead = _("每条规则都带案例，案例不成立的规则不能施行；标“示例模板”的门槛取自外地或国家旧办法，不是本市规定。")
    return {"lead": lead}


@require_safe
def rule(request: Request, code: str) -> HttpResponse:
    """Show one rule, its newest version or the one asked for by ``?version=``."""
    versions = list(RULES.visible(reading.versions_of(sound(code)), request.actor))
    if not versions:
        raise Http404
    asked = request.GET.get("version", "")
    version = next((one for one in versions if str(one.number) == asked), None) if asked else versions[0]
    if version is None:
        raise Http404
    rules = reading.rule_of(version.pk)
    if request.GET.get("format") == "json":
        return JsonResponse(_json(version, rules))
    rows = words.metric_rows(rules.metrics)
    context = {
        "heading": version.title,
        "number": f"{version.code} v{version.number}",
        "crumbs": [Crumb(_("条件规则"), reverse("facts:rules")), Crumb(version.title)],
        "rule_version": version,
        "newest": versions[0],
        "actions": [] if version.withdrawn else _actions(request.actor, version),
        "own": [] if version.withdrawn else _own(request.actor, version),
        "sections": _sections(version, versions, rules, rows, request.actor.today.year - 1),
    }
    return render(request, "facts/rules_rule.html", context)


def _sections(
    version: RuleVersion, versions: list[RuleVersion], rules: RuleSet, rows: dict[str, Metric], last_year: int
) -> list[Section]:
    return [
        Section("clauses", _("条款"), table=_clauses(rules, rows)),
        Section("basis", _("依据"), facts=_basis(version, rules)),
        Section("cases", _("案例（载入时逐个核对）"), table=_cases(rules, rows, last_year)),
        Section("versions", _("版本"), table=_versions(versions)),
    ]


def _actions(actor: Actor, version: RuleVersion) -> list[Action]:
    if not CANDIDATES.may_any(actor, "compare"):
        return []
    return [
        Action(_("看哪些单位符合"), reverse("facts:rule_units", args=[version.code]), primary=True),
        Action(_("调整门槛试算"), reverse("facts:rule_trial", args=[version.code])),
    ]


def _own(actor: Actor, version: RuleVersion) -> list[tuple[str, str]]:
    return [(one.name, reverse("facts:verdict", args=[version.code, one.pk])) for one in own_candidates(actor)]


def _clauses(rules: RuleSet, metrics: dict[str, Metric]) -> Table:
    labels = (_("序号"), _("性质"), _("条款"), _("按表达式读作"), _("条文"))
    rows = []
    for number, clause in enumerate(rules.rule.clauses, 1):
        expression = words.expression_words(clause, rules.metrics, metrics)
        law = words.law_words(clause, rules.metrics, metrics)
        rows.append(
            (
                Cell(number, label=labels[0]),
                Cell(words.ROLES[clause.role], label=labels[1]),
                Cell(law, label=labels[2]),
                Cell(expression if law != expression else _("同左"), label=labels[3]),
                Cell(clause.article or _("未注明"), label=labels[4]),
            )
        )
    return Table(tuple(Head(label) for label in labels), tuple(rows), caption=_("条款"))


def _basis(version: RuleVersion, rules: RuleSet) -> tuple[Fact, ...]:
    basis, rule = rules.rule.basis, rules.rule
    passing = _("%(points)s 分") % {"points": words.amount(rule.min_points)} if rule.min_points else _("不计分")
    return (
        Fact(_("依据文件"), version.document or _("未查到")),
        Fact(_("条文"), basis.get("article") or _("未查到")),
        Fact(_("施行日期"), version.effective_from.isoformat() if version.effective_from else _("未查到")),
        Fact(_("失效日期"), version.effective_to.isoformat() if version.effective_to else _("未规定或未查到")),
        Fact(_("核实"), basis.get("verified_by") or _("尚未由部门核实")),
        Fact(_("性质"), words.mark_word(version.template)),
        Fact(_("及格分"), passing if any(one.role is Role.POINTS for one in rule.clauses) else _("不计分")),
        Fact(_("说明"), basis.get("note") or _("无"), wide=True),
        Fact(_("全文"), rule_sentence(rule, rules.metrics), wide=True),
    )


def _cases(rules: RuleSet, rows: dict[str, Metric], last_year: int) -> Table:
    labels = (_("序号"), _("已知事实"), _("应为"), _("结果"), _("核对"))
    cells = tuple(
        (
            Cell(number, label=labels[0]),
            Cell(run.facts, label=labels[1]),
            Cell(words.WORDS[run.wanted], label=labels[2]),
            Cell(words.WORDS[run.found], label=labels[3]),
            Cell(_("相符"), light="done", label=labels[4])
            if run.wanted is run.found
            else Cell(_("不符"), light="missed", label=labels[4]),
        )
        for number, run in enumerate(words.cases_run(rules, rows, last_year=last_year), 1)
    )
    return Table(tuple(Head(label) for label in labels), cells, caption=_("案例"))


def _versions(versions: list[RuleVersion]) -> Table:
    labels = (_("版本"), _("载入时间"), _("与上一版相比"))
    before = dict(pairwise(versions))
    rows = tuple(
        (
            Cell(
                f"v{version.number}",
                href=f"{reverse('facts:rule', args=[version.code])}?version={version.number}",
                label=labels[0],
            ),
            Cell(moment(version.loaded_at), label=labels[1]),
            Cell(_changed(before.get(version), version), label=labels[2]),
        )
        for version in versions
    )
    return Table(tuple(Head(label) for label in labels), rows, caption=_("版本"))


def _changed(before: RuleVersion | None, after: RuleVersion) -> str:
    if before is None:
        return _("首次载入")
    if after.withdrawn:
        return _("规则库中已无此规则，予以撤下")
    changes = words.version_changes(reading.rule_of(before.pk), reading.rule_of(after.pk))
    return "；".join(changes) or _("条款未变（案例、名称或指标口径有调整）")


def _json(version: RuleVersion, rules: RuleSet) -> dict[str, object]:
    """Return a rule as data: what the page says, with the expressions as written."""
    runs = words.cases_run(rules, {}, last_year=version.loaded_at.year - 1)
    return {
        "rule": version.code,
        "version": version.number,
        "title": version.title,
        "template": version.template,
        "basis": dict(rules.rule.basis),
        "clauses": [
            {
                "id": clause.id,
                "role": clause.role.value,
                "text": words.law_words(clause, rules.metrics),
                "article": clause.article,
                "expressions": [band.source for band in clause.bands],
            }
            for clause in rules.rule.clauses
        ],
        "cases": [{"wanted": run.wanted.value, "found": run.found.value} for run in runs],
        "holds": all(run.wanted is run.found for run in runs),
        "verdicts": [verdict.value for verdict in Verdict],
    }
