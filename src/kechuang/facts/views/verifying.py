"""Verification by department officers: reported and audited beside each other, several at once after a preview."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.facts import access, selectors, services
from kechuang.facts.choices import Status
from kechuang.facts.models import Fact
from kechuang.facts.selectors.subjects import Row, units_to_verify, waiting_counts
from kechuang.facts.services import Verdict
from kechuang.facts.values import value_read, value_said, value_text
from kechuang.facts.views.reach import Reached, in_matters, subject_seen, year_asked
from kechuang.facts.views.subjects import evidence_cell, status_cell
from kechuang.kernel.errors import Refused
from kechuang.kernel.web import Request
from kechuang.ui.pages import keyset_page
from kechuang.ui.parts import Crumb, Pages
from kechuang.ui.tables import Cell, Head, Table


@login_required
def verify(request: Request, key: int, kind: str = "organisation") -> HttpResponse:
    """Show a year's facts to be verified; preview what is chosen; verify it, all or none."""
    reached = subject_seen(request, kind, key, "verify")
    found = selectors.year_of_facts(subject=reached.subject, year=year_asked(request), today=request.actor.today.year)
    faults: dict[str, str] = {}
    if request.method == "POST" and "all" not in request.POST:
        chosen = _chosen(found.rows, request.POST)
        faults = _faults(chosen, request)
        if not faults and "confirm" in request.POST:
            faults = _verified(request, chosen)
            if not faults:
                return redirect(_here(reached, found.year))
        if not faults:
            return _preview(request, reached, found.year, chosen)
    context = {
        **_words(reached, found.year),
        "lead": _("勾选要核定的数据；核定值与申报值相同的不必填写。先预览，再一并核定。"),
        "years": [(year, f"?year={year}", year == found.year) for year in found.years],
        "rows": [_row(row, request, faults) for row in found.rows],
        "faults": list(faults.values()),
        "reason": reason_of(request),
        "open_count": sum(row.fact.status == Status.DECLARED for row in found.rows),
        "questions_url": reverse("facts:questions"),
    }
    return render(request, "facts/verify.html", context)


@login_required
def units(request: Request) -> HttpResponse:
    """List the organisations of which something declared waits for verification, from whichever form it came."""
    if not access.KEEPING.may_any(request.actor, "verify"):
        raise Http404
    in_matters(request)
    rows = units_to_verify(actor=request.actor)
    paths = ("pk", "name", "county__short_name")
    page = keyset_page(rows, order=("name_key", "pk"), paths=paths, cursor=request.GET.get("at", ""))
    context = {
        "heading": _("待核定单位"),
        "lead": _("年度申报表和各类申报书带来的数据，都在这里等候核定。"),
        "table": _units_table(page.rows),
        "pages": Pages(
            previous_url=f"?at={page.before}" if page.before else "", next_url=f"?at={page.after}" if page.after else ""
        ),
    }
    return render(request, "facts/questions.html", context)


def _units_table(rows: list[dict[str, Any]]) -> Table:
    labels = (_("单位"), _("县区"), _("待核定（项）"), _("最近年度"))
    counts = waiting_counts(units=[row["pk"] for row in rows])
    cells = []
    for row in rows:
        count, year = counts.get(row["pk"], (0, None))
        query = f"?year={year}" if year else ""
        cells.append(
            (
                Cell(row["name"], href=f"{reverse('facts:verify', args=[row['pk']])}{query}", label=labels[0]),
                Cell(row["county__short_name"], label=labels[1]),
                Cell(count, numeric=True, label=labels[2]),
                Cell(str(year or ""), numeric=True, label=labels[3]),
            )
        )
    heads = tuple(Head(label, numeric=place > 1) for place, label in enumerate(labels))
    return Table(
        heads,
        tuple(cells),
        caption=_("待核定单位"),
        empty=_("没有等候核定的数据。"),
        advice=_("单位申报后会列在这里。"),
    )


def reason_of(request: Request) -> str:
    """Return the reason as it was typed, without the NUL no database column takes."""
    return str(request.POST.get("reason", "")).replace("\x00", "")


def _words(reached: Reached, year: int) -> dict[str, Any]:
    return {
        "heading": _("核定 %(year)s 年数据") % {"year": year},
        "number": reached.title,
        "year": year,
        "crumbs": reached.crumbs(Crumb(_("逐项核定"))),
    }


def _here(reached: Reached, year: int) -> str:
    return f"{reached.url('verify')}?year={year}"


def _row(row: Row, request: Request, faults: dict[str, str]) -> dict[str, Any]:
    fact = row.fact
    return {
        "row": row,
        "fact": fact,
        "open": fact.status == Status.DECLARED and fact.declared_by_id != request.actor.user_id,
        "own": fact.status == Status.DECLARED and fact.declared_by_id == request.actor.user_id,
        "status": status_cell(fact, "", asked=row.asked),
        "evidence": evidence_cell(fact, request.actor.today, ""),
        "typed": request.POST.get(f"audited_{fact.pk}", value_text(row.metric, fact.audited)),
        "picked": "all" in request.POST or str(fact.pk) in request.POST.getlist("fact"),
        "fault": faults.get(f"audited_{fact.pk}", ""),
    }


def _chosen(rows: list[Row], sent: QueryDict) -> list[tuple[Row, str]]:
    """Return the rows that were ticked, or whose audited value was changed, with what was typed as audited."""
    picked = set(sent.getlist("fact"))
    found = []
    for row in rows:
        typed = sent.get(f"audited_{row.fact.pk}", "").strip()
        altered = typed != value_text(row.metric, row.fact.audited)
        if str(row.fact.pk) in picked or (row.fact.status == Status.VERIFIED and altered):
            found.append((row, typed))
    return found


def _faults(chosen: list[tuple[Row, str]], request: Request) -> dict[str, str]:
    """Return what is wrong before anything is written, by field."""
    faults: dict[str, str] = {}
    differs = False
    for row, typed in chosen:
        try:
            value = value_read(row.metric, typed)
        except Refused as refusal:
            faults[f"audited_{row.fact.pk}"] = str(refusal)
            continue
        differs |= row.fact.status == Status.VERIFIED or (
            value is not None and value_text(row.metric, value) != value_text(row.metric, row.fact.reported)
        )
    if not chosen:
        faults["fact"] = _("请至少勾选一项数据。")
    if differs and not reason_of(request).strip():
        faults["reason"] = _("核定值与申报值不同，或改变已核定的数据，须写明理由。")
    return faults


def _verified(request: Request, chosen: list[tuple[Row, str]]) -> dict[str, str]:
    verdicts = [Verdict(row.fact, typed or None) for row, typed in chosen]
    try:
        services.facts_verify(verdicts=verdicts, actor=request.actor, reason=reason_of(request))
    except Refused as refusal:
        return {refusal.field or "": str(refusal)}
    messages.success(request, _("已核定 %(count)s 项数据。") % {"count": len(verdicts)})
    return {}


def _preview(request: Request, reached: Reached, year: int, chosen: list[tuple[Row, str]]) -> HttpResponse:
    labels = (_("指标"), _("申报值"), _("核定为"))
    rows = tuple(
        (
            Cell(row.metric.titled, label=labels[0]),
            Cell(row.reported, numeric=True, label=labels[1]),
            Cell(_will_be(row.fact, typed), numeric=True, label=labels[2]),
        )
        for row, typed in chosen
    )
    heads = tuple(Head(label, numeric=place > 0) for place, label in enumerate(labels))
    context = {
        **_words(reached, year),
        "heading": _("预览：核定 %(count)s 项数据") % {"count": len(chosen)},
        "table": Table(heads, rows, caption=_("将要核定的数据")),
        "reason": reason_of(request),
        "chosen": [(row.fact.pk, typed) for row, typed in chosen],
        "back_url": _here(reached, year),
    }
    return render(request, "facts/verify_preview.html", context)


def _will_be(fact: Fact, typed: str) -> str:
    value = value_read(fact.metric, typed)
    return value_said(fact.metric, fact.reported if value is None else value)
