"""The guarantees in a report: money by year and source, policies carried out, publicity done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kechuang.plan.choices import GuaranteeKind
from kechuang.plan.models import GuaranteeRecord
from kechuang.plan.reports.words import named, spoken
from kechuang.plan.selectors.guarantees import Carried, Money, money_of
from kechuang.ui.documents.papers import Grid, ReportPart
from kechuang.ui.formats import wan_figure


def guarantee_parts(carried: Sequence[Carried]) -> Iterator[ReportPart]:
    """Yield the part that says how the plan was guaranteed; none for a plan without guarantees."""
    if not carried:
        return
    money = money_of(record for row in carried for record in row.records)
    grids = [grid for grid in (_money_grid(money), *_lists(carried)) if grid.rows]
    if not grids:
        yield ReportPart("保障措施落实情况", ("没有核定的经费投入、政策落实和宣传引导记录。",))
        return
    yield ReportPart("保障措施落实情况", tuple(_told(carried, money)), (), tuple(grids))


def _told(carried: Sequence[Carried], money: Money) -> Iterator[str]:
    for row in carried:
        counts = "，".join(f"{kind.label} {number} 项" for kind, number in row.counts) or "没有核定的记录"
        yield f"“{named(row.clause)}”：{counts}。"
    if money.total:
        yield f"经费投入合计 {wan_figure(money.total)} 万元，其中财政资金 {wan_figure(money.public)} 万元。"


def _money_grid(money: Money) -> Grid:
    sources = money.sources
    rows = [
        (
            str(year),
            *(wan_figure(money.cells.get((year, one.value), 0)) for one in sources),
            wan_figure(money.of_year(year)),
        )
        for year in money.years
    ]
    if rows:
        rows.append(("合计", *(wan_figure(money.of_source(one.value)) for one in sources), wan_figure(money.total)))
    head = ("年度", *(str(one.label) for one in sources), "合计")
    return Grid("按年度和来源的经费投入（万元）", head, rows, (), tuple(range(1, len(head))))


def _lists(carried: Sequence[Carried]) -> Iterator[Grid]:
    for kind, title, where in (
        (GuaranteeKind.POLICY, "落实的政策", "文号"),
        (GuaranteeKind.PUBLICITY, "开展的宣传", "刊发载体"),
    ):
        rows = [_line(record) for row in carried for record in reversed(row.of_kind(kind))]
        yield Grid(title, ("事项", where, "日期", "落实情况", "单位"), rows, (4, 2.4, 2.2, 5, 2))


def _line(record: GuaranteeRecord) -> tuple[str, ...]:
    unit = str(record.department or record.county or "联席会议办公室")
    return record.title, record.reference, spoken(record.day), record.effect, unit
