"""Lists of experts and rounds, each from one declaration."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.processes import state_choices
from kechuang.review import subjects
from kechuang.review.access import EXPERTS, ROUNDS
from kechuang.review.importing import EXPERTS_IN
from kechuang.review.models import Expert, Round
from kechuang.ui.resource import Column, Resource


def _expert_state(state: Any) -> Any:
    return dict(state_choices("expert_entry")).get(state, state)


def _round_state(state: Any) -> Any:
    return dict(state_choices("review_round")).get(state, state)


def _kind(kind: Any) -> Any:
    return dict(Round.Kind.choices).get(kind, kind)


def _expert_page(number: str) -> str:
    return reverse("review:expert", args=[number])


def _round_page(number: str) -> str:
    return reverse("review:round", args=[number])


EXPERT_BASE = Resource(
    name="experts",
    model=Expert,
    access=EXPERTS,
    label=_("专家库"),
    columns=(
        Column("name"),
        Column("number"),
        Column("organisation__name", _("所在单位")),
        Column("stratum", _("学科门类"), shown=subjects.said),
        Column("title", shown=lambda title: dict(Expert.Title.choices).get(title, title)),
        Column("state", shown=_expert_state),
        Column("verified_on"),
        Column("confirmed_on"),
    ),
    filters=("stratum", "title", "state"),
    search=("name", "number", "organisation__name"),
    order=("name_key", "pk"),
    key="number",
    detail=_expert_page,
    empty=_("专家库里还没有符合条件的专家。"),
    advice=_("单位管理员可以填报本单位的专家。"),
    choices={"state": lambda: state_choices("expert_entry")},
    imports=EXPERTS_IN,
)

ROUND_LIST = Resource(
    name="review_rounds",
    model=Round,
    access=ROUNDS,
    label=_("评审轮次"),
    columns=(
        Column("title"),
        Column("number"),
        Column("kind", shown=_kind),
        Column("department__short_name", _("主管部门")),
        Column("state", shown=_round_state),
        Column("deadline_at"),
    ),
    filters=("kind", "state", "department"),
    search=("title", "number"),
    order=("-pk",),
    key="number",
    detail=_round_page,
    empty=_("还没有评审轮次。"),
    advice=_("评审秘书可以新建一轮评审。"),
    choices={"state": lambda: state_choices("review_round")},
)
