"""The cultivation pool (培育库): in, coached, measured against the target again and again, and out."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.directory.models import Department, Organisation, User
from kechuang.kernel import moves, numbering
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.files import attachment_store
from kechuang.kernel.inbox import changed, opened
from kechuang.kernel.models import Move
from kechuang.kernel.processes import begin
from kechuang.platforms import life_access as access
from kechuang.platforms.models import (
    LEVEL_ORDER,
    Attendance,
    CoachingNote,
    GapSnapshot,
    Platform,
    PlatformKind,
    PoolEntry,
    Recognition,
    RegisterEntry,
    TrainingSession,
)
from kechuang.platforms.selectors.competence import competent_department
from kechuang.platforms.selectors.gaps import gap_report
from kechuang.platforms.services.life_steps import cleaned, in_the_name_of
from kechuang.platforms.services.locks import person, refuse_future

SERIES = "PY"
LEAVING = frozenset({"promote", "remove"})


@transaction.atomic
def pool_enter(
    *,
    actor: Actor,
    organisation: Organisation,
    kind: PlatformKind,
    level: str,
    platform: Platform | None = None,
    reason: str = "",
    goal_on: date | None = None,
    coach: User | None = None,
    department: Department | None = None,
    admit: bool = False,
    is_sample: bool = False,
) -> PoolEntry:
    """Propose ``organisation`` (or its ``platform``) for cultivation towards a type and level, and read its gap.

    ``admit`` takes it in at once, where the actor is the competent department's. Raises ``Refused`` for a target
    it already holds or is cultivated for.
    """
    if not access.POOL.may_any(actor, "add"):
        raise NotAllowed(_("推荐入库由县区科技主管部门或归口管理部门办理。"))
    department = department or competent_department(kind=kind, level=level, on=actor.today)
    if department is None:
        raise Refused(_("归口表没有“%(kind)s”这一级的归口部门。") % {"kind": kind}, field="kind")
    _refuse_held(organisation, platform, kind, level)
    entry = PoolEntry(
        number="",
        organisation=organisation,
        platform=platform,
        kind=kind,
        level=level,
        department=department,
        coach=coach,
        reason=reason.strip(),
        goal_on=goal_on,
        proposed_on=actor.today,
        is_sample=is_sample,
        **begin(PoolEntry.process),
    )
    entry.number = numbering.formatted(SERIES, actor.today.year)
    cleaned(entry)
    entry.save()
    access.POOL.require(actor, "add", entry)
    opened(entry)
    gap_take(entry=entry, occasion=_("推荐入库"), actor=actor)
    if admit:
        pool_move(entry=entry, step="admit", actor=actor)
    return entry


@transaction.atomic
def gap_take(*, entry: PoolEntry, occasion: str, actor: Actor, year: int | None = None) -> GapSnapshot:
    """Read how far ``entry`` is from its target now, and keep the reading (差距报告).

    ``year`` is the reference year of the facts, the last closed one unless said.
    """
    access.POOL.require(actor, "gap", entry)
    current = PoolEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    report = gap_report(
        current.organisation,
        kind=current.kind,
        level=current.level,
        year=year or actor.today.year - 1,
        on=actor.today,
    )
    snapshot = GapSnapshot.objects.create(
        entry=current,
        occasion=occasion[:60],
        rule_code=report.rule.code if report.rule else "",
        rule_title=report.rule.title if report.rule else "",
        template=report.rule.template if report.rule else False,
        year=report.year,
        verdict=report.verdict,
        met=report.count("met"),
        unmet=report.count("unmet"),
        unknown=report.count("unknown"),
        clauses=report.clauses,
        taken_by_id=person(actor),
    )
    PoolEntry.objects.filter(pk=current.pk).update(closed=snapshot.met, asked=snapshot.asked)
    entry.closed, entry.asked = snapshot.met, snapshot.asked
    Attendance.objects.filter(entry=current, after=None, session__held_on__lte=actor.today).exclude(
        before=snapshot
    ).update(after=snapshot)
    return snapshot


@transaction.atomic
def pool_move(*, entry: PoolEntry, step: str, actor: Actor, reason: str = "") -> Move:
    """Take a step of the pool's process; leaving it puts the day on record."""
    values: dict[str, Any] = {}
    if step == "admit":
        values["entered_on"] = actor.today
    if step in LEAVING:
        values["left_on"] = actor.today
    return moves.take(
        entry,
        step,
        access=access.POOL,
        actor=actor,
        guards={"gap_known": _gap_unread, "gap_closed": _gap_open, "level_reached": _level_missing},
        reason=reason,
        values=values,
    )


@transaction.atomic
def pool_note(
    *,
    entry: PoolEntry,
    kind: str,
    held_on: date,
    text: str,
    actor: Actor,
    next_step: str = "",
    scan: UploadedFile[bytes] | None = None,
) -> CoachingNote:
    """Write down an act of coaching; a yearly review (``review``) also reads the gap anew."""
    access.POOL.require(actor, "review" if kind == CoachingNote.Kind.REVIEW else "note", entry)
    refuse_future(held_on, field="held_on")
    if not text.strip():
        raise Refused(_("须写明情况。"), field="text")
    if kind == CoachingNote.Kind.REVIEW:
        gap_take(entry=entry, occasion=_("年度审核"), actor=actor)
        entry.reviewed_on = held_on
        entry.save(update_fields=["reviewed_on"])
        changed(entry)
    return CoachingNote.objects.create(
        entry=entry,
        kind=CoachingNote.Kind(kind),
        held_on=held_on,
        text=text.strip(),
        next_step=next_step.strip(),
        scan=attachment_store(scan, actor=actor) if scan else None,
        author_id=person(actor),
    )


@transaction.atomic
def pool_coach(*, entry: PoolEntry, coach: User | None, goal_on: date | None, actor: Actor) -> PoolEntry:
    """Name who coaches the entry and by when the recognition is hoped for."""
    access.POOL.require(actor, "coach", entry)
    entry.coach, entry.goal_on = coach, goal_on
    entry.save(update_fields=["coach", "goal_on"])
    return entry


@transaction.atomic
def session_hold(
    *,
    title: str,
    held_on: date,
    department: Department,
    actor: Actor,
    place: str = "",
    speaker: str = "",
    summary: str = "",
    is_sample: bool = False,
) -> TrainingSession:
    """Put a training or policy session on record."""
    session = TrainingSession(
        title=title.strip(),
        held_on=held_on,
        department=department,
        place=place.strip(),
        speaker=speaker.strip(),
        summary=summary.strip(),
        is_sample=is_sample,
    )
    cleaned(session)
    session.save()
    access.SESSIONS.require(actor, "add", session)
    return session


@transaction.atomic
def session_attend(*, session: TrainingSession, entry: PoolEntry, people: str, actor: Actor) -> Attendance:
    """Put on record who of a pool entry took part; its last reading is the gap before the session."""
    access.SESSIONS.require(actor, "attend", session)
    if not access.POOL.may(actor, "view", entry):
        raise NotAllowed(_("这一培育对象不在您的岗位范围内。"))
    attendance = Attendance(session=session, entry=entry, people=people.strip(), before=entry.snapshots.last())
    cleaned(attendance)
    attendance.save()
    return attendance


def pool_promoted(recognition: Recognition, *, actor: Actor) -> None:
    """Let the platform whose target is reached leave the pool: called when a recognition comes into force."""
    platform = recognition.platform
    entry = RegisterEntry.objects.filter(platform=platform, end=date.max).first()
    if entry is None:
        return
    waiting = PoolEntry.objects.filter(
        kind=entry.kind, level=recognition.level, state__in=("in_pool", "ready", "applied")
    )
    for one in waiting.filter(platform=platform) | waiting.filter(platform=None, organisation=entry.host):
        pool_move(entry=one, step="promote", actor=in_the_name_of(actor, one.department))


def _refuse_held(organisation: Organisation, platform: Platform | None, kind: PlatformKind, level: str) -> None:
    held = RegisterEntry.objects.filter(host=organisation, kind=kind, end=date.max)
    if platform is not None:
        held = held.filter(platform=platform)
        if not held.exists():
            raise Refused(_("所选平台不是该单位依托的这一类平台。"), field="platform")
    for row in held:
        if row.level and LEVEL_ORDER[row.level] >= LEVEL_ORDER[level]:
            raise Refused(
                _("“%(name)s”已是%(level)s，不必再以此为目标。") % {"name": row.name, "level": row.get_level_display()},
                field="level",
            )


def _gap_unread(entry: PoolEntry) -> str | None:
    return None if entry.snapshots.exists() else str(_("须先生成差距报告，再办理入库。"))


def _gap_open(entry: PoolEntry) -> str | None:
    last = entry.snapshots.last()
    if last is None or last.unmet + last.unknown == 0:
        return None
    counted = {"unmet": last.unmet, "unknown": last.unknown}
    return str(_("还有 %(unmet)s 条未满足、%(unknown)s 条待补录，不能列为条件成熟；补齐后请更新差距报告。") % counted)


def _level_missing(entry: PoolEntry) -> str | None:
    rows = Recognition.objects.filter(level=entry.level, state="in_force")
    if entry.platform_id:
        found = rows.filter(platform=entry.platform_id).exists()
    else:
        hosted = RegisterEntry.objects.filter(host=entry.organisation_id, kind=entry.kind_id, end=date.max)
        found = rows.filter(platform__in=hosted.values("platform")).exists()
    return None if found else str(_("还没有登记这一级别的有效认定，不能按认定出库。"))
