"""Who may see and keep plans, clauses, indicators, sub-tasks, reports and locked months.

The public reads published plans. The joint-conference office (联席会议办公室) keeps the
text and approves; departments and counties report on what is theirs. Inner work
(sub-tasks, reports) is for those who hold an office.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.access import PUBLIC, AccessTable, Actor, Allow, everything, within
from kechuang.plan.models import Clause, Duty, GuaranteeRecord, Indicator, PeriodLock, Plan, ProgressReport

OUT = ("published", "superseded")
KEEPER = _("联席会议办公室维护方案")
READERS = ("leader", "auditor")
UNITS = ("department_officer", "department_head", "county_officer")
CONCERNED = ("conference_office", *READERS, *UNITS)


def _readers(*, out: Q) -> tuple[Allow, ...]:
    return (
        Allow(("view",), PUBLIC, everything, _("已发布的方案对外公开"), only=out),
        Allow(("view",), "leader", everything, _("市领导查看全部方案，含草稿")),
        Allow(("view",), "auditor", everything, _("审计员查看全部方案，含草稿")),
    )


PLANS = AccessTable(
    Plan,
    (
        *_readers(out=Q(state__in=OUT)),
        Allow(
            ("view", "add", "change", "publish", "supersede", "discard"),
            "conference_office",
            everything,
            KEEPER,
        ),
    ),
)

CLAUSES = AccessTable(
    Clause,
    (
        *_readers(out=Q(plan__state__in=OUT)),
        Allow(("view", "change", "assign"), "conference_office", everything, KEEPER),
    ),
)

INDICATORS = AccessTable(
    Indicator,
    (
        *_readers(out=Q(plan__state__in=OUT)),
        Allow(("view", "change", "restate", "set_target"), "conference_office", everything, KEEPER),
    ),
)

STEPS_OF_A_DUTY = ("start", "finish")
DUTIES = AccessTable(
    Duty,
    (
        Allow(
            ("view", "add", "change", *STEPS_OF_A_DUTY, "reopen"),
            "conference_office",
            everything,
            _("联席会议办公室分解任务"),
        ),
        Allow(STEPS_OF_A_DUTY, "department_officer", within(department="department_id"), _("本部门的分工")),
        Allow(STEPS_OF_A_DUTY, "county_officer", within(county="county_id"), _("本县区的分工")),
        *(Allow(("view",), role, everything, _("任务分工对各单位公开")) for role in (*UNITS, *READERS)),
    ),
)

WRITING = ("add", "change", "submit", "withdraw", "drop")
DEPARTMENT = within(department="department_id")
COUNTY = within(county="county_id")
REPORTS = AccessTable(
    ProgressReport,
    (
        Allow(("view", *WRITING), "department_officer", DEPARTMENT, _("本部门的进展")),
        Allow(("view",), "department_head", DEPARTMENT, _("本部门的进展")),
        Allow(("view", *WRITING), "county_officer", COUNTY, _("本县区的进展")),
        Allow(
            ("view", "approve", "return", "lock", "reopen", "drop"),
            "conference_office",
            everything,
            _("联席会议办公室审定进展"),
        ),
        *(
            Allow(("view",), role, everything, _("审定后的进展各单位可见"), only=Q(state__in=("approved", "locked")))
            for role in UNITS
        ),
        Allow(("view",), "leader", everything, _("市领导查看全部进展")),
        Allow(("view",), "auditor", everything, _("审计员查看全部进展")),
    ),
)

RECORDING = ("add", "change", "resubmit", "drop")
GUARANTEES = AccessTable(
    GuaranteeRecord,
    (
        Allow(("view", *RECORDING), "department_officer", DEPARTMENT, _("本部门登记的保障落实")),
        Allow(("view",), "department_head", DEPARTMENT, _("本部门登记的保障落实")),
        Allow(("view", *RECORDING), "county_officer", COUNTY, _("本县区登记的保障落实")),
        Allow(
            ("view", *RECORDING, "confirm", "return"),
            "conference_office",
            everything,
            _("联席会议办公室核定保障落实"),
        ),
        *(
            Allow(("view",), role, everything, _("核定后的保障落实各单位可见"), only=Q(state="confirmed"))
            for role in UNITS
        ),
        *(Allow(("view",), role, everything, _("市领导和审计员查看全部保障落实")) for role in READERS),
    ),
)

LOCKS = AccessTable(
    PeriodLock,
    (
        Allow(("view", "add", "end"), "conference_office", everything, _("联席会议办公室锁定期次")),
        *(Allow(("view",), role, everything, _("锁定的期次各单位可见")) for role in (*UNITS, *READERS)),
    ),
)


def concerned(actor: Actor) -> bool:
    """Tell whether ``actor`` holds an office that works with plans; for navigation only."""
    return actor.holds(*CONCERNED)
