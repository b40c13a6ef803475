"""Who may do what in the life of a platform: the pool, reports, evaluations, changes, hearings, recommendations, bans.

What is about a platform follows the platform: whoever keeps it today keeps its cases. The public sees grades, published
recommendations and nothing else.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.access import PUBLIC, AccessTable, Allow, everything, within
from kechuang.platforms.access import COMPETENT, HOSTED, IN_COUNTY, WHOLE_CITY, through_entry
from kechuang.platforms.models import (
    AnnualReport,
    Ban,
    ChangeRequest,
    Evaluation,
    EvaluationRound,
    Hearing,
    PoolEntry,
    Recommendation,
    TrainingSession,
)

OWN = _("本单位的事项")
OWN_COUNTY = _("本县区单位的事项")
OWN_DEPARTMENT = _("本部门归口的事项")

_own = within(organisation="organisation_id")
_own_county = within(county="organisation__county_id")
_own_department = within(department="department_id")

_hosted = through_entry("platform_id", organisation="host_id")
_in_county = through_entry("platform_id", county="county_id")
_competent = through_entry("platform_id", department="department_id")

WATCHING = ("conference_office", "leader", "auditor")


def _watched(*, only: Q | None = None) -> tuple[Allow, ...]:
    return tuple(Allow(("view",), role, everything, WHOLE_CITY, only=only or Q()) for role in WATCHING)


POOL = AccessTable(
    PoolEntry,
    (
        Allow(("view",), "applicant", _own, OWN),
        Allow(("view",), "host_admin", _own, OWN),
        Allow(("view", "add", "note", "gap", "resubmit"), "county_officer", _own_county, OWN_COUNTY),
        Allow(
            (
                "view",
                "add",
                "coach",
                "note",
                "gap",
                "review",
                "admit",
                "return",
                "resubmit",
                "mature",
                "regress",
                "apply",
                "fail",
                "promote",
                "remove",
            ),
            "department_officer",
            _own_department,
            OWN_DEPARTMENT,
        ),
        Allow(("view",), "department_head", _own_department, OWN_DEPARTMENT),
        *_watched(),
    ),
)

SESSIONS = AccessTable(
    TrainingSession,
    (
        *(
            Allow(("view",), role, everything, _("培训活动对登录人员公开"))
            for role in ("applicant", "host_admin", "county_officer", "department_head")
        ),
        Allow(("view",), "department_officer", everything, _("培训活动对登录人员公开")),
        Allow(("add", "attend"), "department_officer", _own_department, OWN_DEPARTMENT),
        *_watched(),
    ),
)

REPORTS = AccessTable(
    AnnualReport,
    (
        Allow(("view", "edit"), "applicant", _hosted, HOSTED),
        Allow(("view", "edit", "file"), "host_admin", _hosted, HOSTED),
        Allow(("view",), "county_officer", _in_county, IN_COUNTY),
        Allow(("view", "add", "return", "check", "remind", "propose"), "department_officer", _competent, COMPETENT),
        Allow(("view", "reopen", "excuse"), "department_head", _competent, COMPETENT),
        *_watched(),
    ),
)

EVALUATIONS = AccessTable(
    Evaluation,
    (
        Allow(("view",), "applicant", _hosted, HOSTED),
        Allow(("view", "report", "appeal"), "host_admin", _hosted, HOSTED),
        Allow(("view",), "county_officer", _in_county, IN_COUNTY),
        Allow(("view", "absent", "return", "score", "audit", "compute"), "department_officer", _competent, COMPETENT),
        Allow(("view", "return", "grade", "uphold", "regrade"), "department_head", _competent, COMPETENT),
        *_watched(),
    ),
)

ROUNDS = AccessTable(
    EvaluationRound,
    (
        *(
            Allow(("view",), role, everything, _("评价轮次对登录人员公开"))
            for role in ("applicant", "host_admin", "county_officer", "department_head")
        ),
        Allow(("view",), "department_officer", everything, _("评价轮次对登录人员公开")),
        Allow(("add", "compute"), "department_officer", _own_department, OWN_DEPARTMENT),
        *_watched(),
    ),
)

CHANGES = AccessTable(
    ChangeRequest,
    (
        Allow(("view",), "applicant", _hosted, HOSTED),
        Allow(("view", "edit", "resubmit", "withdraw"), "host_admin", _hosted, HOSTED),
        Allow(("view", "verify", "return"), "county_officer", _in_county, IN_COUNTY),
        Allow(("view", "return", "file"), "department_officer", _competent, COMPETENT),
        Allow(("view", "approve", "refuse"), "department_head", _competent, COMPETENT),
        *_watched(),
    ),
)

SERVED = ~Q(state="drafted") | Q(views_on__isnull=False)
"""A host sees what was served on it, and what it asked for itself."""

HEARINGS = AccessTable(
    Hearing,
    (
        Allow(("view", "state", "waive"), "host_admin", _hosted, HOSTED, only=SERVED),
        Allow(("view",), "county_officer", _in_county, IN_COUNTY, only=~Q(state="drafted")),
        Allow(("view", "edit", "lapse"), "department_officer", _competent, COMPETENT),
        Allow(
            ("view", "edit", "notify", "return", "own_request", "on_paper", "decide", "drop"),
            "department_head",
            _competent,
            COMPETENT,
        ),
        *_watched(),
    ),
)

RECOMMENDATIONS = AccessTable(
    Recommendation,
    (
        Allow(
            ("view",),
            PUBLIC,
            everything,
            _("已获认定的推荐对外公开"),
            only=Q(state="recognised") & (Q(platform=None) | Q(platform__sensitive=False)),
        ),
        Allow(("view", "scan"), "applicant", _own, OWN),
        Allow(("view", "scan"), "host_admin", _own, OWN),
        Allow(("view", "scan"), "county_officer", _own_county, OWN_COUNTY),
        Allow(
            ("view", "scan", "add", "recognise", "refuse", "withdraw"),
            "department_officer",
            _own_department,
            OWN_DEPARTMENT,
        ),
        Allow(("view", "scan"), "department_head", _own_department, OWN_DEPARTMENT),
        *_watched(),
    ),
)

BANS = AccessTable(
    Ban,
    (
        Allow(("view",), "host_admin", _own, OWN),
        Allow(("view",), "department_officer", everything, _("限制申报由各部门共同查询")),
        Allow(("view", "lift"), "department_head", everything, _("限制申报由各部门共同查询")),
        *_watched(),
    ),
)
