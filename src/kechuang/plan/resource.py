"""Lists of plans and clauses: page, export and read API from one declaration."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.processes import state_choices
from kechuang.plan import access
from kechuang.plan.choices import ClauseKind
from kechuang.plan.models import Clause, Plan
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
