"""Evaluation rounds (绩效评价): begun, reported, audited, graded, appealed; and what a grade leads to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.catalogue.kinds import GradeBand
from kechuang.directory.models import Department
from kechuang.facts.models import Fact
from kechuang.facts.services.verifying import Verdict, facts_verify
from kechuang.kernel import moves
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.kernel.inbox import changed
from kechuang.kernel.models import Move
from kechuang.kernel.processes import begin
from kechuang.platforms import life_access as access
from kechuang.platforms.models import (
    Evaluation,
    EvaluationRound,
    Hearing,
    LifeRule,
    Platform,
    PlatformKind,
    RegisterEntry,
)
from kechuang.platforms.selectors.figures import figures_of, places_of, spelled, stored
from kechuang.platforms.selectors.life import scheme_of, system_of
from kechuang.platforms.services.endings import hearing_begin
from kechuang.platforms.services.life_steps import cleaned, last_working_day, months_after
from kechuang.platforms.services.lives import platform_move
from kechuang.platforms.services.locks import refuse_future
from kechuang.platforms.services.scoring import evaluation_scored

RUNNING = ("active", "warned", "rectifying", "rectified")


@transaction.atomic
def round_begin(
    *,
    title: str,
    kind: PlatformKind,
    level: str,
    department: Department,
    year: int,
    scheme: LifeRule,
    system: LifeRule,
    opens_on: date,
    closes_on: date,
    actor: Actor,
    is_sample: bool = False,
) -> EvaluationRound:
    """Begin a round over every platform of ``kind`` at ``level`` that runs today under ``department``.

    Scheme and index system are kept as the versions they are now, whatever the catalogue says later.
    """
    round_ = EvaluationRound(
        title=title.strip(),
        kind=kind,
        level=level,
        department=department,
        year=year,
        scheme=scheme,
        system=system,
        opens_on=opens_on,
        closes_on=closes_on,
        is_sample=is_sample,
    )
    cleaned(round_)
    if scheme.kind != LifeRule.Kind.SCHEME or system.kind != LifeRule.Kind.SYSTEM:
        raise Refused(_("须选择一个评价办法和一个指标体系。"), field="scheme")
    round_.save()
    access.ROUNDS.require(actor, "add", round_)
    entries = RegisterEntry.objects.filter(
        kind=kind, level=level, department=department, end=date.max, standing__in=RUNNING
    )
    if not entries:
        raise Refused(_("本部门今天没有这一类别、级别的运行平台，无须开展评价。"), field="kind")
    begun = begin(Evaluation.process)
    fresh = Evaluation.objects.bulk_create(
        [
            Evaluation(
                round=round_,
                platform_id=entry.platform_id,
                platform_name=entry.name,
                host_id=entry.host_id,
                department_id=entry.department_id,
                **begun,
            )
            for entry in entries.order_by("name_key")
        ]
    )
    changed(*fresh)
    return round_


@transaction.atomic
def evaluation_report(*, evaluation: Evaluation, statement: str, actor: Actor) -> Move:
    """Hand in the host's self-report: its figures are the facts as they are now, kept beside what is audited later."""
    round_ = evaluation.round
    asked = places_of(system_of(round_.system))
    figures = figures_of([evaluation.host_id], places=asked, year=round_.year)[evaluation.host_id]
    values = {
        "statement": statement.strip(),
        "reported_on": actor.today,
        "reported": {spelled(place): stored(value) for place, value in figures.counting.items()},
    }

    def complete(row: Evaluation) -> str | None:
        if actor.today < round_.opens_on or (actor.today > round_.closes_on and not row.reported_on):
            return str(_("自评时间为 %(first)s 至 %(last)s。") % _window(round_))
        return None if statement.strip() else str(_("须填写自评说明。"))

    return moves.take(
        evaluation, "report", access=access.EVALUATIONS, actor=actor, guards={"complete": complete}, values=values
    )


def evaluation_record(*, platform: Platform, statement: str, actor: Actor) -> Evaluation:
    """Hand in the self-report of ``platform`` in the round that waits for it; ``Refused`` when none does."""
    waiting = Evaluation.objects.filter(platform=platform, state="notified").order_by("-round__year", "-pk")
    evaluation = waiting.select_related("round").first()
    if evaluation is None:
        raise Refused(_("没有等待该平台自评的评价轮次。"))
    evaluation_report(evaluation=evaluation, statement=statement, actor=actor)
    return evaluation


@transaction.atomic
def evaluation_audit(
    *,
    evaluation: Evaluation,
    actor: Actor,
    by_hand: Mapping[str, Decimal | None],
    audited: Mapping[int, Any],
    reason: str = "",
) -> Evaluation:
    """Verify the facts of one evaluation (key of the fact → audited value, ``None`` as reported) and give points.

    A point given by hand lies between 0 and its item's weight; the field of a refusal is ``hand_<item>`` or
    ``audited_<fact>``.
    """
    access.EVALUATIONS.require(actor, "audit", evaluation)
    current = Evaluation.objects.select_for_update(of=("self",)).get(pk=evaluation.pk)
    if current.state != "under_check":
        raise Refused(_("只有核定中的评价可以核定；请先退回核定。"))
    given = dict(current.by_hand)
    for item in system_of(current.round.system).items:
        if item.by_hand and item.id in by_hand:
            points = by_hand[item.id]
            if points is not None and not 0 <= points <= Decimal(str(float(item.weight))):
                raise Refused(
                    _("“%(label)s”的分数应在 0 与 %(weight)s 之间。")
                    % {"label": item.label, "weight": f"{float(item.weight):g}"},
                    field=f"hand_{item.id}",
                )
            given.pop(item.id, None)
            if points is not None:
                given[item.id] = format(points, "f")
    facts = {row.pk: row for row in Fact.objects.filter(pk__in=list(audited)).select_related("metric")}
    facts_verify(
        verdicts=[Verdict(facts[key], value) for key, value in audited.items() if key in facts],
        actor=actor,
        reason=reason,
    )
    current.by_hand = given
    current.save(update_fields=["by_hand"])
    evaluation.by_hand = given
    return current


@transaction.atomic
def evaluation_move(*, evaluation: Evaluation, step: str, actor: Actor, reason: str = "") -> Move:
    """Take ``return``, ``absent`` or ``score``; the score is computed once more before it is accepted."""
    if step not in ("return", "absent", "score"):
        raise ValueError(f"{step} has a service of its own")
    values: dict[str, Any] = {}
    if step == "absent":
        absent = scheme_of(evaluation.round.scheme).absent_grade or ""
        values = {"is_absent": True, "total": None, "proposed": absent, "why": _("未提交自评")}
    elif step == "score":
        found = evaluation_scored(evaluation)
        values = {
            "total": Decimal(found.detail["total"]),
            "proposed": found.graded.grade or "",
            "why": found.graded.why[:300],
        }

    def nothing_missing(row: Evaluation) -> str | None:
        if not found.score.complete:
            return str(_("尚缺：%(what)s；请补齐后再核定完毕。") % {"what": "、".join(found.score.missing)})
        if found.unverified:
            return str(_("尚未核定：%(what)s。") % {"what": "、".join(found.unverified)})
        return None

    def window_closed(row: Evaluation) -> str | None:
        over = actor.today > row.round.closes_on
        return None if over else str(_("自评截止后才能记为未参评。"))

    return moves.take(
        evaluation,
        step,
        access=access.EVALUATIONS,
        actor=actor,
        guards={"nothing_missing": nothing_missing, "window_closed": window_closed},
        reason=reason,
        values=values,
    )


@transaction.atomic
def evaluation_grade(
    *, evaluation: Evaluation, grade: str, document_number: str, on: date, actor: Actor, reason: str = ""
) -> Evaluation:
    """Decide the grade with its document, and let what it leads to happen: warning, rectification, or the proposal
    to revoke (the host is heard before anything more).

    A grade other than the computed one needs a reason.
    """
    return _graded(evaluation, "grade", grade, document_number=document_number, on=on, actor=actor, reason=reason)


@transaction.atomic
def evaluation_appeal(*, evaluation: Evaluation, text: str, actor: Actor) -> Move:
    """Ask for the grade to be looked at again, within the scheme's working days."""
    days = scheme_of(evaluation.round.scheme).appeal_days

    def within_appeal(row: Evaluation) -> str | None:
        if days is None or row.graded_on is None or actor.today <= last_working_day(row.graded_on, days):
            return None
        return str(_("复核申请须在定级后 %(days)s 个工作日内提出。") % {"days": days})

    return moves.take(
        evaluation,
        "appeal",
        access=access.EVALUATIONS,
        actor=actor,
        guards={"within_appeal": within_appeal},
        reason=text,
        values={"appeal": text.strip()},
    )


def evaluation_uphold(*, evaluation: Evaluation, reason: str, actor: Actor) -> Move:
    """Answer an appeal: the grade stays."""
    return moves.take(evaluation, "uphold", access=access.EVALUATIONS, actor=actor, reason=reason)


@transaction.atomic
def evaluation_regrade(
    *, evaluation: Evaluation, grade: str, document_number: str, on: date, actor: Actor, reason: str
) -> Evaluation:
    """Answer an appeal: the grade changes; a warning or a proposal that came of the old one is taken back."""
    _take_back(evaluation, on=on, actor=actor, reason=reason)
    return _graded(evaluation, "regrade", grade, document_number=document_number, on=on, actor=actor, reason=reason)


def _graded(
    evaluation: Evaluation, step: str, grade: str, *, document_number: str, on: date, actor: Actor, reason: str
) -> Evaluation:
    refuse_future(on)
    scheme = scheme_of(evaluation.round.scheme)
    band = next((one for one in scheme.bands if one.grade == grade), None)
    if band is None and grade != scheme.absent_grade:
        raise Refused(_("“%(grade)s”不是这一办法的等级。") % {"grade": grade}, field="grade")
    if step == "grade" and grade != evaluation.proposed and not reason.strip():
        raise Refused(_("与建议等级不同，须写明理由。"), field="reason")
    months = scheme.rectification_months if band and band.act == "rectify" else None

    def decision_document(_row: Evaluation) -> str | None:
        return None if document_number.strip() else str(_("须填写定级文件的文号。"))

    moves.take(
        evaluation,
        step,
        access=access.EVALUATIONS,
        actor=actor,
        guards={"decision_document": decision_document},
        reason=reason,
        values={
            "grade": grade,
            "document_number": document_number.strip(),
            "graded_on": on,
            "rectify_by": months_after(on, months) if months else None,
        },
    )
    _consequences(evaluation, band, ban_months=scheme.ban_months or 0, on=on, actor=actor)
    return evaluation


def _consequences(evaluation: Evaluation, band: GradeBand | None, *, ban_months: int, on: date, actor: Actor) -> None:
    """Let a grade's act happen where the platform's standing allows it; an absent grade outside the bands revokes."""
    act = band.act if band else "revoke"
    platform, state = evaluation.platform, evaluation.platform.state
    said = _("%(round)s：%(grade)s") % {"round": evaluation.round, "grade": evaluation.grade}
    document = evaluation.document_number
    if act == "warn" and state == "active":
        platform_move(platform=platform, step="warn", on=on, actor=actor, reason=said, document_number=document)
    elif act == "rectify" and state in ("active", "warned"):
        platform_move(platform=platform, step="rectify", on=on, actor=actor, reason=said, document_number=document)
    elif act == "revoke" and not _open_hearing(platform):
        ground = "evaluation_absent" if evaluation.is_absent else "evaluation_failed"
        hearing_begin(
            platform=platform,
            act="revoke",
            ground=ground,
            facts=f"{said}，{document}",
            ban_months=ban_months,
            actor=actor,
        )


def _take_back(evaluation: Evaluation, *, on: date, actor: Actor, reason: str) -> None:
    hearing = _open_hearing(evaluation.platform)
    if hearing is not None and hearing.state == "drafted" and hearing.ground.startswith("evaluation"):
        moves.take(hearing, "return", access=access.HEARINGS, actor=actor, reason=reason)
    if evaluation.platform.state == "warned":
        platform_move(platform=evaluation.platform, step="lift", on=on, actor=actor, reason=reason)


def _open_hearing(platform: Platform) -> Hearing | None:
    return Hearing.objects.filter(platform=platform).exclude(state__in=("decided", "dropped")).first()


def _window(round_: EvaluationRound) -> dict[str, str]:
    return {"first": round_.opens_on.isoformat(), "last": round_.closes_on.isoformat()}
