"""A clause's page counts the platforms that serve it and opens the list of exactly these."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from kechuang.kernel.access import ANONYMOUS
from kechuang.plan import serving
from kechuang.plan.models import Clause, Plan
from tests.factories import PlanFactory
from tests.platforms.test_views import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def clause(town):
    plan = PlanFactory()
    Plan.objects.filter(pk=plan.pk).update(state="published")
    return Clause.objects.create(
        plan=plan, order=1, no="（一）", kind="task", title="示例条款", served_by=[town.kinds[0].code, "gone_type"]
    )


def recognised(town, **values):
    platform = town.platform(**values)
    town.recognise(platform)
    return platform


def test_recognised_platforms_of_the_named_types_are_counted_as_far_as_they_are_seen(town, clause):
    recognised(town)
    recognised(town, name="示例保密中心", sensitive=True)
    recognised(town, name="示例他类中心", kind=town.kinds[1])
    town.platform(name="示例培育中心")

    counts = {}
    for day in (date(2018, 12, 31), date(2019, 1, 1)):
        for actor in (ANONYMOUS, town.actor("leader")):
            [served] = serving.serving(clause=clause, on=day, actor=actor)
            counts[day, actor.user_id is None] = (served.label, served.count)
    name = town.kinds[0].name
    assert list(counts.values()) == [(name, 0), (name, 0), (name, 1), (name, 2)]


def test_the_address_lists_exactly_what_was_counted(town, clause):
    recognised(town)
    recognised(town, name="示例保密中心", sensitive=True)
    for client, count in ((Client(), 1), (signed_in("leader"), 2)):
        answer = client.get(reverse("plan:clause", args=[clause.pk]), {"on": "2020-01-01"})
        [served] = answer.context["served"]
        assert served.count == count
        lines = b"".join(client.get(f"{served.url}&format=csv").streaming_content).decode().splitlines()
        assert len(lines) - 1 == count


def test_a_clause_that_names_no_type_is_served_by_nothing(town, clause):
    clause.served_by = []
    assert serving.serving(clause=clause, on=date(2020, 1, 1), actor=ANONYMOUS) == []


def test_a_clause_may_name_every_type(town):
    assert [(kind.code, kind.name) for kind in town.kinds] == serving.choices()
