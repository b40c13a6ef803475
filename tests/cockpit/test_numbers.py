"""Every number equals its list, for everybody and for any day, and equals counting by hand."""

from __future__ import annotations

import os
import re
from collections import Counter
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from kechuang.cockpit.changes import changes, moved
from kechuang.cockpit.register import Register, _pieces, holdings
from kechuang.kernel.access import ANONYMOUS, Actor, Office
from kechuang.platforms import services
from kechuang.platforms.access import ENTRIES
from kechuang.platforms.counting import question_of
from kechuang.platforms.models import RegisterDelta, RegisterEntry
from tests.cockpit.conftest import signed_in

DAYS = (date(2017, 12, 31), date(2020, 12, 31), date(2022, 3, 31), date(2022, 8, 31), date(2023, 12, 31))
# Today and a day before everything; the days between ask nothing else, and are asked by the deep run.
ASKED = ("", "?on=2017-12-31", *(("?on=2020-12-31", "?on=2022-08-31") if os.environ.get("KECHUANG_DEEP") else ()))
PATHS = ("/cockpit/", "/cockpit/county/county0/", "/cockpit/county/county1/", "/cockpit/department/kjj/")


class Links(HTMLParser):
    """Every link with the text it is read by: its label, else its words."""

    def __init__(self):
        super().__init__()
        self.found, self._open = [], []

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            given = dict(attrs)
            self._open.append([given.get("href", ""), given.get("aria-label", "")])

    def handle_data(self, data):
        if self._open:
            self._open[-1].append(data)

    def handle_endtag(self, tag):
        if tag == "a" and self._open:
            href, label, *words = self._open.pop()
            self.found.append((href, label or " ".join(words)))


def links(client, path):
    parser = Links()
    parser.feed(client.get(path).content.decode())
    return parser.found


def numbers(client, path):
    """Return (address, number) of every number that opens the register or the changes."""
    found = []
    for href, words in links(client, path):
        if re.match(r"/platforms/\?|/cockpit/changes/\?.*part=", href):
            figures = re.findall(r"\d+", words.replace("\u202f", ""))
            assert figures, f"a link without a number: {words!r} {href}"
            found.append((href, int(figures[-1])))
    return found


def visitors(city):
    return {
        "public": Client(),
        "leader": signed_in("leader"),
        "county": signed_in("county_officer", county=city.town.counties[0]),
        "other county": signed_in("county_officer", county=city.town.counties[1]),
        "department": signed_in("department_officer", department=city.town.departments[2]),
        "host": signed_in("applicant", organisation=city.town.hosts[0]),
    }


@pytest.mark.capability("C17")
@pytest.mark.parametrize("on", ASKED)
def test_every_number_on_every_page_equals_the_list_it_opens(city, on):
    for who, client in visitors(city).items():
        done = set()
        for path in (*PATHS, "/"):
            followed = numbers(client, f"{path}{on}")
            assert path == "/" or len(followed) > 8
            for href, number in followed:
                if (href, number) in done:
                    continue
                done.add((href, number))
                page = client.get(href)
                counted = page.context["counted"] if "changes" in href else page.context["pages"].count
                assert counted == number, f"{who}: {path}{on} says {number}, {href} shows {counted}"


def by_hand(actor, day, **where):
    rows = ENTRIES.visible(RegisterEntry.objects.filter(start__lte=day, end__gt=day, **where), actor).exclude(level="")
    return Counter(rows.values_list("kind__code", "level"))


@pytest.mark.capability("C16")
def test_counts_equal_counting_the_entries_by_hand(city):
    town = city.town
    actors = [
        ANONYMOUS,
        Actor(1, (Office("leader"),)),
        Actor(1, (Office("county_officer", county_id=town.counties[0].pk),)),
        Actor(1, (Office("county_officer", county_id=town.counties[1].pk),)),
        Actor(1, (Office("department_head", department_id=town.departments[2].pk),)),
        Actor(1, (Office("applicant", organisation_id=town.hosts[0].pk),)),
    ]
    for actor in actors:
        for place, last in enumerate(DAYS):
            asked = DAYS[: place + 1]
            found = holdings(actor=actor, days=asked)
            assert {day: +found.by_day[day] for day in asked} == {day: by_hand(actor, day) for day in asked}
            for name, units in (("county", town.counties), ("department", town.departments)):
                for unit in units:
                    bound = {name: unit.pk}
                    assert +found.here(last, bound) == by_hand(actor, last, **bound)
                    assert +holdings(actor=actor, days=asked, within=bound).here(last, {}) == by_hand(
                        actor, last, **bound
                    )


def test_who_may_see_a_hidden_platform_counts_it_and_nobody_else(city):
    question = question_of("academician_workstations")
    seen = {}
    for who, client in visitors(city).items():
        [row] = [row for row in client.get("/cockpit/").context["rows"] if row.question == question]
        seen[who] = row.reading.stock
    assert seen == {"public": 0, "leader": 1, "county": 1, "other county": 0, "department": 1, "host": 1}


@given(st.sets(st.dates(date(1949, 1, 1), date(2199, 12, 31)), min_size=1, max_size=8))
@settings(deadline=None)
def test_the_pieces_of_time_cover_every_day_once(days):
    asked = sorted(days)
    ends, reached = [], date.min
    for piece in _pieces(asked):
        assert piece.low == reached < piece.high
        if piece.grain >= RegisterDelta.Grain.MONTH:
            assert piece.low.day == piece.high.day == 1
        if piece.grain == RegisterDelta.Grain.YEAR:
            assert piece.low.month == piece.high.month == 1
        reached = piece.high
        ends.append((piece.place, piece.high))
    assert {place: end - timedelta(days=1) for place, end in ends} == dict(enumerate(asked))


@pytest.mark.capability("C16")
def test_a_past_day_shows_the_past(city):
    def shown(on):
        rows = Client().get(f"/cockpit/?on={on}").context["rows"]
        return {row.reading.indicator.code: (row.reading.stock, dict(row.reading.parts)) for row in rows}

    before, after = shown("2021-12-31"), shown("2022-12-31")
    assert before["engineering_technology_centres"] == (1, {"national": 0, "provincial": 1})
    assert after["engineering_technology_centres"] == (2, {"national": 0, "provincial": 2})
    assert before["enterprise_technology_centres"] == (2, {"national": 0, "provincial": 2})
    assert after["enterprise_technology_centres"] == (1, {"national": 1, "provincial": 0})


@pytest.mark.capability("C103")
def test_a_years_change_falls_into_its_reasons_and_sums(city):
    since, until = date(2021, 12, 31), date(2022, 12, 31)
    codes = ("engineering_technology_centres", "enterprise_technology_centres")
    questions = [question_of(code) for code in codes]
    centres, technology = changes(actor=ANONYMOUS, since=since, until=until, questions=questions)
    assert (centres.net, dict(centres.parts)) == (1, {"risen": 1})
    assert (technology.net, dict(technology.parts)) == (-1, {"within": 1, "restated": 1})
    listed = {
        entry.name: part for entry, part in moved(actor=ANONYMOUS, since=since, until=until, question=questions[1])
    }
    assert listed == {"丙": "within", "丁": "restated"}
    register = Register(ANONYMOUS, until, also=(since,))
    found = register.ask()
    for question, change in zip(questions, (centres, technology), strict=True):
        assert sum(found.on(until, question).values()) - sum(found.on(since, question).values()) == change.net


def test_a_first_recognition_is_new_and_a_type_that_changed_is_told_apart(city):
    town, workstation = city.town, city.kind("academician_workstation")
    city.add("辛", "etrc", 0, ("provincial", "2022-05-01"))
    services.platform_change(
        platform=city.platforms["甲"],
        on=date(2022, 6, 1),
        actor=town.officer(town.departments[0]),
        reason="示例",
        kind=workstation,
    )
    questions = [question_of("engineering_technology_centres"), question_of("academician_workstations")]
    centres, stations = changes(
        actor=ANONYMOUS, since=date(2021, 12, 31), until=date(2022, 12, 31), questions=questions
    )
    assert (centres.net, dict(centres.parts)) == (1, {"new": 1, "risen": 1, "other": -1})
    assert (stations.net, dict(stations.parts)) == (1, {"other": 1})
