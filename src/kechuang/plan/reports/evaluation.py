"""The plan's evaluation (年度与终期评估): every target of every indicator met or missed, by how much, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from kechuang.kernel.access import Actor
from kechuang.plan.figures import Value
from kechuang.plan.models import Plan, ProgressReport
from kechuang.plan.reports.drawing import progress_picture
from kechuang.plan.reports.guarantees import guarantee_parts
from kechuang.plan.reports.half_year import reports_between
from kechuang.plan.reports.words import OFFICE, bodies_of, named, said_by, spoken
from kechuang.plan.selectors import documents, work
from kechuang.plan.selectors.guarantees import guarantees_carried
from kechuang.plan.selectors.readings import Reading, YearRow, plan_readings
from kechuang.plan.selectors.work import ClauseStanding
from kechuang.ui.documents.papers import Grid, ReportPaper, ReportPart
from kechuang.ui.parts import light_of

MET, MISSED, RUNNING, UNKNOWN = "达成", "未达成", "未到期", "无法判断"


def evaluation(*, plan: Plan, on: date, actor: Actor) -> ReportPaper:
    """Return the evaluation on ``on``: of the running year, or of the whole plan once its last year is over."""
    readings = plan_readings(plan=plan, on=on)
    clauses = documents.works(documents.clauses_whole(plan=plan))
    standings = work.clause_standings(clauses=clauses, on=on)
    first = date(plan.year_from or on.year, 1, 1)
    reports = reports_between(plan=plan, since=first, on=on, actor=actor)
    final = bool(plan.year_to and on >= date(plan.year_to, 12, 31))
    name = "终期评估报告" if final else f"{on.year}年度评估报告"
    judged = [(reading, row, *verdict_of(row)) for reading in readings for row in reading.years if not row.is_base]
    parts = [
        ReportPart("指标完成情况", _verdicts(judged), progress_picture(readings), (_targets_grid(judged),)),
        ReportPart("未达成的原因", tuple(_reasons(readings, judged)) or ("没有到期而未达成的目标。",)),
        ReportPart("任务与保障落实情况", (), (), (_clauses_grid(standings),)),
        *guarantee_parts(guarantees_carried(plan=plan, on=on, actor=actor, clauses=clauses)),
        ReportPart("各单位反映的问题", tuple(_problems(standings, reports)) or ("没有审定的进展反映问题。",)),
        ReportPart("数据说明", tuple(_notes(readings)) or ("各指标基期数与登记库一致。",)),
    ]
    return ReportPaper(
        title=f"《{plan.title.strip('《》')}》{name}",
        issuer=OFFICE,
        issued_on=spoken(on),
        paragraphs=(f"本评估的指标数由登记库按{spoken(on)}计数，不由人工填写；任务进展取自审定的填报。",),
        parts=parts,
        as_of=f"数据截至{spoken(on)}",
    )


Judged = tuple[Reading, YearRow, str, Value | None]


def verdict_of(row: YearRow) -> tuple[str, Value | None]:
    """Return what a target of a year came to, and by how much it was passed (+) or missed (-).

    A target is only missed once its year is over; until then it is met or running.
    """
    if row.target is None:
        return UNKNOWN, None
    is_over = row.day == date(row.year, 12, 31)
    if row.reached is None:
        return (UNKNOWN if is_over else RUNNING), None
    gap = row.reached - row.target
    if gap >= 0:
        return MET, gap
    return (MISSED if is_over else RUNNING), gap


def _verdicts(judged: Sequence[Judged]) -> tuple[str, ...]:
    words = [word for _reading, _row, word, _gap in judged]
    told = "，".join(f"{word} {words.count(word)} 个" for word in (MET, MISSED, RUNNING, UNKNOWN) if word in words)
    if not told:
        return ("方案没有写年度目标。",)
    return (f"各指标共有年度目标 {len(words)} 个：{told}。",)


def _targets_grid(judged: Sequence[Judged]) -> Grid:
    head = ("指标", "年度", "目标", "实际", "差额", "完成率", "结论")
    rows = [
        (
            reading.indicator.name,
            str(row.year),
            f"{'' if row.op in ('', '=') else row.op}{row.target_printed}",
            "" if row.reached is None else str(row.reached),
            "" if gap is None else f"{gap:+}" if gap else "0",
            _rate(row),
            word,
        )
        for reading, row, word, gap in judged
    ]
    return Grid("逐年目标与实际", head, rows, (4, 1.4, 3, 1.4, 1.4, 1.6, 1.8), (3, 4, 5))


def _rate(row: YearRow) -> str:
    if row.reached is None or not row.target:
        return ""
    share = (Decimal(row.reached) / Decimal(row.target) * 100).quantize(Decimal("0.1"), rounding="ROUND_HALF_UP")
    return f"{share}%"


def _reasons(readings: Sequence[Reading], judged: Sequence[Judged]) -> Iterator[str]:
    """Yield why a target was missed, from figures alone: what is missing, the pace, what is not entered."""
    for reading in readings:
        missed = [row for other, row, word, _gap in judged if other is reading and word == MISSED]
        if not missed:
            continue
        last = missed[-1]
        told = [f"{reading.indicator.name}：{last.verdict.sentence}" if last.verdict else reading.indicator.name]
        if last.growth is not None and reading.growth_computed is not None:
            told.append(f"当年增长 {last.growth}%，达到目标需年均增长 {reading.growth_computed}%。")
        if reading.base_gap is not None and reading.base_gap > 0:
            told.append(f"{reading.base_sentence}，补录后实际数会相应增加。")
        yield "".join(told)


def _clauses_grid(standings: Sequence[ClauseStanding]) -> Grid:
    head = ("条款", "状态", "依据", "责任单位")
    rows = [(named(row.clause), str(light_of(row.state).word), row.reason, bodies_of(row.clause)) for row in standings]
    return Grid("", head, rows, (4, 1.6, 4, 4))


def _problems(standings: Sequence[ClauseStanding], reports: dict[int, list[ProgressReport]]) -> Iterator[str]:
    for row in standings:
        told = said_by(reports.get(row.clause.root_id, []), "problem", last_only=True)
        if told:
            yield f"“{named(row.clause)}”：{told}"


def _notes(readings: Sequence[Reading]) -> Iterator[str]:
    for reading in readings:
        if reading.base_gap:
            yield f"{reading.indicator.name}：{reading.base_sentence}。"
        if reading.growth_differs:
            stated = reading.growth_stated.rstrip("%")
            yield f"{reading.indicator.name}：文件写年均增速 {stated}%，按数据应为 {reading.growth_computed}%。"
