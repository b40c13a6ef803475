"""A rule over all organisations: who meets it, and which clause stops whom."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import rustpy_xlsxwriter
from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kechuang.directory.models import County, Organisation
from kechuang.facts.models import RuleVersion
from kechuang.facts.selectors import rules as reading
from kechuang.facts.selectors import rules_everyone as selecting
from kechuang.facts.selectors import rules_words as words
from kechuang.facts.selectors.rules_everyone import Everyone
from kechuang.facts.subjects import Subject
from kechuang.facts.views.rules_reach import Moment, compare_required, moment_asked, rule_asked
from kechuang.facts.views.rules_units import json_answer, shortfall
from kechuang.kernel.web import Request
from kechuang.pure.conditions.bulk import VERDICTS
from kechuang.pure.conditions.rules import Verdict
from kechuang.ui.exports import harmless
from kechuang.ui.formats import moment as moment_word
from kechuang.ui.formats import thousands
from kechuang.ui.parts import Action, Crumb, Pages
from kechuang.ui.resource import SEARCH_LIMIT, chips, relation_choices
from kechuang.ui.tables import Cell, Head, Table

ROWS = 50
LISTED = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AT_ONCE = 2_000
MOST_EXPORTED = 100_000
"""Rows of a workbook; a longer list is to be narrowed first, and the workbook says so."""


class UnitFilters(forms.Form):
    """What the list of organisations may be narrowed to."""

    q = forms.CharField(label=gettext_lazy("查找"), required=False, max_length=SEARCH_LIMIT)
    verdict = forms.MultipleChoiceField(
        label=gettext_lazy("结论"),
        required=False,
        choices=[(one.value, words.WORDS[one]) for one in Verdict],
        widget=forms.CheckboxSelectMultiple,
    )
    county = forms.MultipleChoiceField(
        label=gettext_lazy("县区"),
        required=False,
        choices=lambda: relation_choices(County),
        widget=forms.CheckboxSelectMultiple,
    )
    kind = forms.MultipleChoiceField(
        label=gettext_lazy("单位类型"),
        required=False,
        choices=Organisation.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    def narrowed(self, found: Everyone) -> Everyone:
        """Return the organisations the filters leave; unreadable filters leave all."""
        if not self.is_valid():
            return found
        rows = self._rows()
        found = found if rows is None else found.among(rows)
        wanted = [VERDICTS.index(Verdict(value)) for value in self.cleaned_data["verdict"]]
        return found.only(np.isin(found.verdicts, wanted)) if wanted else found

    def _rows(self) -> QuerySet[Organisation] | None:
        asked = self.cleaned_data
        terms = asked["q"].replace("\0", "").split()[:8]
        if not (terms or asked["county"] or asked["kind"]):
            return None
        rows = Organisation.objects.all()
        if asked["county"]:
            rows = rows.filter(county__in=asked["county"])
        if asked["kind"]:
            rows = rows.filter(kind__in=asked["kind"])
        for term in terms:
            rows = rows.filter(name__contains=term)
        return rows


@login_required
@require_safe
def rule_units(request: Request, code: str) -> HttpResponse:
    """List the organisations the actor may compare with the verdict of each."""
    compare_required(request)
    version, moment = rule_asked(request, code), moment_asked(request)
    whole = selecting.everyone_judged(version=version, year=moment.year, on=moment.on, actor=request.actor)
    filters = UnitFilters(request.GET)
    found = filters.narrowed(whole)
    wanted = request.GET.get("format", "")
    if wanted == "xlsx":
        return _workbook(version, moment, found)
    if wanted == "json":
        return json_answer(_json(version, moment, found))
    keys, pages = _page(request, found)
    context = {
        "heading": _("哪些单位符合"),
        "number": version.title,
        "lead": _("按各单位已有数据逐个判定；判定时间 %(at)s。") % {"at": moment_word(whole.at)},
        "crumbs": crumbs_of(version, _("哪些单位符合")),
        "actions": [Action(_("调整门槛试算"), reverse("facts:rule_trial", args=[version.code]) + moment.query)],
        "rule_version": version,
        "moment": moment,
        "figures": _figures(request, whole),
        "clauses": _clause_table(version, whole),
        "filters": filters,
        "sentence": " · ".join(said for _label, said in chips(filters)) or _("全部单位"),
        "table": _table(version, moment, keys),
        "pages": pages,
        "exports": [("XLSX", _query(request, format="xlsx", at=""))],
    }
    return render(request, "facts/rules_everyone.html", context)


def crumbs_of(version: RuleVersion, here: str) -> list[Crumb]:
    """Return the way to a page of a rule."""
    return [
        Crumb(_("条件规则"), reverse("facts:rules")),
        Crumb(version.title, reverse("facts:rule", args=[version.code])),
        Crumb(here),
    ]


def _query(request: Request, **changes: str) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"?{query.urlencode()}"


def _figures(request: Request, whole: Everyone) -> list[tuple[object, str, str]]:
    return [
        (words.WORDS[one], thousands(count), _query(request, verdict=one.value, at=""))
        for one, count in sorted(whole.counts().items(), key=lambda pair: list(Verdict).index(pair[0]))
    ]


def _clause_table(version: RuleVersion, whole: Everyone) -> Table:
    """Return how many organisations each need and veto lets pass: where most of them stop."""
    rules = reading.rule_of(version.pk)
    labels = (_("条款"), _("符合"), _("不符合"), _("待核实"))
    order = (Verdict.MET, Verdict.UNMET, Verdict.UNKNOWN)
    rows = tuple(
        (
            Cell(words.law_words(clause, rules.metrics), label=labels[0]),
            *(Cell(thousands(counts[one]), numeric=True, label=words.WORDS[one]) for one in order),
        )
        for clause, counts in zip(selecting.told_clauses(rules.rule), whole.clause_counts(), strict=True)
    )
    heads = tuple(Head(label, numeric=place > 0) for place, label in enumerate(labels))
    return Table(heads, rows, caption=_("逐条统计"), empty=_("这条规则只计分。"))


def _page(request: Request, found: Everyone) -> tuple[list[int], Pages]:
    """Return the keys of one page and its neighbours; ``?at=`` is the key after which the page begins."""
    typed = request.GET.get("at", "")
    after = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0  # noqa: PLR2004 - fits
    start = int(np.searchsorted(found.keys, after, side="right"))
    keys = found.keys[start : start + ROWS].tolist()
    back = found.keys[max(0, start - ROWS - 1) : start].tolist()
    previous = _query(request, at=str(back[0]) if start > ROWS else "0") if start else ""
    more = start + ROWS < len(found.keys)
    return keys, Pages(
        count=len(found.keys),
        shown=len(keys),
        previous_url=previous,
        next_url=_query(request, at=str(keys[-1])) if more else "",
    )


def _table(version: RuleVersion, moment: Moment, keys: list[int]) -> Table:
    labels = (_("单位"), _("县区"), _("类型"), _("结论"), _("还差什么"))
    rows = Organisation.objects.select_related("county").in_bulk(keys)
    subjects = [Subject("organisation", key) for key in keys]
    judged = reading.judged_of(versions=[version], subjects=subjects, year=moment.year, on=moment.on)
    pattern = reverse("facts:verdict", args=[version.code, 0])
    cells = tuple(
        (
            Cell(
                rows[subject.pk].name,
                href=f"{pattern.replace('/0/', f'/{subject.pk}/')}{moment.query}",
                label=labels[0],
            ),
            Cell(rows[subject.pk].county.short_name, label=labels[1]),
            Cell(rows[subject.pk].get_kind_display(), label=labels[2]),
            Cell(words.WORDS[one.verdict], light=words.LIGHTS[one.verdict], label=labels[3]),
            Cell(shortfall(one), label=labels[4]),
        )
        for subject, one in judged
    )
    heads = tuple(Head(label) for label in labels)
    return Table(heads, cells, caption=_("单位"), empty=_("没有这样的单位。"), advice=_("放宽筛选条件，或换一个年度。"))


def _json(version: RuleVersion, moment: Moment, found: Everyone) -> dict[str, object]:
    return {
        "rule": version.code,
        "version": version.number,
        "year": moment.year,
        "on": moment.on,
        "counts": {verdict.value: count for verdict, count in found.counts().items()},
        "units": [
            {"unit": key, "verdict": VERDICTS[place].value}
            for key, place in zip(found.keys[:LISTED].tolist(), found.verdicts[:LISTED].tolist(), strict=True)
        ],
    }


def _workbook(version: RuleVersion, moment: Moment, found: Everyone) -> HttpResponse:
    records = list(_records(version, found))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        rustpy_xlsxwriter.write_worksheet(records or [{_("单位"): ""}], str(path), str(moment.year))
        answer = HttpResponse(path.read_bytes(), content_type=XLSX)
    name = f"{version.title}_{moment.year}.xlsx"
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def _records(version: RuleVersion, found: Everyone) -> Iterator[dict[str, Any]]:
    rules = reading.rule_of(version.pk)
    clauses = [
        f"{number}. {words.law_words(clause, rules.metrics)}"
        for number, clause in enumerate(selecting.told_clauses(rules.rule), 1)
    ]
    heads = [_("单位"), _("统一社会信用代码"), _("县区"), _("类型"), _("结论"), *clauses, _("规则性质")]
    rest = len(found.keys) - MOST_EXPORTED
    if rest > 0:
        said = _("另有 %(count)s 家未列出，请先筛选再导出") % {"count": thousands(rest)}
        yield {**dict.fromkeys(heads, ""), heads[0]: said}
    mark = str(words.mark_word(version.template))
    for row in _exported(found):
        yield dict(zip(heads, (*row, mark), strict=True))


def _exported(found: Everyone) -> Iterator[tuple[str, ...]]:
    """Yield organisation, code, county, kind, verdict and the standing of each clause."""
    said = [str(words.WORDS[verdict]) for verdict in VERDICTS]
    for start in range(0, min(len(found.keys), MOST_EXPORTED), AT_ONCE):
        keys = found.keys[start : min(start + AT_ONCE, MOST_EXPORTED)].tolist()
        rows = Organisation.objects.select_related("county").in_bulk(keys)
        for place, key in enumerate(keys, start):
            row = rows[key]
            named = (harmless(row.name), row.credit_code, row.county.short_name, str(row.get_kind_display()))
            yield (*named, said[found.verdicts[place]], *(said[one] for one in found.clauses[:, place]))
