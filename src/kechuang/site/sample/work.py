"""What the sample city did for its plan: sub-tasks of departments and counties, and their monthly reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kechuang.kernel.access import Actor
from kechuang.plan import services as plans
from kechuang.plan.models import Clause, Duty, Plan
from kechuang.site.sample.city import City


@dataclass(frozen=True, slots=True)
class Part:
    """A sub-task: the clause's number, whose it is, what, until when, and the steps taken."""

    no: str
    unit: str
    what: str
    due_on: date
    steps: tuple[str, ...] = ("start", "finish")


DONE, DOING, TODO = ("start", "finish"), ("start",), ()
PARTS: tuple[Part, ...] = (
    Part("（一）", "kjj", "示例：梳理可引进的高能级平台，形成对接清单", date(2022, 6, 30)),
    Part("（一）", "tcj", "示例：对清单内的机构开展招引对接", date(2023, 6, 30)),
    Part("（一）", "xixiu", "示例：落实引进平台的场地和配套", date(2023, 12, 31)),
    Part("（二）", "kjj", "示例：建立平台培育库并组织入库", date(2022, 9, 30)),
    Part("（二）", "fgw", "示例：辅导工程研究中心申报", date(2023, 10, 31)),
    Part("（二）", "gxj", "示例：辅导企业技术中心和工业设计中心申报", date(2023, 10, 31)),
    Part("（二）", "pingba", "示例：组织本区企业入库培育", date(2026, 12, 31), DOING),
    Part("（三）", "kjj", "示例：发布研发方向和揭榜项目", date(2023, 9, 30)),
    Part("（三）", "development_zone", "示例：收集企业技术需求", date(2026, 12, 31), DOING),
    Part("（四）", "kjj", "示例：汇集人才、设备和项目信息", date(2026, 12, 31), DOING),
    Part("（五）", "rsj", "示例：完善人才目录，兑现服务措施", date(2023, 12, 31)),
    Part("（六）", "jrb", "示例：对接基金和银行支持平台", date(2026, 10, 31), DOING),
    Part("（七）", "kjj", "示例：指导平台建立理事会制度", date(2023, 12, 31)),
    Part("（八）", "kjj", "示例：推动成果转化收益分配落实", date(2026, 12, 31), DOING),
    Part("（九）", "kjj", "示例：推动科研仪器对外开放", date(2026, 12, 31), TODO),
    Part("（十）", "czj", "示例：落实平台后补助资金", date(2023, 12, 31)),
)
MONTHS = (date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1))


def plan_worked(city: City) -> None:
    """Divide the plan among the units, let them work, and let the conference office approve."""
    plan = Plan.objects.filter(state="published").order_by("-pk").first()
    if plan is None:
        return
    office = city.actors["conference_office", ""]
    clauses = {clause.no: clause for clause in plan.clauses.filter(kind="task")}
    for part in PARTS:
        duty = plans.duty_add(
            clause=clauses[part.no],
            actor=office,
            is_sample=True,
            what=part.what,
            due_on=part.due_on,
            department=city.departments.get(part.unit),
            county=city.counties.get(part.unit),
        )
        for step in part.steps:
            plans.duty_step(duty=duty, step=step, actor=office)
        if part.steps == DOING:
            _reported(city, clauses[part.no], duty, office)


def _reported(city: City, clause: Clause, duty: Duty, office: Actor) -> None:
    """Report each month of ``MONTHS``; the last one still waits for approval."""
    actor = _author(city, duty)
    if actor is None:
        return
    for place, month in enumerate(MONTHS, start=1):
        report = plans.report_write(
            clause=clause,
            month=month,
            actor=actor,
            department=duty.department,
            county=duty.county,
            duty=duty,
            is_sample=True,
            measure="示例：召开推进会，逐项明确责任人和时限。",
            done=f"示例：本月走访企业 {place + 3} 家，整理问题 {place} 项。",
            problem="示例：部分企业材料准备较慢。" if place == 1 else "",
            next_step="示例：继续上门辅导。",
        )
        plans.report_step(report=report, step="submit", actor=actor)
        if month != MONTHS[-1]:
            plans.report_step(report=report, step="approve", actor=office)


def _author(city: City, duty: Duty) -> Actor | None:
    if duty.department:
        return city.actors.get(("department_officer", duty.department.code))
    return city.actors.get(("county_officer", duty.county.code)) if duty.county else None
