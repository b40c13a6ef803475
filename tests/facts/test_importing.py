"""Facts from a ledger: one value a row, declared and never verified, asked about where it contradicts, taken back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kechuang.facts.models import Fact, Question
from kechuang.facts.resource import FACT_LIST
from kechuang.facts.services import fact_declare
from kechuang.kernel.models import Case
from kechuang.ui.imports.services import may_import
from tests.ui.imports.ledgers import brought, taken_back, told, workbook

HEADS = ("单位名称", "指标", "年份", "数值", "数据来源")


@pytest.fixture
def metrics(ground):
    from kechuang.facts.models import Metric  # noqa: PLC0415 - apps are ready by now

    found = Metric.objects.filter(kind="number", period="year", whole=True, subjects__contains=["organisation"])
    return list(found.order_by("order")[:2])


def test_values_come_in_declared_with_their_source_and_go_again(ground, metrics):
    unit, actor = ground.organisations[0].name, ground.officer()
    rows = [[unit, metrics[0].label, 2024, 12, "示例年报"], [unit, metrics[1].code, 2024, "1,200", "示例年报"]]
    run = brought(workbook([HEADS, *rows]), resource=FACT_LIST, actor=actor, write=True)
    assert (run.state, run.problem) == ("done", "")
    facts = Fact.objects.order_by("metric__order").values_list("metric", "year", "number", "status", "source")
    assert list(facts) == [
        (metrics[0].pk, 2024, Decimal(12), "declared", "示例年报"),
        (metrics[1].pk, 2024, Decimal(1200), "declared", "示例年报"),
    ]
    assert (taken_back(run, actor).state, Fact.objects.count()) == ("undone", 0)


def test_every_wrong_cell_is_named_and_nothing_is_written(ground, metrics):
    unit, one = ground.organisations[0].name, metrics[0].label
    rows = [
        ["示例无此单位", one, 2024, 1, "示例年报"],
        [unit, "没有的指标", 2024, 1, "示例年报"],
        [unit, one, "", 1, "示例年报"],
        [unit, one, 2023, "约三十", "示例年报"],
        [unit, one, 2022, 1, ""],
        [unit, one, 2021, 1, "示例年报"],
        [unit, metrics[0].code, 2021, 2, "示例年报"],
    ]
    run = brought(workbook([HEADS, *rows]), resource=FACT_LIST, actor=ground.officer())
    assert [(row, column) for row, column, _sentence in told(run)] == [(2, 0), (3, 1), (4, 2), (5, 3), (6, 4), (8, 1)]
    assert Fact.objects.count() == 0


def test_what_contradicts_another_voice_opens_a_question_and_an_undo_takes_it_away(ground, metrics):
    said = {"subject": ground.subject, "metric": metrics[0].code, "year": 2024, "source": "示例"}
    fact_declare(**said, value=10, actor=ground.applicant())
    actor = ground.officer()
    row = [ground.organisations[0].name, metrics[0].label, 2024, 12, "示例年报"]
    run = brought(workbook([HEADS, row]), resource=FACT_LIST, actor=actor, write=True)
    assert (run.summary["change"], Question.objects.count()) == (1, 1)
    assert Fact.objects.get(status="declared").number == 10
    run = taken_back(run, actor)
    assert (run.state, run.problem) == ("undone", "")
    assert (Question.objects.count(), Fact.objects.get().number, Case.objects.count()) == (0, 10, 0)


def test_only_those_who_declare_import_and_only_for_their_own(ground, metrics):
    assert not may_import(FACT_LIST, ground.county())
    other = ground.organisations[1].name
    run = brought(
        workbook([HEADS, [other, metrics[0].label, 2024, 1, "示例年报"]]),
        resource=FACT_LIST,
        actor=ground.applicant(),
    )
    assert told(run) == [(2, 0, f"“{other}”不在您岗位的范围内，不能申报它的数据。")]
