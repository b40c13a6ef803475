"""How what is known hangs together: whose page shows which ties, and what stays hidden with its row."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kechuang.brain.drawing import draw
from kechuang.brain.selectors.relations import MOST, web
from kechuang.kernel.access import Actor
from kechuang.kernel.processes import begin
from kechuang.kernel.relations import Tie
from kechuang.platforms.models import Partner
from kechuang.review.models import Affiliation, Expert
from tests.brain.conftest import Ground
from tests.factories import OrganisationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.capability("C24")]
TODAY = date.today()


def said(found: object) -> set[tuple[str, str, str]]:
    return {(found.nodes[tie.one].label, str(tie.word), found.nodes[tie.other].label) for tie in found.ties}


def test_a_unit_is_tied_to_its_platforms_and_they_to_who_builds_with_it(ground: Ground):
    partner = OrganisationFactory(name="示例共建单位")
    Partner.objects.create(platform=ground.open, organisation=partner, start=date(2019, 1, 1))
    Partner.objects.create(
        platform=ground.open,
        organisation=OrganisationFactory(name="示例已退出"),
        start=date(2019, 1, 1),
        end=date(2020, 1, 1),
    )
    anybody = Actor(user_id=None, offices=(), today=TODAY)
    near = web(actor=anybody, kind="organisation", key=partner.pk, on=TODAY, steps=1)
    far = web(actor=anybody, kind="organisation", key=partner.pk, on=TODAY, steps=2)

    platform = "示例大数据工程技术研究中心"
    assert said(near) == {(platform, "共建单位", "示例共建单位")}
    assert said(far) == said(near) | {(platform, "依托单位", ground.university.name)}
    assert [node.away for node in far.nodes.values()] == [0, 1, 2]


def test_who_may_not_see_a_row_sees_no_tie_to_it(ground: Ground):
    host = ground.secret.entries.get(end=date.max).host
    anybody = Actor(user_id=None, offices=(), today=TODAY)
    leader = ground.actor("leader")

    assert web(actor=anybody, kind="platform", key=ground.secret.pk, on=TODAY, steps=1) is None
    seen = web(actor=leader, kind="organisation", key=host.pk, on=TODAY, steps=1)
    hidden = web(actor=anybody, kind="organisation", key=host.pk, on=TODAY, steps=2)
    assert ("platform", ground.secret.pk) in seen.nodes
    assert ("platform", ground.secret.pk) not in hidden.nodes
    assert all(("platform", ground.secret.pk) not in (tie.one, tie.other) for tie in hidden.ties)


def test_experts_are_tied_to_units_for_those_who_keep_the_base_only(ground: Ground):
    expert = Expert.objects.create(
        **begin("expert_entry"),
        number="示例1",
        name="示例专家",
        organisation=ground.university,
        department=ground.town.departments[0],
    )
    Affiliation.objects.create(expert=expert, organisation=ground.university, start=date(2019, 1, 1))
    secretary = ground.actor("review_secretary")
    anybody = Actor(user_id=None, offices=(), today=TODAY)

    for actor, expected in ((secretary, True), (anybody, False)):
        found = web(actor=actor, kind="organisation", key=ground.university.pk, on=TODAY, steps=1)
        assert (("expert", expert.pk) in found.nodes) is expected


def test_the_drawing_has_a_box_a_row_and_a_line_a_tie(ground: Ground):
    anybody = Actor(user_id=None, offices=(), today=TODAY)
    found = web(actor=anybody, kind="organisation", key=ground.university.pk, on=TODAY, steps=2)
    drawing = draw(found)

    assert len(drawing.boxes) == len(found.nodes)
    assert len(drawing.lines) == len(found.ties) > 0
    assert len({(box.x, box.y) for box in drawing.boxes}) == len(drawing.boxes)
    assert {box.node.place for box in drawing.boxes if box.node.away == 0} == {("organisation", ground.university.pk)}


def test_a_web_stops_growing_and_says_so(ground: Ground):
    partners = [OrganisationFactory() for _number in range(MOST + 2)]
    Partner.objects.bulk_create(
        Partner(platform=ground.open, organisation=one, start=date(2019, 1, 1)) for one in partners
    )
    anybody = Actor(user_id=None, offices=(), today=TODAY)
    found = web(actor=anybody, kind="platform", key=ground.open.pk, on=TODAY, steps=1)

    assert len(found.nodes) == MOST
    assert found.more


@pytest.mark.parametrize("partners", (1, 3))
def test_the_page_costs_the_same_for_one_and_for_three(client: Client, ground: Ground, partners: int):
    for _number in range(partners):
        Partner.objects.create(platform=ground.open, organisation=OrganisationFactory(), start=date(2019, 1, 1))
    address = reverse("brain:relations", args=["platform", ground.open.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        html = client.get(address).content.decode()

    assert html.count("共建单位") >= partners
    assert len(queries) == 11


def test_strangers_unknown_kinds_and_odd_days_are_told(client: Client, ground: Ground):
    def status(*args: object, **query: str) -> int:
        return client.get(reverse("brain:relations", args=args), query).status_code

    assert status("platform", ground.secret.pk) == 404
    assert status("nothing", 1) == 404
    assert status("platform", 10**15) == 404
    assert status("platform", ground.open.pk, on="2022-13-45", steps="x") == 200


def test_ties_of_a_past_day_are_those_of_that_day(ground: Ground):
    partner = OrganisationFactory()
    Partner.objects.create(platform=ground.open, organisation=partner, start=date(2019, 1, 1), end=date(2020, 1, 1))
    anybody = Actor(user_id=None, offices=(), today=TODAY)

    def ties(on: date) -> tuple[Tie, ...]:
        return web(actor=anybody, kind="organisation", key=partner.pk, on=on, steps=1).ties

    assert len(ties(date(2019, 6, 1))) == 1
    assert ties(date(2020, 1, 1)) == ()
