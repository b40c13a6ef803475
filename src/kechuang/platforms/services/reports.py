"""Annual reports (年度报告): opened for every running platform, filled from facts, filed, checked, or reminded of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.catalogue.evaluation import AnnualReportForm
from kechuang.directory.models import Department
from kechuang.facts.selectors.knowing import known
from kechuang.facts.services.declaring import Said, facts_declare
from kechuang.facts.subjects import Subject
from kechuang.kernel import moves
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.inbox import changed, opened
from kechuang.kernel.models import Move
from kechuang.kernel.processes import begin
from kechuang.platforms import life_access as access
from kechuang.platforms.models import AnnualReport, Level, Platform, RegisterEntry
from kechuang.platforms.selectors.figures import labels_of, stored
from kechuang.platforms.selectors.life import form_of, report_form_for
from kechuang.platforms.services.evaluations import RUNNING
from kechuang.platforms.services.life_steps import entry_today

FIRST_YEAR = 2000
REPORT_EDITABLE = ("open", "reminded", "proposed")


@transaction.atomic
def reports_open(*, year: int, department: Department, actor: Actor) -> int:
    """Open the report of ``year`` for every platform that runs today under ``department``; return how many are new.

    A platform that has its report already is passed over, so that late-comers can be added at any time.
    """
    if not access.REPORTS.may_any(actor, "add") or department.pk not in {o.department_id for o in actor.offices}:
        raise NotAllowed(_("年度报告由归口管理部门布置。"))
    if not FIRST_YEAR <= year <= actor.today.year:
        raise Refused(_("年度须是已经开始的年度。"), field="year")
    entries = RegisterEntry.objects.filter(department=department, end=date.max, standing__in=RUNNING)
    entries = entries.exclude(level__in=("", Level.CULTIVATED)).select_related("kind")
    have = set(AnnualReport.objects.filter(year=year).values_list("platform_id", flat=True))
    fresh = [_opened(entry, year) for entry in entries.order_by("name_key") if entry.platform_id not in have]
    changed(*AnnualReport.objects.bulk_create(fresh))
    return len(fresh)


@transaction.atomic
def annual_report_fill(
    *, report: AnnualReport, answers: Mapping[str, str], figures: Mapping[str, Any], actor: Actor
) -> AnnualReport:
    """Keep the answers and declare the figures as facts of the host and the report's year; empty ones are left out.

    What is known already is not typed again; what contradicts it opens a question and overwrites nothing.
    """
    access.REPORTS.require(actor, "edit", report)
    current = AnnualReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if current.state not in REPORT_EDITABLE:
        raise Refused(_("报告已报送，退回后才能修改。"))
    form = form_of(current.form)
    periods = labels_of(form.metrics)
    said = [
        Said(
            code, current.year if periods[code].yearly else None, value, _("%(year)s 年度报告") % {"year": current.year}
        )
        for code, value in figures.items()
        if code in periods and value not in (None, "")
    ]
    if said:
        facts_declare(subject=Subject("organisation", current.host_id), said=said, actor=actor)
    current.answers = {name: answers.get(name, "").strip() for name in form.questions}
    current.save(update_fields=["answers"])
    report.answers = current.answers
    return current


@transaction.atomic
def annual_report_file(*, report: AnnualReport, actor: Actor, all_figures: bool = True) -> Move:
    """File the report: the figures known now are kept with it; ``all_figures`` refuses while one is not known."""
    figures = report_figures(report)
    form = form_of(report.form)

    def complete(row: AnnualReport) -> str | None:
        lacking = [label for label, value in figures.values() if value is None and all_figures]
        lacking += [question for question in form.questions if not row.answers.get(question)]
        return str(_("尚未填写：%(what)s。") % {"what": "、".join(lacking)}) if lacking else None

    return moves.take(
        report,
        "file",
        access=access.REPORTS,
        actor=actor,
        guards={"complete": complete},
        values={"filed_on": actor.today, "figures": {code: value for code, (_label, value) in figures.items()}},
    )


@transaction.atomic
def annual_report_record(*, platform: Platform, year: int, answers: Mapping[str, str], actor: Actor) -> AnnualReport:
    """File the report of ``platform`` and ``year`` in one act, opening it where nobody has yet.

    For an application whose own form has asked for the figures: what that form left open may be missing here.
    """
    report = AnnualReport.objects.filter(platform=platform, year=year).first()
    if report is None:
        report = _opened(entry_today(platform), year)
        report.save()
        opened(report)
    annual_report_fill(report=report, answers=answers, figures={}, actor=actor)
    annual_report_file(report=report, actor=actor, all_figures=False)
    return report


@transaction.atomic
def annual_report_move(*, report: AnnualReport, step: str, actor: Actor, reason: str = "") -> Move:
    """Take ``return``, ``check``, ``reopen``, ``remind``, ``propose`` or ``excuse``."""
    if step == "file":
        raise ValueError("filing has a service of its own")
    grace = form_of(report.form).grace_days

    def due_over(row: AnnualReport) -> str | None:
        if actor.today > row.due_on:
            return None
        return str(_("报送期限 %(day)s 未到，不需催报。") % {"day": row.due_on.isoformat()})

    def grace_over(row: AnnualReport) -> str | None:
        last = (row.reminded_on or actor.today) + timedelta(days=grace)
        if actor.today > last:
            return None
        return str(_("催报后的宽限期到 %(day)s。") % {"day": last.isoformat()})

    return moves.take(
        report,
        step,
        access=access.REPORTS,
        actor=actor,
        guards={"due_over": due_over, "grace_over": grace_over},
        reason=reason,
        values={"reminded_on": actor.today} if step == "remind" else {},
    )


def reports_remind(*, actor: Actor) -> int:
    """Remind every host whose report is overdue, as far as the actor's office reaches; return how many."""
    overdue = AnnualReport.objects.filter(state="open", due_on__lt=actor.today)
    found = list(access.REPORTS.visible(overdue, actor, "remind"))
    for report in found:
        annual_report_move(report=report, step="remind", actor=actor)
    return len(found)


def report_figures(report: AnnualReport) -> dict[str, tuple[str, Any]]:
    """Return the form's metrics with their labels and what is known of each now (``None``: not known)."""
    form = form_of(report.form)
    metrics = labels_of(form.metrics)
    have = known(subject=Subject("organisation", report.host_id), metrics=form.metrics, years=[report.year])
    found: dict[str, tuple[str, Any]] = {}
    for code in form.metrics:
        metric = metrics.get(code)
        if metric is None:
            continue
        value = have.get((code, report.year if metric.yearly else None))
        unit = f"（{metric.unit}）" if metric.unit else ""
        found[code] = (f"{metric.label}{unit}", None if value is None else stored(value.value))
    return found


def due_on(form: AnnualReportForm, year: int) -> date:
    """Return by when the report of ``year`` is due: the form's day of the year after; 29 February is the 28th."""
    month, day = (int(part) for part in form.due.split("-"))
    try:
        return date(year + 1, month, day)
    except ValueError:
        return date(year + 1, month, 28)


def _opened(entry: RegisterEntry, year: int) -> AnnualReport:
    rule = report_form_for(entry.kind)
    return AnnualReport(
        platform_id=entry.platform_id,
        platform_name=entry.name,
        host_id=entry.host_id,
        department_id=entry.department_id,
        year=year,
        form=rule,
        due_on=due_on(form_of(rule), year),
        **begin(AnnualReport.process),
    )
