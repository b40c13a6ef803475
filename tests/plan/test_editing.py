"""Correcting what was read: every item of a draft, and nothing of a published version."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.plan import services
from kechuang.plan.figures import parts_read, plain, printed, targets_printed, targets_read
from kechuang.plan.models import Plan, ResponsibleBody
from kechuang.plan.services import BracketWords
from kechuang.pure.plans import read_text
from tests.factories import DepartmentFactory
from tests.plan.text import PLAN

pytestmark = pytest.mark.usefixtures("processes")


@pytest.fixture
def draft(keeper: Actor) -> Plan:
    return services.plan_import(reading=read_text(PLAN), actor=keeper)


def every_edit(plan: Plan) -> list[tuple[Any, dict[str, Any]]]:
    clause, indicator = plan.clauses.filter(kind="task")[0], plan.indicators.all()[0]
    return [
        (services.plan_change, {"plan": plan, "title": "示例新名称"}),
        (services.clause_change, {"clause": clause, "title": "示例新标题"}),
        (services.clause_add, {"plan": plan, "kind": "task", "title": "示例补读"}),
        (services.clause_remove, {"clause": plan.clauses.filter(kind="task")[1]}),
        (services.indicator_change, {"indicator": indicator, "unit": "家"}),
        (services.indicator_add, {"plan": plan, "name": "示例补读指标"}),
        (services.indicator_remove, {"indicator": plan.indicators.all()[1]}),
        (services.name_match, {"plan": plan, "printed": "市示例科技局", "department": None}),
    ]


def test_a_stranger_edits_nothing(draft: Plan, stranger: Actor) -> None:
    for edit, values in every_edit(draft):
        with pytest.raises(NotAllowed):
            edit(actor=stranger, **values)


def test_a_published_version_is_edited_by_nobody(draft: Plan, keeper: Actor) -> None:
    services.findings_settle(plan=draft, actor=keeper)
    services.plan_publish(plan=draft, actor=keeper)
    for edit, values in every_edit(draft):
        with pytest.raises(Refused, match="已发布的版本不能改动"):
            edit(actor=keeper, **values)


def test_every_item_of_a_draft_is_editable(draft: Plan, keeper: Actor) -> None:
    for edit, values in every_edit(draft):
        edit(actor=keeper, **values)
    draft.refresh_from_db()
    assert draft.title == "示例新名称"
    assert list(draft.clauses.exclude(kind="section").values_list("title", flat=True)) == [
        "示例新标题",
        "加强组织领导",
        "示例补读",
    ]
    assert list(draft.indicators.values_list("name", "unit")) == [("示例技术中心", "家"), ("示例补读指标", "")]


def test_brackets_are_replaced_and_a_persons_match_is_kept(draft: Plan, keeper: Actor) -> None:
    finance = DepartmentFactory(name="示例市财政局")
    times = services.name_match(plan=draft, printed="市示例财政局", department=finance, actor=keeper)
    clause = draft.clauses.get(title="建设创新平台")
    services.clause_change(
        clause=clause,
        actor=keeper,
        brackets=[BracketWords(lead=("市示例财政局",), cooperating=("市示例审计局",), et_al=True)],
    )
    bodies = ResponsibleBody.objects.filter(responsibility__clause=clause)
    assert [(body.part, body.printed, body.department) for body in bodies] == [
        ("lead", "市示例财政局", finance),
        ("cooperating", "市示例审计局", None),
    ]
    assert (times, clause.responsibilities.get().et_al) == (1, True)
    assert draft.findings.get(message__contains="市示例财政局").settled


def test_a_match_can_be_taken_back(draft: Plan, keeper: Actor) -> None:
    wrong = DepartmentFactory()
    services.name_match(plan=draft, printed="市示例工信局", department=wrong, actor=keeper)
    assert services.name_match(plan=draft, printed="市示例工信局", department=None, actor=keeper) == 2
    named = ResponsibleBody.objects.filter(printed="市示例工信局")
    assert set(named.values_list("department", "matched_by")) == {(None, "")}


def test_figures_of_an_indicator_are_replaced(draft: Plan, keeper: Actor) -> None:
    indicator = draft.indicators.get(name="示例实验室")
    services.indicator_change(
        indicator=indicator,
        actor=keeper,
        base_value=Decimal(3),
        departments=("市示例工信局", "市示例科技局"),
        targets=targets_read("2021 ≥ 2.5\n2023 = 4（国家级1、省级3）"),
    )
    rows = [(row.year, row.op, plain(row.value), row.parts) for row in indicator.targets.all()]
    assert rows == [(2021, "≥", Decimal("2.5"), {}), (2023, "=", 4, {"national": "1", "provincial": "3"})]
    assert [body.printed for body in indicator.bodies.all()] == ["市示例工信局", "市示例科技局"]


def test_what_a_column_refuses_is_a_sentence_at_its_field(draft: Plan, keeper: Actor) -> None:
    clause = draft.clauses.filter(kind="task")[0]
    with pytest.raises(Refused) as refusal:
        services.clause_change(clause=clause, actor=keeper, title="长" * 301)
    assert refusal.value.field == "title"
    first, second = draft.indicators.all()
    services.indicator_change(indicator=first, actor=keeper, code="one")
    with pytest.raises(Refused, match="已有一个指标使用这个计数口径"):
        services.indicator_change(indicator=second, actor=keeper, code="one")


@pytest.mark.parametrize("text", ("国家级", "4", "国家级4，，x", "国家级4/省级7"))
def test_parts_that_cannot_be_read_are_told(text: str) -> None:
    with pytest.raises(ValueError, match="读不懂"):
        parts_read(text)


@pytest.mark.parametrize("text", ("明年 13", "2021 = 很多", "2021 = 13（甲）", "1066 = 1", "2021 = 1\n2021 = 2"))
def test_targets_that_cannot_be_read_are_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"读不懂|写了两次"):
        targets_read(text)


def test_figures_are_printed_as_they_are_read() -> None:
    assert printed(11, {"national": 4, "provincial": 7}) == "11（国家级4、省级7）"
    text = "2021 = 13（国家级4、省级9）\n2022 ≥ 14.5"
    assert targets_printed(targets_read(text)) == text
