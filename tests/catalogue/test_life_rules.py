"""Index systems, report forms and the rules of ending: what may not come into force is told with its place."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kechuang.catalogue.checking import problems
from kechuang.catalogue.evaluation import system_problems
from kechuang.catalogue.loading import installed_root, load


@pytest.fixture(scope="module")
def whole():
    return load(installed_root(), "anshun")


@pytest.fixture
def outline(whole):
    return next(one for one in whole.index_systems if one.code == "engineering_centre_outline")


def told(whole, system):
    return [problem.message for problem in system_problems("示例.yaml", [system], whole.metrics)]


@pytest.mark.capability("C21")
def test_the_systems_of_the_catalogue_add_up_and_pass_their_own_cases(whole):
    assert [problem for system in whole.index_systems for problem in told(whole, system)] == []
    assert {system.code: (system.template, system.total) for system in whole.index_systems} == {
        "engineering_centre_ningbo": (True, Decimal(95)),
        "engineering_centre_outline": (True, Decimal(100)),
        "enterprise_technology_centre_beijing": (True, Decimal(100)),
    }


def test_a_weight_that_does_not_add_up_is_told(whole, outline):
    heavier = outline.blocks[0].model_copy(update={"weight": Decimal(31)})
    broken = outline.model_copy(update={"blocks": (heavier, *outline.blocks[1:])})
    assert told(whole, broken) == ["“研发投入”权重 31，各项之和为 30"]


def test_a_metric_nobody_knows_is_told(whole, outline):
    item = outline.blocks[0].items[0].model_copy(update={"value": "luck * 2"})
    block = outline.blocks[0].model_copy(update={"items": (item, *outline.blocks[0].items[1:])})
    broken = outline.model_copy(update={"blocks": (block, *outline.blocks[1:])})
    assert told(whole, broken) == ["“rd”：指标字典中没有这个指标：“luck”"]


def test_a_case_that_does_not_come_out_is_told(whole, outline):
    case = outline.cases[0].model_copy(update={"total": Decimal(90)})
    broken = outline.model_copy(update={"cases": (case, *outline.cases[1:])})
    assert told(whole, broken) == ["第 1 个算例得 89.4 分，应为 90 分"]


def test_codes_stand_once_and_reports_ask_only_for_known_metrics(whole):
    form = whole.annual_reports[0].model_copy(update={"metrics": ("luck",)})
    doubled = whole.model_copy(update={"annual_reports": (form, whole.annual_reports[0])})
    found = {problem.message for problem in problems(doubled)}
    assert {"代码重复", "引用了不存在的指标 luck"} <= found


def test_every_ground_and_change_is_marked_as_taken_from_elsewhere(whole):
    assert (whole.life.template, whole.life.hearing.days) == (True, 5)
    assert {one.act for one in whole.life.grounds} == {"revoke", "deregister"}
    assert [one.code for one in whole.life.grounds if one.own_request] == ["own_request"]
