"""Looking ahead: what is under way, what it may bring by when, who is warned, and that it is said once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from kechuang.cockpit.ahead import Wish, look_ahead
from kechuang.cockpit.models import TargetWarning
from kechuang.cockpit.pipeline import pipeline
from kechuang.cockpit.register import Register
from kechuang.cockpit.warnings import warnings_review
from kechuang.kernel.access import Actor, Office
from kechuang.kernel.moves import take
from kechuang.notify.models import Message
from kechuang.plan.models import Indicator, Plan, Target
from kechuang.plan.selectors import documents, readings
from kechuang.platforms import services
from kechuang.platforms.life_access import POOL
from kechuang.platforms.models import PoolEntry
from tests.cockpit.conftest import signed_in
from tests.cockpit.test_pages import queries
from tests.factories import OrganisationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.capability("C14")]
TODAY = date.today()
CODE = "engineering_technology_centres"


def leader(on=TODAY):
    return Actor(None, (Office("leader"),), on)


def looked(on=TODAY, wish=None):
    actor = leader(on)
    plan = documents.plan_current(actor=actor, on=on)
    register = Register(actor, on)
    rows = readings.readings_of(readings.indicators_whole(plan=plan), plan=plan, on=on, series=register.series)
    return look_ahead(rows, register=register, known=pipeline(actor=actor, on=on), wish=wish)


def of(found, code=CODE):
    return next(one for one in found.outlooks if one.reading.indicator.code == code)


def pooled(city, place, kind="etrc", level="provincial"):
    """Take a new unit of a county into the pool."""
    found = city.kind(kind)
    department = city.town.departments[city.town.kinds.index(found) % 3]
    return services.pool_enter(
        actor=city.town.officer(department),
        organisation=OrganisationFactory(county=city.town.counties[place]),
        kind=found,
        level=level,
        department=department,
        admit=True,
    )


def moved(entry, step, **values):
    officer = Actor(UserFactory().pk, (Office("department_officer", department_id=entry.department_id),))
    guards = {name: lambda row: None for name in ("gap_known", "gap_closed", "level_reached")}
    return take(entry, step, access=POOL, actor=officer, guards=guards, reason="示例", values=values)


@pytest.fixture
def target(city):
    """A goal of five a year ahead, where one stands."""
    indicator = city.plan.indicators.get(code=CODE)
    year = TODAY.year + 1
    Plan.objects.filter(pk=city.plan.pk).update(year_to=year, goal_year=year)
    for row in city.plan.indicators.all():
        Target.objects.create(indicator=row, year=year, value=5 if row == indicator else 0)
    return Indicator.objects.get(pk=indicator.pk), year


def test_what_is_under_way_is_counted_where_it_adds(city, target):
    first = pooled(city, 0)
    pooled(city, 2, kind="erc")
    second = pooled(city, 2, level="national")
    found = of(looked())
    assert {row.unit for row in found.rows} == {str(first.organisation), str(second.organisation)}
    assert {row.stage for row in found.rows} == {"pooled"}
    assert [number for _key, _word, number in found.stages] == [2, 0, 0, 0]


def test_a_platform_that_is_counted_already_adds_nothing(city, target):
    host, kind = city.town.hosts[1], city.kind("etrc")
    services.pool_enter(
        actor=city.town.officer(city.town.departments[0]),
        organisation=host,
        platform=city.platforms["乙"],
        kind=kind,
        level="national",
        department=city.town.departments[0],
        admit=True,
    )
    assert of(looked()).rows == ()


def test_the_gap_the_chance_and_what_to_begin_follow_from_the_rows(city, target):
    pooled(city, 0)
    pooled(city, 2)
    found = of(looked(wish=Wish(months=6)))
    assert (found.stock, found.goal, found.gap, len(found.rows)) == (2, 5, 3, 2)
    assert found.chance.mean == pytest.approx(1.0)  # two at one half, both done within the time
    assert found.percent == 0
    assert found.needed == 3  # 2 lacking, as good as reached at 1.5, one half each
    assert (found.light, found.latest) == ("behind", None)
    assert "办结的太少" in found.sentence
    late = of(looked(wish=Wish(months=60)))
    assert late.chance.mean == 0
    sure = of(looked(wish=Wish(months=6, shares={"pooled": 1.0}, starts=1)))
    assert (sure.chance.mean, sure.percent) == (2.5, 50)


def test_how_long_it_takes_is_said_from_five_cases_on(city, target):
    for place in range(5):
        entry = pooled(city, place % 3, kind="industrial_design_centre", level=("municipal", "provincial")[place // 3])
        moved(entry, "promote", left_on=TODAY, entered_on=TODAY - timedelta(days=100 + 10 * place))
        pace = next(pace for pace in looked().paces if pace.sort == "pool")
        assert (pace.cases, pace.lead is None) == (place + 1, place < 4)
    assert (pace.lead.low, pace.lead.middle, pace.lead.high) == (104, 120, 136)
    [share] = [share for share in looked().shares if share.stage == "pooled"]
    assert (share.successes, share.cases, share.value) == (5, 5, 6 / 7)


def test_a_past_day_knows_only_what_was_so_then(city, target):
    pooled(city, 0)
    assert len(of(looked()).rows) == 1
    assert PoolEntry.objects.filter(proposed_on=TODAY).count() == 1
    assert of(looked(TODAY - timedelta(days=30))).rows == ()


def test_a_warning_is_given_once_to_those_who_answer_and_closed_when_it_is_over(city, target):
    indicator, year = target
    body = indicator.bodies.select_related("department").first()
    officer, elsewhere, keeper = (
        signed_in("department_officer", department=body.department),
        signed_in("department_officer", department=city.town.departments[2]),
        signed_in("conference_office"),
    )
    due = date(year, 12, 31)
    on = due - timedelta(days=200)
    assert warnings_review(on=on) == (1, 0)
    assert warnings_review(on=on + timedelta(days=1)) == (0, 0)
    [warning] = TargetWarning.objects.all()
    assert (warning.indicator, warning.year, warning.figures["stock"], warning.figures["goal"]) == (
        indicator,
        year,
        2,
        5,
    )
    told = Message.objects.filter(key=f"notice:cockpit.warning:{warning.pk}")
    assert {message.recipient_id for message in told} == {
        int(client.session["_auth_user_id"]) for client in (officer, keeper)
    }
    assert "还差 3 个" in told[0].facts["title"]
    assert "1 项预警" in keeper.get(reverse("cockpit:ahead")).content.decode()
    assert elsewhere.get(reverse("cockpit:ahead")).status_code == 200
    Target.objects.filter(indicator=indicator, year=year).update(value=2)
    assert warnings_review(on=on + timedelta(days=2)) == (0, 1)
    warning.refresh_from_db()
    assert (warning.ending, warning.closed_on) == ("healed", on + timedelta(days=2))
    assert Message.objects.filter(key=f"notice:cockpit.warning:{warning.pk}:closed").count() == 2
    assert "已解除的预警" in keeper.get(reverse("cockpit:ahead")).content.decode()


def test_nobody_is_warned_while_there_is_time(city, target):
    assert warnings_review(on=date(target[1], 12, 31) - timedelta(days=600)) == (0, 0)


def test_the_page_is_for_those_who_work_with_the_plan(city, target):
    for path in (reverse("cockpit:ahead"), f"{reverse('cockpit:candidates')}?indicator={target[0].pk}"):
        assert Client().get(path).status_code == 302
        assert signed_in("applicant", organisation=city.town.hosts[0]).get(path).status_code == 404
        assert signed_in("leader").get(path).status_code == 200


def test_the_number_equals_its_list_and_assumptions_are_said(city, target):
    entry = pooled(city, 0)
    client = signed_in("leader")
    page = client.get(reverse("cockpit:ahead"))
    assert "不是实际预测" not in page.content.decode()
    found = of(page.context["looked"])
    listed = client.get(f"{reverse('cockpit:candidates')}?indicator={target[0].pk}")
    assert listed.context["counted"] == len(found.rows) == 1
    assert str(entry.organisation) in listed.content.decode()
    tried = client.get(
        f"{reverse('cockpit:ahead')}?pooled=100&months=6&goal-{target[0].pk}=3&starts=x", headers={"HX-Request": "true"}
    )
    words = tried.content.decode()
    assert "不是实际预测" in words
    assert "<html" not in words
    wished = of(tried.context["looked"])
    assert (wished.goal, wished.chance.mean, wished.percent) == (3, 1.0, 100)


@pytest.mark.parametrize("asked", ("indicator=0", "indicator=x", "indicator={}&stage=wrong"))
def test_a_list_of_nothing_is_not_found(city, target, asked):
    path = f"{reverse('cockpit:candidates')}?{asked.format(target[0].pk)}"
    assert signed_in("leader").get(path).status_code == 404


def test_looking_ahead_costs_the_same_for_any_number(city, target):
    client = signed_in("leader")
    pooled(city, 0)
    before = queries(client, reverse("cockpit:ahead"))
    pooled(city, 1)
    pooled(city, 2)
    assert queries(client, reverse("cockpit:ahead")) == before <= 18
