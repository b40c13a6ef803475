"""The life of the sample city's platforms: a pool, reports, a round, a change and a recommendation on their way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kechuang.directory.models import Department, Organisation
from kechuang.kernel.access import Actor
from kechuang.platforms import services
from kechuang.platforms.models import (
    AnnualReport,
    EvaluationRound,
    LifeRule,
    PlatformKind,
    PoolEntry,
    Recommendation,
    RegisterEntry,
    TrainingSession,
)
from kechuang.platforms.selectors.life import form_of

RULE = "engineering_centre_outline"
TARGET = "etrc"


@dataclass(frozen=True)
class Cast:
    """Who acts: the department's people, and the people of a host."""

    department: Department
    officer: Actor
    head: Actor
    host: Callable[[Organisation], Actor]


def sample_life(cast: Cast, *, cultivated: Sequence[Organisation]) -> None:
    """Begin what an officer of ``cast`` finds on the first day; ``cultivated`` are taken into the pool."""
    today = cast.officer.today
    entries = list(
        RegisterEntry.objects.filter(
            department=cast.department, end=date.max, platform__is_sample=True, standing__in=("active", "warned")
        )
        .exclude(level__in=("", "cultivated"))
        .select_related("platform", "host", "kind")
        .order_by("platform_id")
    )
    if not entries:
        return
    _pool(cast, cultivated, today)
    _reports(cast, entries, today)
    _round(cast, entries, today)
    first = entries[0]
    services.change_ask(
        platform=first.platform,
        kind="director",
        on=today,
        values={"director": "示例新负责人"},
        reason="示例：原负责人退休",
        actor=cast.host(first.host),
    )
    services.recommendation_make(
        organisation=first.host,
        programme="示例人才计划",
        department=cast.department,
        recommended_on=today - timedelta(days=40),
        is_sample=True,
        actor=cast.officer,
    )


def sample_forget() -> int:
    """Remove what the sample life holds beside its platforms; return how many rows went."""
    models = (TrainingSession, PoolEntry, Recommendation, EvaluationRound)
    return sum(model.objects.filter(is_sample=True).delete()[0] for model in models)


def _pool(cast: Cast, cultivated: Sequence[Organisation], today: date) -> None:
    kind = PlatformKind.objects.filter(code=TARGET).first()
    if kind is None:
        return
    held = RegisterEntry.objects.filter(kind=kind, end=date.max).exclude(level__in=("", "cultivated"))
    session = services.session_hold(
        title="示例：平台认定政策宣讲",
        held_on=today - timedelta(days=14),
        department=cast.department,
        place="示例会议室",
        speaker="示例主讲",
        is_sample=True,
        actor=cast.officer,
    )
    for organisation in cultivated:
        if held.filter(host=organisation).exists():
            continue
        entry = services.pool_enter(
            organisation=organisation,
            kind=kind,
            level="municipal",
            department=cast.department,
            reason="示例：已有研发团队和场地",
            goal_on=date(today.year + 1, 12, 31),
            admit=True,
            is_sample=True,
            actor=cast.officer,
        )
        services.session_attend(session=session, entry=entry, people="示例人员 2 人", actor=cast.officer)
        services.pool_note(
            entry=entry,
            kind="visit",
            held_on=today - timedelta(days=7),
            text="示例：走访研发场地，核对设备台账。",
            next_step="示例：补齐设备发票",
            actor=cast.officer,
        )


def _reports(cast: Cast, entries: Sequence[RegisterEntry], today: date) -> None:
    services.reports_open(year=today.year - 1, department=cast.department, actor=cast.officer)
    for entry in entries[:2]:
        report = AnnualReport.objects.get(platform=entry.platform, year=today.year - 1)
        answers = dict.fromkeys(form_of(report.form).questions, "示例说明")
        host = cast.host(entry.host)
        services.annual_report_fill(report=report, answers=answers, figures={}, actor=host)
        services.annual_report_file(report=report, actor=host, all_figures=False)


def _round(cast: Cast, entries: Sequence[RegisterEntry], today: date) -> None:
    rules = {
        kind: LifeRule.objects.filter(kind=kind, code=RULE, current=True).first()
        for kind in (LifeRule.Kind.SCHEME, LifeRule.Kind.SYSTEM)
    }
    scheme, system = rules[LifeRule.Kind.SCHEME], rules[LifeRule.Kind.SYSTEM]
    mine = [entry for entry in entries if entry.kind.code == TARGET]
    if not mine or scheme is None or system is None:
        return
    round_ = services.round_begin(
        title=f"示例：{today.year} 年平台绩效评价",
        kind=mine[0].kind,
        level=mine[0].level,
        department=cast.department,
        year=today.year - 1,
        scheme=scheme,
        system=system,
        opens_on=today,
        closes_on=today + timedelta(days=30),
        is_sample=True,
        actor=cast.officer,
    )
    for evaluation in round_.evaluations.select_related("host").order_by("pk")[:3]:
        services.evaluation_report(
            evaluation=evaluation, statement="示例：运行平稳，完成年度任务。", actor=cast.host(evaluation.host)
        )
    services.round_compute(round_=round_, actor=cast.officer)
