"""What the commands ``plan import`` and ``plan status`` do, in words for a terminal."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from kechuang.directory.models import Office, User
from kechuang.directory.selectors import actor_for
from kechuang.kernel.access import ANONYMOUS, Actor
from kechuang.kernel.audit import acting_as
from kechuang.kernel.errors import Refused
from kechuang.plan import services
from kechuang.plan.comparison import Difference
from kechuang.plan.figures import YEARS, printed
from kechuang.plan.intake import document_read
from kechuang.plan.models import Plan
from kechuang.plan.selectors import documents
from kechuang.plan.selectors.readings import Reading, plan_readings
from kechuang.ui.formats import parse_day

ROLE = "conference_office"
WIDTH = 120
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import made, and what differs from the version it continues."""

    plan: Plan
    before: Plan | None
    differences: tuple[Difference, ...]


def import_bytes(data: bytes, *, name: str = "", username: str = "", code: str = "", publish: bool = False) -> Outcome:
    """Read and store a document in the name of an officer; publish it when asked.

    Publishing here settles the findings: who gives the command has read them with ``plan read``.
    Raises ``Unreadable`` or ``Refused``.
    """
    reading = document_read(data, name=name)
    actor = officer_named(username)
    with acting_as(actor), transaction.atomic():
        plan = services.plan_import(
            reading=reading, actor=actor, source=services.Source(name=name[:200], data=data), code=code
        )
        before = documents.plan_compared_with(plan=plan)
        found = documents.plan_differences(plan=plan, before=before) if before else []
        if publish:
            services.findings_settle(plan=plan, actor=actor)
            services.plan_publish(plan=plan, actor=actor)
    return Outcome(plan, before, tuple(found))


def officer_named(username: str) -> Actor:
    """Return the actor of ``username``, or of the only officer of the joint-conference office."""
    today = timezone.localdate()
    if username:
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise Refused(f"没有用户“{username}”，或已停用。")
        return actor_for(user=user, on=today)
    holders = [
        actor
        for user in User.objects.filter(pk__in=Office.objects.filter(role=ROLE).values("user"), is_active=True)
        if (actor := actor_for(user=user, on=today)).holds(ROLE)
    ]
    if len(holders) != 1:
        raise Refused(
            "还没有人任联席会议办公室岗位，请先授予岗位。"
            if not holders
            else "联席会议办公室不止一人，请用 --as 写明以谁的名义导入。"
        )
    return holders[0]


def told(outcome: Outcome) -> str:
    """Return what an import did, in lines."""
    plan = outcome.plan
    tasks, guarantees = (plan.clauses.filter(kind=kind).count() for kind in ("task", "guarantee"))
    indicators, milestones = plan.indicators.count(), plan.milestones.count()
    lines = [
        f"{plan.title}",
        f"方案代码 {plan.code}，第 {plan.version} 版，{'已发布' if plan.state == 'published' else '草稿，待核对发布'}",
        f"任务 {tasks} 条，保障 {guarantees} 条，指标 {indicators} 项，时间节点 {milestones} 个",
    ]
    findings = list(plan.findings.all())
    if findings:
        lines += ["", f"核对事项 {len(findings)} 处：", *(f"  {row.message}" for row in findings[:MOST_SHOWN])]
    if outcome.before is not None:
        lines += ["", f"与第 {outcome.before.version} 版相比 {len(outcome.differences)} 处不同："]
        lines += [f"  {row.kind_label}{row.noun}　{row.where}" for row in outcome.differences[:MOST_SHOWN]]
        if len(outcome.differences) > MOST_SHOWN:
            lines.append(f"  ……其余 {len(outcome.differences) - MOST_SHOWN} 处见核对页")
    return "\n".join(lines)


def status_table(*, on: str = "", code: str = "") -> str:
    """Return the readings of the published plan as a table. Raises ``Refused`` with a sentence."""
    day = _day(on)
    if code:
        plan = Plan.objects.filter(code=code, state="published").first()
    else:
        plan = documents.plan_current(actor=ANONYMOUS, on=day)
    if plan is None:
        raise Refused(f"没有已发布的方案“{code}”。" if code else "还没有已发布的方案。")
    table = Table(title=f"{plan.title}　截至 {day.isoformat()}", title_justify="left")
    for label in ("指标", "基期", "当年目标", "现有", "状态", "理由"):
        table.add_column(label, justify="right" if label in ("基期", "当年目标", "现有") else "left")
    for reading in plan_readings(plan=plan, on=day):
        table.add_row(*_row(reading))
    out = io.StringIO()
    Console(file=out, width=WIDTH, no_color=True).print(table)
    return out.getvalue().rstrip("\n")


def _row(reading: Reading) -> tuple[str, ...]:
    goal = reading.goal
    return (
        reading.indicator.name,
        printed(reading.base),
        f"{goal.value}（{goal.year}）" if goal else "",
        "未计数" if reading.value is None else printed(reading.value, reading.parts if len(reading.parts) > 1 else {}),
        reading.verdict.light.label if reading.verdict else "未计数",
        reading.reason,
    )


def _day(on: str) -> date:
    if not on:
        return timezone.localdate()
    day = parse_day(on)
    if day is None or day.year not in YEARS:
        raise Refused(f"“{on}”不是日期，请写成 2022-12-31。")
    return day
