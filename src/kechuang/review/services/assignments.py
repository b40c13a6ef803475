"""Assigning proposals to seats: solved as a job, written back, changed by hand with its price told."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.kernel import events
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.kernel.processes import begin
from kechuang.pure.assignment import solving
from kechuang.pure.assignment.changes import Cost, Worth, change_cost, worth
from kechuang.pure.assignment.checking import check
from kechuang.pure.assignment.claims import Claim, read_claim
from kechuang.pure.assignment.reading import Instance, read_instance
from kechuang.review import access
from kechuang.review.bulk import rows_copy
from kechuang.review.keeping import json_keep, json_read, person
from kechuang.review.loading import rules_of
from kechuang.review.models import AssignmentRun, Pair, Proposal, Round, ScoreSheet, Seat
from kechuang.review.selectors.conflicts import conflicts_of_pair, conflicts_of_round
from kechuang.review.selectors.instances import Staffing, instance_data, staffing

RANDOM_LIMIT, RANDOM_SLACK = 500, 100
BATCH = 2_000
WIDENING = 4
"""How many times more candidates are listed where the ones listed do not suffice."""
OPEN_TO_ASSIGN = ("drawn", "scoring")


@transaction.atomic
def assignment_ask(*, round_: Round, objective: str, actor: Actor) -> AssignmentRun:
    """Queue a solving of the round's assignment; one at a time."""
    access.ROUNDS.require(actor, "assign", round_)
    if round_.state not in OPEN_TO_ASSIGN:
        raise Refused(_("抽取之后、评分结束之前才能分派。"))
    if round_.kind != Round.Kind.REMOTE:
        raise Refused(_("会议类评审由专家组全体评审，不作分派。"))
    if not round_.seats.filter(state="accepted").exists():
        raise Refused(_("还没有专家接受邀请。"))
    try:
        with transaction.atomic():
            run = AssignmentRun.objects.create(round=round_, objective=objective, asked_by_id=person(actor))
    except IntegrityError:
        raise Refused(_("已有一次分派正在计算，请等它完成。")) from None
    events.publish("review.assignment_asked", run)
    return run


def assignment_solve(*, run: AssignmentRun, actor: Actor) -> AssignmentRun:
    """Solve ``run`` and write its pairs; safe to begin again after a worker died."""
    if run.state not in (AssignmentRun.State.WAITING, AssignmentRun.State.RUNNING):
        return run
    _told(run, _("读取材料、专家和回避关系"), state=AssignmentRun.State.RUNNING)
    try:
        found, result = _solved(run, actor)
    except Exception:
        _told(run, _("计算出错，请重试；若再次出错请联系管理员。"), state=AssignmentRun.State.FAILED)
        raise
    _finish(run, found, result, actor)
    return run


@transaction.atomic
def panel_pairs_write(*, round_: Round, actor: Actor) -> int:
    """Let every accepted seat of a panel read every proposal it has no conflict with; return how many."""
    access.ROUNDS.require(actor, "assign", round_)
    if round_.kind == Round.Kind.REMOTE:
        raise Refused(_("网络评审须先计算分派。"))
    if round_.state not in OPEN_TO_ASSIGN:
        raise Refused(_("抽取之后、评分结束之前才能分派。"))
    seats = list(Seat.objects.filter(round=round_, state="accepted").select_related("identity"))
    found = conflicts_of_round(round_, [seat.identity.expert_id for seat in seats], on=actor.today)
    have = set(Pair.objects.filter(proposal__round=round_).values_list("proposal_id", "seat_id"))
    wanted = [
        Pair(proposal_id=key, seat=seat, match=0, source=Pair.Source.PANEL)
        for key in round_.proposals.values_list("pk", flat=True)
        for seat in seats
        if (key, seat.pk) not in have and (key, seat.identity.expert_id) not in found
    ]
    return len(_pairs_create(wanted))


@transaction.atomic
def pair_change(
    *, round_: Round, proposal: Proposal, seat_out: Seat | None, seat_in: Seat, reason: str, actor: Actor
) -> Pair:
    """Replace a reader of a proposal by hand; the price and the reason stay with the pair, which is locked."""
    access.ROUNDS.require(actor, "assign", round_)
    if not reason.strip():
        raise Refused(_("人工调整须写明理由。"), field="reason")
    Round.objects.select_for_update().get(pk=round_.pk)
    if blocking := obstacles_of_pair(round_, proposal, seat_in, actor):
        raise Refused(" ".join(blocking), field="seat_in")
    cost = pair_cost(round_, proposal, seat_out, seat_in)
    match, parts = _fit_of(round_, proposal, seat_in, actor)
    if seat_out is not None:
        _take_away(proposal, seat_out)
    pair = Pair(
        proposal=proposal,
        seat=seat_in,
        match=match,
        parts=parts,
        source=Pair.Source.MANUAL,
        locked=True,
        reason=reason.strip()[:200],
        cost=cost.loss if cost else None,
    )
    return _pairs_create([pair])[0]


def pair_cost(round_: Round, proposal: Proposal, seat_out: Seat | None, seat_in: Seat) -> Cost | None:
    """Return what a change by hand costs in total score, ``None`` where no solved run knows the pair."""
    read = solved_run(round_)
    if read is None:
        return None
    run, instance, claim = read
    p, e = _places(run, proposal, seat_in)
    if p is None or e is None or not any(row[0] == p and row[1] == e for row in instance.scores):
        return None
    bar = [(p, out)] if seat_out and (out := _places(run, proposal, seat_out)[1]) is not None else []
    return change_cost(instance, claim, force=[(p, e)], bar=bar)


def pair_worth(round_: Round, pair: Pair) -> Worth | None:
    """Return why a pair stands: its score against what the places it takes would earn elsewhere."""
    read = solved_run(round_)
    if read is None or read[2].proof is None:
        return None
    run, instance, claim = read
    p, e = _places(run, pair.proposal, pair.seat)
    if p is None or e is None or claim.proof is None:
        return None
    try:
        return worth(instance, claim.proof, (p, e))
    except KeyError:
        return None


@transaction.atomic
def pair_lock(*, pair: Pair, locked: bool, actor: Actor) -> Pair:
    """Keep a pair in every later run, or let it go again."""
    access.PAIRS.require(actor, "change", pair)
    pair.locked = locked
    pair.save(update_fields=["locked"])
    return pair


def obstacles_of_pair(round_: Round, proposal: Proposal, seat: Seat, actor: Actor) -> list[str]:
    """Return every rule that a pair made by hand would break."""
    limits = rules_of(round_.scheme).limits
    found = [c.sentence for c in conflicts_of_pair(round_, proposal.pk, seat.identity.expert_id, on=actor.today)]
    if seat.state != "accepted":
        found.append(_("该专家没有接受邀请。"))
    if Pair.objects.filter(proposal=proposal, seat=seat).exists():
        found.append(_("该专家已评这份材料，或已申报回避。"))
    if seat.pairs.exclude(sheet__state="abstained").count() >= seat.max_load:
        found.append(_("该专家已达 %(most)s 份上限。") % {"most": seat.max_load})
    unit = seat.identity.expert.organisation_id
    beside = Pair.objects.filter(proposal=proposal, seat__identity__expert__organisation_id=unit)
    if limits.max_per_unit is not None and beside.exclude(sheet__state="abstained").count() >= limits.max_per_unit:
        found.append(_("同一单位的专家已达本份材料的上限。"))
    return found


def solved_run(round_: Round) -> tuple[AssignmentRun, Instance, Claim] | None:
    """Return the newest solved run with what its two files say."""
    run = round_.runs.filter(state=AssignmentRun.State.DONE).order_by("-pk").first()
    if run is None or run.instance is None or run.result is None:
        return None
    claim = read_claim(json_read(run.result))
    return None if claim is None else (run, read_instance(json_read(run.instance)), claim)


def _solved(run: AssignmentRun, actor: Actor) -> tuple[Staffing, dict[str, Any]]:
    began = time.perf_counter()
    found = staffing(run.round, on=actor.today)
    result = _solve(run, found)
    while result["status"] == "infeasible" and found.may_widen():
        _told(run, _("候选不足，放宽候选后重算"))
        found = staffing(run.round, on=actor.today, most=found.most * WIDENING)
        result = _solve(run, found)
    if result["status"] == "optimal":
        _told(run, _("核验证明"))
        claim = read_claim(result)
        if claim is None or (faults := check(found.instance, claim)):
            raise ArithmeticError(f"the solver's result does not hold: {faults}")
    return found, {**result, "seconds": round(time.perf_counter() - began, 3)}


def _solve(run: AssignmentRun, found: Staffing) -> dict[str, Any]:
    def progress(step: str) -> None:
        _told(run, step)

    if run.objective == AssignmentRun.Objective.FAIR:
        return solving.assign_fair(found.instance, progress)
    if run.objective == AssignmentRun.Objective.RANDOM:
        limit = _random_limit(found.instance)
        return solving.assign_random(found.instance, limit=limit, seed=run.pk, progress=progress)
    return solving.assign_total(found.instance, progress)


def _random_limit(instance: Instance) -> int:
    """Return the bound on a pair's probability in thousandths: a half, or what few candidates make necessary."""
    candidates = Counter(row[0] for row in instance.scores if (row[0], row[1]) not in instance.conflicts)
    needed = [-(-1000 * k // candidates[p]) for p, k in enumerate(instance.reviews) if candidates[p]]
    return min(1000, max([RANDOM_LIMIT, *(share + RANDOM_SLACK for share in needed)]))


@transaction.atomic
def _finish(run: AssignmentRun, found: Staffing, result: dict[str, Any], actor: Actor) -> None:
    name = run.round.number
    data = instance_data(found.instance)
    run.instance = json_keep(data, name=f"{name}-{run.pk}-instance.json", user_id=run.asked_by_id)
    run.result = json_keep(result, name=f"{name}-{run.pk}-result.json", user_id=run.asked_by_id)
    run.proposal_keys, run.seat_keys = found.proposals, found.seats
    run.finished_at = timezone.now()
    if result["status"] == "optimal":
        run.state, run.progress = AssignmentRun.State.DONE, str(_("已完成"))
        run.objective_value, run.worst_pair = result["objective"], result["worst_pair"]
        run.worst_proposal = result["worst_proposal"]
        _write_back(run.round, found, [(p, e) for p, e in result["pairs"]])
    else:
        run.state, run.progress = AssignmentRun.State.INFEASIBLE, str(_("没有可行的方案"))
        run.reasons = result["reasons"]
    run.save()
    events.publish("review.assignment_finished", run)


def _write_back(round_: Round, found: Staffing, pairs: list[tuple[int, int]]) -> None:
    """Make the stored pairs those of the result; what stays keeps its sheet."""
    wanted = {(found.proposals[p], found.seats[e]): (p, e) for p, e in pairs}
    standing = {
        (row.proposal_id, row.seat_id): row.pk
        for row in Pair.objects.filter(proposal__round=round_).exclude(sheet__state="abstained")
    }
    gone = [pk for pair, pk in standing.items() if pair not in wanted]
    for start in range(0, len(gone), BATCH):
        ScoreSheet.objects.filter(pair__in=gone[start : start + BATCH], state="draft").delete()
        Pair.objects.filter(pk__in=gone[start : start + BATCH]).delete()
    new = {key: place for key, place in wanted.items() if key not in standing}
    parts = found.parts(set(new.values()))
    _pairs_create(
        [
            Pair(proposal_id=key[0], seat_id=key[1], match=sum(parts[place].values()), parts=parts[place])
            for key, place in new.items()
        ]
    )


def _pairs_create(pairs: list[Pair]) -> list[Pair]:
    made = rows_copy(pairs)
    state = begin("score_sheet") if made else {}
    rows_copy([ScoreSheet(**state, pair_id=pair.pk) for pair in made])
    return made


def _take_away(proposal: Proposal, seat: Seat) -> None:
    pair = Pair.objects.filter(proposal=proposal, seat=seat).select_related("sheet").first()
    if pair is None:
        raise Refused(_("被换下的专家没有评这份材料。"), field="seat_out")
    if pair.sheet.state != "draft" or pair.sheet.version:
        raise Refused(_("被换下的专家已经开始评分；请先由其申报回避。"), field="seat_out")
    pair.sheet.delete()
    pair.delete()


def _fit_of(round_: Round, proposal: Proposal, seat: Seat, actor: Actor) -> tuple[int, dict[str, int]]:
    found = staffing(round_, on=actor.today, most=max(1, round_.seats.count()))
    place = (found.proposals.index(proposal.pk), found.seats.index(seat.pk))
    parts = found.parts({place}).get(place, {})
    return sum(parts.values()), parts


def _places(run: AssignmentRun, proposal: Proposal, seat: Seat) -> tuple[int | None, int | None]:
    p = run.proposal_keys.index(proposal.pk) if proposal.pk in run.proposal_keys else None
    e = run.seat_keys.index(seat.pk) if seat.pk in run.seat_keys else None
    return p, e


def _told(run: AssignmentRun, progress: str, *, state: str | None = None) -> None:
    """Say how far a run is, at once and outside of any longer transaction."""
    run.progress = str(progress)
    fields: dict[str, Any] = {"progress": run.progress[:200]}
    if state is not None:
        run.state = fields["state"] = state
    AssignmentRun.objects.filter(pk=run.pk).update(**fields)
