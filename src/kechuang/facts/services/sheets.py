"""The yearly sheet (年度数据申报表): filled field by field, submitted as facts, verified one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.directory.models import Department, Organisation
from kechuang.facts import access
from kechuang.facts.choices import Status
from kechuang.facts.models import Evidence, Fact, Question, Sheet
from kechuang.facts.origins import UNIT, department_of
from kechuang.facts.selectors.sheets import Filled, sheet_filled, sheet_metrics
from kechuang.facts.services.declaring import Declared, Said, facts_declare
from kechuang.facts.services.locks import lock_subjects
from kechuang.facts.subjects import subject_of
from kechuang.kernel import cases, moves
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused, Stale
from kechuang.kernel.models import Move
from kechuang.kernel.processes import begin

OLDEST = 2000
LONGEST = 600


@transaction.atomic
def sheet_open(*, organisation: Organisation, year: int, actor: Actor, department: Department | None = None) -> Sheet:
    """Return an organisation's sheet of a year, begun if there is none; a year that has not begun has no sheet.

    ``department`` is the one it is handed to, else that of the organisation's last sheet, else the first of all.
    """
    access.KEEPING.require(actor, "fill", organisation)
    if not OLDEST <= year <= actor.today.year:
        raise Refused(
            _("请填写 %(first)s 年至 %(last)s 年之间的年度。") % {"first": OLDEST, "last": actor.today.year},
            field="year",
        )
    lock_subjects([subject_of(organisation)])
    sheet = Sheet.objects.filter(organisation=organisation, year=year).first()
    if sheet is not None:
        return sheet
    handed_to = department or department_of(organisation)
    if handed_to is None:
        raise Refused(_("尚未载入部门，不知道向谁报送。"), field="department")
    sheet = Sheet.objects.create(organisation=organisation, year=year, department=handed_to, **begin(Sheet.process))
    cases.opened(sheet)
    return sheet


@dataclass(frozen=True, slots=True)
class Kept:
    """The receipt of a saved draft: when, and what is still wrong with what was typed."""

    at: datetime
    problems: dict[str, str]


@transaction.atomic
def sheet_fill(
    *,
    sheet: Sheet,
    values: Mapping[str, str],
    evidence: Mapping[str, int | None] | None = None,
    actor: Actor,
) -> Kept:
    """Keep what was typed into some fields of a draft, wrong or not; fields that are not named stay as they are.

    Two colleagues filling different fields at once lose nothing: the row is locked and only the named keys change.
    An empty text takes a field back.
    """
    current = _draft(sheet, actor)
    known = {metric.code for metric in sheet_metrics()}
    if unknown := (set(values) | set(evidence or {})) - known:
        raise Refused(_("申报表中没有“%(codes)s”这一项，请刷新页面。") % {"codes": "、".join(sorted(unknown))})
    for code, text in values.items():
        _put(current.entries, code, _typed(text))
    _put_evidence(current, evidence or {})
    current.filled_at = timezone.now()
    current.save(update_fields=["entries", "evidence", "filled_at"])
    sheet.entries, sheet.evidence, sheet.filled_at = current.entries, current.evidence, current.filled_at
    return Kept(current.filled_at, sheet_filled(sheet=current).problems)


@dataclass(frozen=True, slots=True)
class Submitted:
    """What a submitted sheet brought: values that are new, values known before, and questions it opened (个)."""

    new: int
    same: int
    questions: int


@transaction.atomic
def sheet_submit(*, sheet: Sheet, actor: Actor) -> Submitted:
    """Submit a draft: what was typed becomes declared facts, all or none. ``Refused`` at the first field that is wrong.

    A value that contradicts a verified one opens a question and does not hold up the sheet.
    """
    current = _draft(sheet, actor)
    filled = sheet_filled(sheet=current)
    for code, problem in filled.problems.items():
        raise Refused(problem, field=code)
    moves.take(current, "submit", access=access.SHEETS, actor=actor, guards={"complete": lambda _row: _empty(filled)})
    declared = _declare(filled, actor)
    sheet.state = current.state
    questions = {one.question.pk for one in declared if one.question is not None}
    new = sum(one.added for one in declared)
    same = sum(not one.new and one.question is None for one in declared)
    return Submitted(new=new, same=same, questions=len(questions))


@transaction.atomic
def sheet_move(*, sheet: Sheet, step: str, actor: Actor, reason: str = "") -> Move:
    """Take ``withdraw``, ``return``, ``verify`` or ``reopen``."""
    if step == "submit":
        raise ValueError("a sheet is submitted by sheet_submit")
    current = Sheet.objects.select_for_update().get(pk=sheet.pk)
    move = moves.take(
        current, step, access=access.SHEETS, actor=actor, guards={"all_verified": _unverified}, reason=reason
    )
    sheet.state = current.state
    return move


def _draft(sheet: Sheet, actor: Actor) -> Sheet:
    current = Sheet.objects.select_for_update().get(pk=sheet.pk)
    access.SHEETS.require(actor, "fill", current)
    if current.state != "draft":
        raise Stale(_("申报表已提交，不能再填写；需要修改时请先撤回。"))
    return current


def _typed(text: str) -> str:
    typed = text.replace("\x00", "").strip()
    if len(typed) > LONGEST:
        raise Refused(_("单项内容不超过 600 个字。"))
    return typed


def _put(entries: dict[str, str], code: str, typed: str) -> None:
    if typed:
        entries[code] = typed
    else:
        entries.pop(code, None)


def _put_evidence(sheet: Sheet, given: Mapping[str, int | None]) -> None:
    wanted = {key for key in given.values() if key is not None}
    mine = Evidence.objects.filter(pk__in=wanted, organisation=sheet.organisation_id).count() if wanted else 0
    if mine != len(wanted):
        raise Refused(_("所选佐证不属于本单位，请从本单位的佐证库中选择。"))
    for code, key in given.items():
        if key is None:
            sheet.evidence.pop(code, None)
        else:
            sheet.evidence[code] = key


def _empty(filled: Filled) -> str | None:
    if not any(line.typed or line.known for line in filled.lines):
        return _("申报表还是空的，请至少填写一项后再提交。")
    return None


def _declare(filled: Filled, actor: Actor) -> list[Declared]:
    evidence = Evidence.objects.in_bulk(filled.sheet.evidence.values())
    said = [
        Said(
            line.metric.code,
            line.year,
            line.typed,
            line.metric.source,
            evidence.get(line.evidence_id) if line.evidence_id is not None else None,
        )
        for line in filled.lines
        if line.typed
    ]
    if not said:
        return []
    subject = subject_of(Organisation(pk=filled.sheet.organisation_id))
    return facts_declare(subject=subject, said=said, origin=UNIT, source=_("年度数据申报表"), actor=actor)


def _unverified(sheet: Sheet) -> str | None:
    """Tell what of the sheet's year still waits: the guard ``all_verified``."""
    key = subject_of(Organisation(pk=sheet.organisation_id)).key
    waiting = Fact.objects.filter(**key, year=sheet.year, status=Status.DECLARED).count()
    if waiting:
        return _("还有 %(count)s 项数据没有核定，请先逐项核定。") % {"count": waiting}
    asked = {f"held__{name}": value for name, value in key.items()}
    if Question.objects.filter(**asked, held__year=sheet.year, state="open").exists():
        return _("还有待核对事项没有答复，请先答复。")
    return None
