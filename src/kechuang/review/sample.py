"""An invented expert base and two rounds for the sample city, entered through the services.

One remote round is being scored, with a sheet open on the sample expert's desk; one panel round is decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from kechuang.directory.models import Department, Organisation, User
from kechuang.directory.selectors import actor_for
from kechuang.kernel.access import Actor, Office
from kechuang.review.loading import rules_of
from kechuang.review.models import (
    AssignmentRun,
    Draw,
    Expert,
    FeeLine,
    Pair,
    Proposal,
    QualityMark,
    Ranking,
    Round,
    Scheme,
    ScoreSheet,
    Seat,
    SeatIdentity,
)
from kechuang.review.services import assignments, draws, experts, results, rounds, seats, sheets

SURNAMES = "赵钱孙李周吴郑王冯陈"
FIELDS = (("520.20", "C3911"), ("520.40", "C3922"), ("430.40", "C2720"), ("430.50", "C2614"))
TOPICS = (
    ("山地果园小型采摘机具", "430.40", "面向坡度二十五度以上的果园，研制单人可携行的采摘机具，比较三种末端执行方式。"),
    ("茶叶杀青温湿度在线控制", "520.20", "用少量传感器推断滚筒内温湿度，给出可解释的控制策略，减少依赖经验的试锅。"),
    ("喀斯特洞穴空气监测终端", "520.40", "低功耗多参数监测终端，解决高湿环境下的漂移校正，并公开校正数据。"),
    ("药材烘干余热回收装置", "430.50", "回收烘干排气余热用于预热新风，测算不同负荷下的节能幅度和回收期。"),
    ("铝合金薄壁件残余应力测量", "430.40", "建立薄壁件加工残余应力的快速测量方法，给出不确定度评定。"),
    ("乡镇污水站远程运维", "520.20", "以运行数据识别曝气设备早期故障，给出分级处置建议并在三个站点验证。"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """What was entered (个)."""

    experts: int
    rounds: int


@transaction.atomic
def build(*, secretary: User, officer: User, reviewer: User, units: Sequence[Organisation], today: date) -> Made:
    """Enter ten experts and two rounds; ``units`` are at least four sample organisations.

    ``secretary`` and ``officer`` belong to the department that keeps the base; ``reviewer`` is the
    sample expert, who gets a seat and open sheets.
    """
    base = _experts(officer, reviewer, units, today)
    acting = actor_for(user=secretary, on=today)
    hosts = units[len(units) // 2 :]
    _decided(_round(acting, "示例平台认定评审", "platform_panel", "panel", hosts[:4]), acting)
    _scoring(_round(acting, "示例科技项目评审", "project_remote", "remote", hosts), acting, reviewer)
    return Made(len(base), 2)


@transaction.atomic
def remove() -> int:
    """Remove everything invented here; return how many experts went."""
    mine = Round.objects.filter(is_sample=True)
    for model, path in ((FeeLine, "round"), (QualityMark, "round"), (Ranking, "round")):
        model.objects.filter(**{f"{path}__in": mine}).delete()
    ScoreSheet.objects.filter(pair__proposal__round__in=mine).delete()
    Pair.objects.filter(proposal__round__in=mine).delete()
    AssignmentRun.objects.filter(round__in=mine).delete()
    SeatIdentity.objects.filter(round__in=mine).delete()
    Seat.objects.filter(round__in=mine).update(replaces=None)
    Seat.objects.filter(round__in=mine).delete()
    Draw.objects.filter(round__in=mine).delete()
    Proposal.objects.filter(round__in=mine).delete()
    mine.delete()
    people = Expert.objects.filter(is_sample=True)
    return people.delete()[1].get("review.Expert", 0)


def _experts(officer: User, reviewer: User, units: Sequence[Organisation], today: date) -> list[Expert]:
    found = []
    begun = today - timedelta(days=30)
    for place, surname in enumerate(SURNAMES):
        unit = units[place % max(1, len(units) // 2)]
        host = Actor(officer.pk, (Office("host_admin", organisation_id=unit.pk, label="示例单位管理员"),), begun)
        county = Actor(officer.pk, (Office("county_officer", county_id=unit.county_id, label="示例县区"),), begun)
        bureau = replace(actor_for(user=officer, on=today), today=begun)
        discipline, industry = FIELDS[place % len(FIELDS)]
        expert = experts.expert_enter(
            actor=host,
            organisation=unit,
            name=f"示例{surname}专家",
            identity=f"SAMPLE-{place:04d}",
            born_on=date(1968 + place, 5, 1),
            title="senior" if place % 2 else "associate",
            degree="博士" if place % 3 else "硕士",
            post="示例研究员",
            mobile="13800000000",
            email=f"expert{place}@example.com",
            since=date(2012, 7, 1),
            user=reviewer if place == 0 else None,
            is_sample=True,
            fields=(("discipline", discipline, 3, True), ("industry", industry, 2, False)),
        )
        for step, actor in (("submit", host), ("endorse", host), ("recommend", county), ("accept", bureau)):
            experts.expert_move(expert=expert, step=step, actor=actor)
        found.append(experts.expert_move(expert=expert, step="admit", actor=replace(bureau, today=today)))
    return found


def _round(actor: Actor, title: str, scheme: str, kind: str, hosts: Sequence[Organisation]) -> Round:
    department = actor.offices[0].department_id
    row = Scheme.objects.filter(code=scheme).order_by("-number").first()
    if row is None or department is None:
        raise LookupError("the catalogue and the secretary's department are needed first")
    round_ = rounds.round_plan(
        actor=actor,
        scheme=row,
        kind=kind,
        department=Department.objects.get(pk=department),
        title=title,
        is_sample=True,
        deadline_at=timezone.make_aware(datetime.combine(actor.today + timedelta(days=14), time(17, 0))),
    )
    for place, (topic, discipline, text) in enumerate(TOPICS):
        host = hosts[place % len(hosts)]
        rounds.proposal_add(
            round_=round_,
            actor=actor,
            number=f"SL-{round_.pk}-{place + 1:02d}",
            title=f"示例{topic}",
            organisation=host,
            people=[(f"示例申报{place + 1}", f"SAMPLE-APPLICANT-{place}", "leader")],
            sections=[("研究内容", f"{host.name}拟开展本课题。{text}", False), ("单位简介", host.name, True)],
            discipline_code=discipline,
            amount_fen=(place + 2) * 10_000_000,
            figures={"new_provincial": place % 2},
        )
    return round_


def _staffed(round_: Round, actor: Actor, **places: int) -> list[Seat]:
    quotas = [{"name": name[1:], "quota": n, "alternates": 0} for name, n in sorted(places.items())]
    draws.draw_commit(round_=round_, actor=actor, strata=quotas)
    draws.draw_carry_out(round_=round_, actor=actor)
    found = list(round_.seats.select_related("identity__expert__user"))
    seats.round_invite(round_=round_, actor=actor)
    for seat in found:
        seat.refresh_from_db(fields=["state"])
        seats.seat_accept(seat=seat, actor=_sitting(seat, actor.today), pledged=True)
    return found


def _decided(round_: Round, actor: Actor) -> None:
    _staffed(round_, actor, s430=2, s520=3)
    assignments.panel_pairs_write(round_=round_, actor=actor)
    rounds.round_move(round_=round_, step="open", actor=actor)
    for place, sheet in enumerate(_sheets(round_)):
        _fill(sheet, 88 - sheet.pair.proposal_id % 7 * 3 + place % 5, actor.today, sign=True)
    rounds.round_move(round_=round_, step="close", actor=actor)
    results.ranking_compute(round_=round_, actor=actor, cut=3)
    results.selection_compute(round_=round_, actor=actor, budget_fen=150_000_000)
    rounds.round_move(round_=round_, step="decide", actor=actor)
    results.feedback_release(round_=round_, actor=actor)


def _scoring(round_: Round, actor: Actor, reviewer: User) -> None:
    _staffed(round_, actor, s430=4, s520=6)
    run = assignments.assignment_ask(round_=round_, objective="fair", actor=actor)
    assignments.assignment_solve(run=run, actor=actor)
    rounds.round_move(round_=round_, step="open", actor=actor)
    for place, sheet in enumerate(_sheets(round_)):
        if sheet.pair.seat.identity.expert.user_id != reviewer.pk and place % 3:
            _fill(sheet, 70 + place % 20, actor.today, sign=True)


def _sheets(round_: Round) -> list[ScoreSheet]:
    rows = ScoreSheet.objects.filter(pair__proposal__round=round_).order_by("pk")
    return list(rows.select_related("pair__seat__identity__expert__user", "pair__proposal__round__scheme"))


def _fill(sheet: ScoreSheet, share: int, today: date, *, sign: bool) -> None:
    rules = rules_of(sheet.pair.proposal.round.scheme)
    actor = _sitting(sheet.pair.seat, today)
    values = {f"points.{c.code}": str(c.most * share // 100) for c in rules.criteria}
    values |= {f"comment.{c.code}": "示例依据：材料所述内容与指标要求基本对应。" for c in rules.criteria}
    values |= {"recommendation": "support", "opinion": "示例意见：目标清楚，建议补充对比数据。"}
    kept = sheets.sheet_save(sheet=sheet, actor=actor, version=sheet.version, values=values)
    if sign:
        sheets.sheet_sign(sheet=kept, actor=actor)


def _sitting(seat: Seat, today: date) -> Actor:
    user = seat.identity.expert.user
    return actor_for(user=user, on=today)
