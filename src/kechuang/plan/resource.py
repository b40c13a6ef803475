"""Lists of plans and clauses: page, export and read API from one declaration."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.processes import state_choices
from kechuang.plan import access
from kechuang.plan.choices import ClauseKind, GuaranteeKind, MoneySource
from kechuang.plan.models import Clause, GuaranteeRecord, Plan
from kechuang.ui.formats import wan
from kechuang.ui.resource import Column, Resource

STATE_WORDS = {"draft": _("草稿"), "published": _("现行"), "superseded": _("已被替代"), "discarded": _("已弃用")}


def _state_word(state: Any) -> Any:
    return STATE_WORDS.get(state, state)


def _kind_word(kind: Any) -> Any:
    return ClauseKind(kind).label


PLAN_LIST = Resource(
    name="plans",
    model=Plan,
    access=access.PLANS,
    label=_("行动方案"),
    columns=(
        Column("title"),
        Column("version", numeric=True),
        Column("state", shown=_state_word),
        Column("document_number"),
        Column("signed_on"),
        Column("year_from", numeric=True),
        Column("year_to", numeric=True),
    ),
    filters=("state",),
    choices={"state": lambda: state_choices("plan_publication")},
    search=("title", "document_number"),
    exported=(
        Column("code"),
        Column("version"),
        Column("title"),
        Column("state"),
        Column("document_number"),
        Column("signed_on"),
        Column("year_from"),
        Column("year_to"),
        Column("goal_value"),
        Column("goal_year"),
    ),
    order=("-pk",),
    detail=lambda pk: reverse("plan:plan", args=[pk]),
    empty=_("还没有发布的方案。"),
    advice=_("联席会议办公室导入并发布后，方案在这里公开。"),
)

CLAUSE_LIST = Resource(
    name="clauses",
    model=Clause,
    access=access.CLAUSES,
    label=_("方案条款"),
    columns=(
        Column("title"),
        Column("no"),
        Column("kind", shown=_kind_word),
        Column("plan__title"),
        Column("summary"),
    ),
    filters=("kind",),
    search=("title", "summary", "text"),
    exported=(
        Column("plan__code"),
        Column("plan__title", _("方案")),
        Column("plan__version"),
        Column("path"),
        Column("no"),
        Column("kind"),
        Column("title"),
        Column("summary"),
        Column("text"),
    ),
    order=("pk",),
    narrow=Q(plan__state="published") & ~Q(kind=ClauseKind.SECTION),
    detail=lambda pk: reverse("plan:clause", args=[pk]),
    empty=_("没有符合条件的条款。"),
)

GUARANTEE_LIGHTS = {"recorded": "doing", "returned": "todo", "confirmed": "done", "dropped": "unknown"}
GUARANTEE_WORDS = {"recorded": _("待核定"), "returned": _("待修改"), "confirmed": _("已核定"), "dropped": _("已撤销")}


def _guarantee_word(kind: Any) -> Any:
    return GuaranteeKind(kind).label


def _source_word(source: Any) -> Any:
    return MoneySource(source).label if source else ""


def _money(fen: Any) -> Any:
    return "" if fen is None else wan(fen)


GUARANTEE_LIST = Resource(
    name="guarantees",
    model=GuaranteeRecord,
    access=access.GUARANTEES,
    label=_("保障落实记录"),
    columns=(
        Column("title"),
        Column("kind", shown=_guarantee_word),
        Column("day", sortable=True),
        Column("amount", label=_("金额"), numeric=True, shown=_money),
        Column("source", shown=_source_word),
        Column("clause__title"),
        Column("state", shown=GUARANTEE_WORDS.get, light=True),
    ),
    filters=("kind", "source", "state"),
    choices={"state": lambda: state_choices("guarantee_record")},
    search=("title", "reference"),
    exported=(
        Column("clause__no"),
        Column("clause__title"),
        Column("kind"),
        Column("title"),
        Column("day"),
        Column("amount"),
        Column("source"),
        Column("reference"),
        Column("effect"),
        Column("department__name"),
        Column("county__name"),
        Column("state"),
    ),
    order=("-day", "-pk"),
    detail=lambda pk: reverse("plan:guarantee", args=[pk]),
    empty=_("还没有登记保障落实。"),
    advice=_("打开一条保障条款，登记投入、政策或宣传；联席会议办公室核定后计入。"),
)
