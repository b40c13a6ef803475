"""Does this organisation qualify, and why: one rule, or all of them by how near they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kechuang.directory.models import Organisation
from kechuang.facts import access
from kechuang.facts.models import Metric
from kechuang.facts.selectors import rules as reading
from kechuang.facts.selectors import rules_words as words
from kechuang.facts.selectors.rules import Gap, Judged
from kechuang.facts.subjects import Subject, subject_of
from kechuang.facts.views.rules_reach import Moment, candidate_asked, moment_asked, own_candidates, rule_asked
from kechuang.kernel.access import Actor
from kechuang.kernel.web import Request
from kechuang.pure.conditions.rules import Role, Verdict
from kechuang.pure.conditions.values import json_text
from kechuang.ui.parts import Action, Crumb
from kechuang.ui.tables import Cell, Head, Table


@login_required
@require_safe
def verdict(request: Request, code: str, key: int) -> HttpResponse:
    """Show what a rule says of an organisation, clause by clause, and what is missing."""
    organisation, version = candidate_asked(request, key), rule_asked(request, code)
    moment = moment_asked(request)
    judged = reading.verdict(rule_version=version, subject=subject_of(organisation), year=moment.year, on=moment.on)
    if request.GET.get("format") == "json":
        return json_answer(judged.json())
    path = reading.gaps(judged)
    rows = words.metric_rows(judged.rules.metrics)
    links = Links.for_actor(request.actor, organisation)
    context = {
        "heading": organisation.name,
        "number": version.title,
        "state": words.LIGHTS[judged.verdict],
        "state_word": words.WORDS[judged.verdict],
        "lead": words.summary_words(judged),
        "crumbs": [
            Crumb(organisation.name, reverse("directory:organisation", args=[organisation.pk])),
            Crumb(_("条件对照"), reverse("facts:unit_rules", args=[organisation.pk]) + moment.query),
            Crumb(version.title),
        ],
        "actions": [
            Action(_("看规则原文"), reverse("facts:rule", args=[version.code])),
            *([Action(_("单位数据"), reverse("facts:unit", args=[organisation.pk]))] if links.sees else []),
        ],
        "rule_version": version,
        "in_force": version.in_force(moment.on),
        "moment": moment,
        "clauses": [_clause(judged, one, rows, links) for one in judged.explained.clauses],
        "gaps": [_gap(judged, gap, rows) for gap in path.gaps],
        "changes": any(gap.change for gap in path.gaps),
        "latest": latest(request, judged.subject, moment),
        "reached": words.WORDS[path.reached],
        "reached_light": words.LIGHTS[path.reached],
    }
    return render(request, "facts/rules_verdict.html", context)


def _clause(judged: Judged, one: Any, rows: dict[str, Metric], links: Links) -> dict[str, Any]:
    clause, standing = one.clause, reading.standing(one)
    lacking = clause.role is Role.NEED and standing is not Verdict.MET
    change = reading.advised_change(clause.when, judged) if lacking else None
    return {
        "role": words.ROLES[clause.role],
        "said": words.law_words(clause, judged.rules.metrics, rows),
        "article": clause.article,
        "light": words.LIGHTS[standing],
        "word": words.standing_words(one),
        "numbers": [(number, links.of(number, judged)) for number in words.numbers_of(judged, one, rows)],
        "change": words.change_words(change, judged.rules.metrics) if change else "",
    }


@dataclass(frozen=True, slots=True)
class Links:
    """Where the numbers of an organisation lead: a known one to its history, a missing one to the year's sheet."""

    organisation: Organisation
    sees: bool
    fills: bool

    @classmethod
    def for_actor(cls, actor: Actor, organisation: Organisation) -> Links:
        sees, fills = (access.may_keep(actor, action, organisation) for action in ("view", "fill"))
        return cls(organisation, sees, fills)

    def of(self, number: words.Number, judged: Judged) -> str:
        """Return the address, empty where there is none for this person; what a register says has none."""
        if number.known is None:
            year = number.year or judged.facts.year
            address = f"{reverse('facts:sheet_open')}?organisation={self.organisation.pk}&year={year}"
            return address if self.fills else ""
        if number.known.fact_id is None or not self.sees:
            return ""
        return reverse("facts:history", args=[self.organisation.pk, number.code])


def _gap(judged: Judged, gap: Gap, rows: dict[str, Metric]) -> dict[str, Any]:
    return {
        "said": words.law_words(gap.clause.clause, judged.rules.metrics, rows),
        "way": words.gap_words(gap, judged, rows),
        "light": words.LIGHTS[reading.standing(gap.clause)],
        "word": words.standing_words(gap.clause),
    }


@login_required
@require_safe
def own_rules(request: Request) -> HttpResponse:
    """Lead to the rules of the organisation the person speaks for; with several, let one be chosen."""
    units = own_candidates(request.actor)
    if len(units) == 1:
        return redirect("facts:unit_rules", units[0].pk)
    rows = tuple((Cell(unit.name, href=reverse("facts:unit_rules", args=[unit.pk])),) for unit in units)
    table = Table((Head(_("单位")),), rows, empty=_("您没有代表单位的岗位。"), advice=_("请联系本单位管理员。"))
    return render(request, "ui/list.html", {"heading": _("条件对照"), "table": table, "sentence": ""})


@login_required
@require_safe
def unit_rules(request: Request, key: int) -> HttpResponse:
    """Show every rule with its verdict on an organisation, the nearest first."""
    organisation, moment = candidate_asked(request, key), moment_asked(request)
    versions = list(reading.rules_current())
    subject = subject_of(organisation)
    judged = reading.verdicts_of(versions=versions, subject=subject, year=moment.year, on=moment.on)
    judged.sort(key=reading.nearness)
    if request.GET.get("format") == "json":
        return json_answer([one.json() for one in judged])
    context = {
        "heading": _("条件对照"),
        "number": organisation.name,
        "lead": _("按本单位已有数据对照全部条件规则，离符合最近的排在前面；缺少的数据不作推测。"),
        "crumbs": [
            Crumb(organisation.name, reverse("directory:organisation", args=[organisation.pk])),
            Crumb(_("条件对照")),
        ],
        "moment": moment,
        "latest": latest(request, subject, moment),
        "table": _table(judged, organisation, moment),
        "counts": [
            (words.LIGHTS[verdict], words.WORDS[verdict], sum(one.verdict is verdict for one in judged))
            for verdict in Verdict
        ],
    }
    return render(request, "facts/rules_unit.html", context)


def _table(judged: list[Judged], organisation: Organisation, moment: Moment) -> Table:
    labels = (_("规则"), _("平台类别"), _("级别"), _("结论"), _("还差什么"), _("性质"))
    rows = tuple(
        (
            Cell(
                one.version.title,
                href=reverse("facts:verdict", args=[one.version.code, organisation.pk]) + moment.query,
                label=labels[0],
            ),
            Cell(one.version.type_name, label=labels[1]),
            Cell(one.version.level_name, label=labels[2]),
            Cell(words.WORDS[one.verdict], light=words.LIGHTS[one.verdict], label=labels[3]),
            Cell(shortfall(one), label=labels[4]),
            Cell(words.mark_word(one.version.template), label=labels[5]),
        )
        for one in judged
    )
    heads = tuple(Head(label) for label in labels)
    return Table(heads, rows, caption=_("条件对照"), empty=_("还没有载入条件规则。"))


def shortfall(judged: Judged) -> str:
    """Return the easiest gap of a verdict in words, of what fails first, and how many more there are."""
    if judged.verdict is Verdict.MET:
        return ""
    found = reading.gaps(judged).gaps
    if not found:
        return ""
    unmet = (gap for gap in found if reading.standing(gap.clause) is Verdict.UNMET)
    first = words.gap_words(next(unmet, found[0]), judged)
    rest = len(found) - 1
    return first if not rest else _("%(first)s；另有 %(count)d 条") % {"first": first, "count": rest}


def latest(request: Request, subject: Subject, moment: Moment) -> tuple[int, str] | None:
    """Return the last year with any figures and its address, where the year asked for has none."""
    year = reading.latest_year(subject=subject, before=moment.year)
    return None if year in (None, moment.year) else (year, f"{request.path}?year={year}")


def json_answer(data: object) -> HttpResponse:
    """Return data as JSON with exact decimals."""
    return HttpResponse(json_text(data), content_type="application/json")
