"""What a leader is told first: which targets are short and which sub-tasks late, with figure, list, unit and day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from kechuang.cockpit.models import TargetWarning
from kechuang.kernel.processes import begin
from kechuang.plan.models import Duty, Indicator
from tests.cockpit.conftest import signed_in
from tests.cockpit.test_ahead import CODE, TODAY, pooled, target
from tests.cockpit.test_pages import FRAME, queries

pytestmark = [pytest.mark.django_db, pytest.mark.capability("C14")]
__all__ = ["target"]
COCKPIT = reverse("cockpit:cockpit")


def divided(city, what, days, **unit):
    clause = city.plan.clauses.filter(kind="task").order_by("order").first()
    return Duty.objects.create(clause=clause, what=what, due_on=TODAY + timedelta(days), **unit, **begin("plan_duty"))


def test_a_short_target_stands_first_with_its_figure_its_list_and_who_answers(city, target):
    pooled(city, 0)
    indicator, year = target
    TargetWarning.objects.create(
        indicator=indicator, year=year, raised_on=TODAY - timedelta(3), sentence="示例依据", figures={}
    )
    client = signed_in("leader")
    page = client.get(COCKPIT)
    [one] = page.context["attention"].targets
    assert (one.outlook.gap, len(one.outlook.rows), one.warned_on) == (3, 1, TODAY - timedelta(3))
    assert one.bodies == "市科技局"
    assert client.get(one.list_url).context["counted"] == 1
    words = page.content.decode()
    assert f"差 <b>3</b> 个（{year} 年末目标）" in words
    assert words.index('id="attention"') < words.index('id="indicators"')


def test_a_late_sub_task_is_told_with_its_unit_and_days_and_a_done_one_is_not(city):
    late = divided(city, "示例超期", -9, department=city.town.departments[0])
    soon = divided(city, "示例临期", 20, county=city.town.counties[0])
    divided(city, "示例不急", 300, county=city.town.counties[0])
    shown = signed_in("leader").get(COCKPIT).context["attention"]
    assert [(row.duty, row.light, row.unit, row.days) for row in shown.duties] == [
        (late, "overdue", str(late.department), 9),
        (soon, "due_soon", str(soon.county), -20),
    ]


def test_a_day_in_the_past_is_told_as_it_was(city, target):
    divided(city, "示例超期", -9, county=city.town.counties[0])
    then = (TODAY - timedelta(30)).isoformat()
    shown = signed_in("leader").get(COCKPIT, {"on": then}).context["attention"]
    assert [(row.light, row.days) for row in shown.duties] == [("due_soon", -21)]
    assert f"&on={then}" in shown.targets[0].list_url


def test_the_public_is_told_nothing_of_inner_work(city, target):
    divided(city, "示例超期", -9, county=city.town.counties[0])
    page = Client().get(COCKPIT)
    assert page.context["attention"] is None
    assert 'id="attention"' not in page.content.decode()


def test_nothing_to_ask_about_is_said(city):
    Indicator.objects.exclude(code=CODE).update(code="")
    city.plan.indicators.get(code=CODE).targets.update(value=0)
    assert "没有来不及的目标" in signed_in("leader").get(COCKPIT).content.decode()


def test_telling_costs_the_same_for_any_number(city, target):
    client = signed_in("leader")
    divided(city, "示例", -1, county=city.town.counties[0])
    before = queries(client, COCKPIT)
    pooled(city, 0)
    pooled(city, 2)
    divided(city, "示例乙", -2, department=city.town.departments[0])
    divided(city, "示例丙", -3, department=city.town.departments[1])
    assert queries(client, COCKPIT) == before == FRAME + 15
