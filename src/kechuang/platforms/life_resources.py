"""The lists of a platform's life: columns, filters, exports and the read API from one declaration each."""

from __future__ import annotations

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.platforms import life_access as access
from kechuang.platforms.lights import LIFE, life_word
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
from kechuang.platforms.resource import level_word
from kechuang.platforms.selectors.reference import department_choices, kind_choices
from kechuang.ui.resource import Column, Resource


def _state(process: str) -> Column:
    return Column("state", _("状态"), light=True, shown=partial(life_word, process))


def _states(process: str) -> list[tuple[str, object]]:
    return [(key, light.word) for key, light in LIFE[process].items()]


def _page(name: str, key: object) -> str:
    return reverse(f"platforms:{name}", args=[key])


POOL = Resource(
    name="pool",
    model=PoolEntry,
    access=access.POOL,
    label=_("培育库"),
    columns=(
        Column("organisation__name", _("培育对象")),
        Column("kind__name", _("目标类别")),
        Column("level", _("目标级别"), shown=level_word),
        Column("closed", _("已满足"), numeric=True),
        Column("asked", _("条件数"), numeric=True),
        _state("pool_entry"),
        Column("organisation__county__short_name", _("县区")),
        Column("department__short_name", _("归口部门")),
        Column("reviewed_on"),
    ),
    exported=(
        Column("number"),
        Column("organisation__name", _("培育对象")),
        Column("organisation__credit_code", _("统一社会信用代码")),
        Column("platform__number", _("平台编号")),
        Column("kind__name", _("目标类别")),
        Column("level", _("目标级别"), shown=level_word),
        Column("closed"),
        Column("asked"),
        Column("state", _("状态"), shown=partial(life_word, "pool_entry")),
        Column("organisation__county__short_name", _("县区")),
        Column("department__short_name", _("归口部门")),
        Column("coach__full_name", _("辅导人")),
        Column("proposed_on"),
        Column("entered_on"),
        Column("reviewed_on"),
        Column("goal_on"),
        Column("left_on"),
    ),
    filters=("kind__code", "level", "department", "state"),
    search=("organisation__name", "number"),
    order=("-pk",),
    detail=partial(_page, "pool_entry"),
    empty=_("培育库里还没有符合条件的对象。"),
    choices={
        "kind__code": kind_choices,
        "department": department_choices,
        "state": partial(_states, "pool_entry"),
    },
)

SESSIONS = Resource(
    name="sessions",
    model=TrainingSession,
    access=access.SESSIONS,
    label=_("培训活动"),
    columns=(
        Column("title"),
        Column("held_on"),
        Column("place"),
        Column("speaker"),
        Column("department__short_name", _("主办部门")),
    ),
    filters=("department",),
    search=("title", "speaker"),
    order=("-held_on", "-pk"),
    detail=partial(_page, "session"),
    empty=_("还没有登记培训活动。"),
    choices={"department": department_choices},
)

REPORTS = Resource(
    name="annual_reports",
    model=AnnualReport,
    access=access.REPORTS,
    label=_("年度报告"),
    columns=(
        Column("platform_name"),
        Column("year", numeric=True),
        _state("annual_report"),
        Column("due_on"),
        Column("filed_on"),
        Column("host__name", _("依托单位")),
        Column("department__short_name", _("归口部门")),
    ),
    exported=(
        Column("platform__number", _("编号")),
        Column("platform_name"),
        Column("year"),
        Column("state", _("状态"), shown=partial(life_word, "annual_report")),
        Column("due_on"),
        Column("reminded_on"),
        Column("filed_on"),
        Column("host__name", _("依托单位")),
        Column("department__short_name", _("归口部门")),
    ),
    filters=("department", "state"),
    search=("platform_name", "host__name"),
    order=("-year", "pk"),
    detail=partial(_page, "annual_report"),
    empty=_("没有符合条件的年度报告。"),
    advice=_("归口部门布置年度报告后，报告列在这里。"),
    choices={"department": department_choices, "state": partial(_states, "annual_report")},
)

ROUNDS = Resource(
    name="rounds",
    model=EvaluationRound,
    access=access.ROUNDS,
    label=_("绩效评价"),
    columns=(
        Column("title"),
        Column("kind__name", _("类别")),
        Column("level", shown=level_word),
        Column("year", numeric=True),
        Column("opens_on"),
        Column("closes_on"),
        Column("department__short_name", _("归口部门")),
    ),
    filters=("kind__code", "department"),
    search=("title",),
    order=("-year", "-pk"),
    detail=partial(_page, "round"),
    empty=_("还没有评价轮次。"),
    choices={"kind__code": kind_choices, "department": department_choices},
)

EVALUATIONS = Resource(
    name="evaluations",
    model=Evaluation,
    access=access.EVALUATIONS,
    label=_("平台评价"),
    columns=(
        Column("platform_name"),
        Column("round__title", _("轮次")),
        Column("grade"),
        _state("evaluation"),
        Column("host__name", _("依托单位")),
    ),
    exported=(
        Column("platform__number", _("编号")),
        Column("platform_name"),
        Column("host__name", _("依托单位")),
        Column("round__title", _("轮次")),
        Column("grade"),
        Column("document_number"),
        Column("graded_on"),
        Column("state", _("状态"), shown=partial(life_word, "evaluation")),
    ),
    filters=("department", "state"),
    search=("platform_name", "host__name", "round__title"),
    order=("-round__year", "-round_id", "pk"),
    detail=partial(_page, "evaluation"),
    choices={"department": department_choices, "state": partial(_states, "evaluation")},
)

CHANGES = Resource(
    name="change_requests",
    model=ChangeRequest,
    access=access.CHANGES,
    label=_("变更申请"),
    columns=(
        Column("platform_name"),
        Column("kind_label", _("变更事项")),
        Column("on"),
        _state("platform_change"),
        Column("host__name", _("依托单位")),
        Column("department__short_name", _("归口部门")),
    ),
    filters=("department", "state"),
    search=("platform_name", "host__name"),
    order=("-pk",),
    detail=partial(_page, "change_request"),
    empty=_("没有变更申请。"),
    choices={"department": department_choices, "state": partial(_states, "platform_change")},
)

HEARINGS = Resource(
    name="hearings",
    model=Hearing,
    access=access.HEARINGS,
    label=_("撤销与注销"),
    columns=(
        Column("platform_name"),
        Column("act", shown=lambda act: Hearing.Act(act).label),
        Column("ground_label", _("情形")),
        _state("hearing"),
        Column("noticed_on"),
        Column("due_on"),
        Column("on"),
        Column("host__name", _("依托单位")),
    ),
    filters=("act", "department", "state"),
    search=("platform_name", "host__name", "number"),
    order=("-pk",),
    detail=partial(_page, "hearing"),
    empty=_("没有撤销或注销事项。"),
    choices={"department": department_choices, "state": partial(_states, "hearing")},
)

RECOMMENDATIONS = Resource(
    name="recommendations",
    model=Recommendation,
    access=access.RECOMMENDATIONS,
    label=_("向上推荐"),
    columns=(
        Column("organisation__name", _("推荐对象")),
        Column("kind__name", _("类别")),
        Column("level", shown=level_word),
        Column("programme"),
        Column("recommended_on"),
        _state("recommendation"),
        Column("decision_number"),
        Column("decided_on"),
    ),
    filters=("level", "department", "state"),
    search=("organisation__name", "programme", "number", "decision_number"),
    order=("-recommended_on", "-pk"),
    detail=partial(_page, "recommendation"),
    empty=_("没有推荐记录。"),
    choices={"department": department_choices, "state": partial(_states, "recommendation")},
)

BANS = Resource(
    name="bans",
    model=Ban,
    access=access.BANS,
    label=_("限制申报"),
    columns=(
        Column("reason", _("情形")),
        Column("organisation__name", _("单位")),
        Column("person_name"),
        Column("start"),
        Column("end"),
        Column("lifted_on"),
        Column("document_number"),
    ),
    search=("organisation__name", "person_name", "reason"),
    order=("-start", "-pk"),
    detail=partial(_page, "ban"),
    empty=_("没有限制申报的单位和人员。"),
)
