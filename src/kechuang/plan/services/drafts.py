"""Taking a document in: from what was read to a draft plan for an officer to check."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.kernel import inbox, numbering
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.processes import begin
from kechuang.plan import access, counters
from kechuang.plan.choices import ClauseKind, Op, Severity
from kechuang.plan.figures import YEARS, stored, stored_parts
from kechuang.plan.matching import Match, department_matches
from kechuang.plan.models import (
    Clause,
    Finding,
    Indicator,
    IndicatorBody,
    Milestone,
    Plan,
    Target,
)
from kechuang.plan.selectors.documents import draft_like, same_plan
from kechuang.plan.services.continuing import clauses_continue, indicators_continue
from kechuang.plan.services.writing import bodies_write, clipped
from kechuang.pure.plans.folding import fold
from kechuang.pure.plans.results import Document, PlanReading
from kechuang.pure.plans.results import Indicator as ReadIndicator

SERIES = "FA"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text came from: the file's name and bytes; both empty for a pasted text."""

    name: str = ""
    data: bytes = b""

    @property
    def sha256(self) -> str:
        """Return the SHA-256 (hex) of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


@transaction.atomic
def plan_import(*, reading: PlanReading, actor: Actor, source: Source | None = None, code: str = "") -> Plan:
    """Store ``reading`` as a draft version for an officer to check.

    The plan is the one named by ``code``, else the one of the same title, else a new one.
    Raises ``NotAllowed``, or ``Refused`` when there is nothing to import.
    """
    if not access.PLANS.may_any(actor, "add"):
        raise NotAllowed(_("方案由联席会议办公室导入；您的岗位可以查看已发布的方案。"))
    if not reading.tasks and not reading.indicators:
        raise Refused(_("这份文件里没有读到任务，也没有读到指标，没有可以导入的内容。"))
    before = same_plan(title=_title(reading.document), code=code)
    if code and before is None:
        raise Refused(_("没有代码为“%(code)s”的方案。") % {"code": code}, field="code")
    plan = _plan(reading, source or Source(), actor, before)
    matches = department_matches(_names(reading))
    _clauses(plan, reading, matches)
    _indicators(plan, reading.indicators, matches)
    _milestones(plan, reading)
    _findings(plan, reading, matches)
    if before is not None:
        clauses_continue(plan=plan, before=before)
        indicators_continue(plan=plan, before=before)
    return plan


def _title(document: Document) -> str:
    return document.issued_plan or document.title or ""


def _plan(reading: PlanReading, source: Source, actor: Actor, before: Plan | None) -> Plan:
    document = reading.document
    named = {target.year or 0 for row in reading.indicators for target in row.targets}
    years = sorted(named.intersection(YEARS))
    plan = Plan(
        **begin("plan_publication"),
        title=_title(document) or source.name or _("未命名的方案"),
        document_title=document.title or "",
        document_number=document.document_number or "",
        issuers=list(document.issuers),
        signed_on=_day(document.signed_on),
        document_published_on=_day(document.published_on),
        effective_on=_day(document.effective_on),
        note=document.note or "",
        year_from=years[0] if years else None,
        year_to=years[-1] if years else None,
        text=reading.text,
        source_name=source.name,
        source_sha256=source.sha256 if source.data else "",
        created_by_id=actor.user_id,
    )
    if before is None:
        plan.code = numbering.formatted(SERIES, timezone.localdate().year)
        plan.version = 1
    else:
        # Two imports of one plan take their version numbers one after the other.
        list(Plan.objects.select_for_update().filter(code=before.code).order_by("pk"))
        draft_like(plan, before)
    clipped(plan)
    plan.save()
    inbox.opened(plan)
    return plan


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _names(reading: PlanReading) -> list[str]:
    tasks = [name for task in reading.tasks for bracket in task.responsibilities for name in bracket.names]
    return [*tasks, *(name for row in reading.indicators for name in row.departments)]


def _clauses(plan: Plan, reading: PlanReading, matches: dict[str, Match]) -> None:
    rows: list[tuple[Clause, Sequence[Any]]] = []
    headings = [(section.path, section.title) for section in reading.sections]
    for task in reading.tasks:
        while task.section and any(path == task.section for path, _heading in headings):
            rows.append((_heading_of(plan, *headings.pop(0)), ()))
        clause = Clause(
            plan=plan,
            path="/".join(filter(None, (task.section, task.no))),
            section=task.section or "",
            no=task.no or "",
            kind=task.kind,
            title=task.title,
            text=task.text,
            line=task.line,
        )
        rows.append((clause, task.responsibilities))
    rows += [(_heading_of(plan, *heading), ()) for heading in headings]
    for order, (clause, _brackets) in enumerate(rows):
        clause.order = order
        clipped(clause)
    Clause.objects.bulk_create([clause for clause, _brackets in rows])
    bodies_write([(clause, brackets) for clause, brackets in rows if brackets], matches)


def _heading_of(plan: Plan, path: str, title: str) -> Clause:
    section, _slash, no = path.rpartition("/")
    return Clause(plan=plan, path=path, section=section, no=no, kind=ClauseKind.SECTION, title=title)


def _indicators(plan: Plan, read: Iterable[ReadIndicator], matches: dict[str, Match]) -> None:
    by_name = {fold(label): key for key, label in counters.labels().items()}
    used: set[str] = set()
    rows: list[Indicator] = []
    targets: list[Target] = []
    bodies: list[IndicatorBody] = []
    for order, row in enumerate(read):
        code = by_name.get(fold(row.name), "")
        indicator = Indicator(
            plan=plan,
            order=order,
            code="" if code in used else code,
            name=row.name,
            unit=row.unit or "",
            basis=row.basis or "",
            growth_stated=row.growth_stated or "",
            attribute=row.attribute or "",
            line=row.line,
        )
        if row.base is not None and row.base.year in YEARS:
            indicator.base_year = row.base.year
            indicator.base_value = stored(row.base.value)
            indicator.base_parts = stored_parts(row.base.parts)
        used.add(code)
        rows.append(clipped(indicator))
        targets += _targets(indicator, row)
        bodies += _responsible(indicator, row.departments, matches)
    Indicator.objects.bulk_create(rows)
    Target.objects.bulk_create(targets)
    IndicatorBody.objects.bulk_create(bodies)


def _targets(indicator: Indicator, row: ReadIndicator) -> list[Target]:
    """Return one target a year; a year printed twice keeps its first figure."""
    found: dict[int, Target] = {}
    for target in row.targets:
        value = stored(target.value)
        if target.year not in YEARS or target.year is None or value is None or target.year in found:
            continue
        op = target.op if target.op in Op.values else Op.EQUAL
        found[target.year] = Target(
            indicator=indicator, year=target.year, op=op, value=value, parts=stored_parts(target.parts)
        )
    return list(found.values())


def _responsible(indicator: Indicator, names: Iterable[str], matches: dict[str, Match]) -> list[IndicatorBody]:
    return [
        clipped(
            IndicatorBody(
                indicator=indicator,
                order=order,
                printed=name,
                department_id=matches[name].department_id,
                matched_by=matches[name].matched_by,
            )
        )
        for order, name in enumerate(names)
    ]


def _milestones(plan: Plan, reading: PlanReading) -> None:
    Milestone.objects.bulk_create(
        clipped(Milestone(plan=plan, order=order, when=row.when, what=row.what, line=row.line))
        for order, row in enumerate(reading.milestones)
    )


def _findings(plan: Plan, reading: PlanReading, matches: dict[str, Match]) -> None:
    rows: list[tuple[str, str, str, int | None]] = [
        (row.kind, row.severity, row.message, row.line) for row in reading.findings
    ]
    collective = {name for task in reading.tasks for bracket in task.responsibilities for name in bracket.local}
    for name, match in matches.items():
        if match.department_id is None and name not in collective:
            sentence = _("“%(name)s”不在部门名录中，请指定对应的部门，或确认保留原样。") % {"name": name}
            rows.append(("department_unknown", Severity.WARNING, sentence, None))
    for row in reading.indicators:
        if _left_out(row):
            sentence = _("“%(name)s”有年度或数值超出可记的范围，或同一年写了两次，未全部导入，请对照正文补齐。") % {
                "name": row.name
            }
            rows.append(("figure_left_out", Severity.WARNING, sentence, row.line))
    Finding.objects.bulk_create(
        clipped(Finding(plan=plan, order=order, kind=kind, severity=severity, message=message, line=line))
        for order, (kind, severity, message, line) in enumerate(rows)
    )


def _left_out(row: ReadIndicator) -> bool:
    base_lost = row.base is not None and (row.base.year not in YEARS or stored(row.base.value) is None)
    return base_lost or len(_targets(Indicator(), row)) < len(row.targets)
