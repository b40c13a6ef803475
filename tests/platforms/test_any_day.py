"""The register answers for any past day as exactly as for today.

Histories change name, host, county, type, department and level, merge organisations, correct
errors and void records. After each act a full copy of every day stands in a mirror; list, page, export,
API, access of each role and counters must equal it on the first and the last day between any two acts.
"""

from __future__ import annotations

import csv
import re
from datetime import date

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kechuang.kernel.access import ANONYMOUS, Actor, Office
from kechuang.platforms import selectors, services
from kechuang.platforms.counting import Question
from kechuang.platforms.lights import STANDINGS
from kechuang.platforms.models import Level, RegisterEntry
from kechuang.platforms.resource import REGISTER
from tests.platforms.conftest import build_town, store_processes
from tests.platforms.driving import READ, Drive, stored_on
from tests.platforms.mirror import DAYS, PROBES, SLOTS
from tests.platforms.test_views import signed_in

pytestmark = pytest.mark.django_db
WORDS = {**{level.value: level.label for level in Level}, "": "无级别"}


@pytest.fixture
def drive(own_town):
    """A history in which everything changes that can change."""
    town = own_town
    driven = Drive(town)
    kinds, departments, counties = town.kinds, town.departments, town.counties
    first = driven.register(1, name="示例甲中心")
    second = driven.register(2, host=1, kind=1, name="示例乙中心", sensitive=True)
    third = driven.register(4, host=2, name="示例丙中心")
    driven.recognise(first, 3, "municipal")
    driven.recognise(second, 5, "municipal")
    driven.amend(first, "change", 6, "name", "示例甲新中心")
    driven.amend(first, "change", 8, "host", town.hosts[2])
    driven.recognise(first, 9, "provincial", end_lower=True)
    driven.rename(1, 10, name="示例更名企业")
    driven.rename(2, 11, county=0)
    driven.amend(second, "change", 12, "county", counties[2])
    driven.amend(third, "change", 13, "kind", kinds[1])
    driven.amend(third, "change", 14, "department", departments[2])
    driven.amend(third, "correct", 5, "name", "示例丙正名中心")
    driven.recognise(third, 15, "national")
    driven.recognise(third, 7, "municipal")
    driven.merge(2, 1, 16)
    driven.recognise(second, 17, "provincial")
    driven.void(second, 1)
    driven.stand(first, "warn", 18)
    driven.stand(first, "revoke", 20)
    driven.end(third, 0, 21)
    driven.amend(first, "correct", 19, "director", "示例人员")
    amend_own_fields(driven, first, second, third)
    assert driven.refused == 0
    return driven


def amend_own_fields(driven, first, second, third):
    """Change and correct what only one type has, before and after the third platform changed its type."""
    driven.amend(first, "change", 7, "rooms", 3)
    driven.amend(first, "change", 12, "rooms", 5)
    driven.amend(first, "correct", 9, "rooms", 4)
    driven.restart(first, 2)
    driven.restart(second, 0)
    driven.amend(third, "change", 6, "area", "120.5")
    driven.amend(third, "change", 9, "opened", "2019-10-01")
    driven.amend(third, "change", 15, "joint", value=True)
    driven.amend(second, "correct", 6, "area", "80")


def test_the_history_is_rich_enough_to_fail(drive):
    rows = {(number, row) for slot in range(SLOTS) for number, row in drive.mirror.rows(slot).items()}
    different = [len({row[place] for _number, row in rows}) for place in range(len(READ))]
    assert different == [4, 2, 5, 4, 3, 4, 3, 3, 2, 7]
    assert RegisterEntry.objects.count() == len(rows)


def test_entries_equal_the_copy_of_every_day(drive):
    assert {day: stored_on(day) for _slot, day in PROBES} == {day: drive.mirror.rows(slot) for slot, day in PROBES}
    assert stored_on(date.today()) == drive.mirror.rows(SLOTS - 1)
    assert services.register_check() == []


def test_access_of_each_role_equals_the_copy_of_every_day(drive):
    for slot, day in PROBES:
        assert {place: seen(actor, day) for place, actor in cast(drive.town).items()} == {
            place: drive.mirror.seen(slot, **dict([place]) if place else {}) for place in cast(drive.town)
        }


def test_counters_equal_the_copy_of_every_day(drive):
    codes = {kind.pk: kind.code for kind in drive.town.kinds}
    asked = [day for _slot, day in PROBES]
    assert selectors.stocks(asked) == {
        day: {(codes[kind], level): number for (kind, level), number in drive.mirror.counts(slot).items()}
        for slot, day in PROBES
    }
    question = Question(tuple(codes.values()), ("national", "provincial"))
    for county in drive.town.counties:
        for slot, day in PROBES:
            counted = drive.mirror.counts(slot, county.pk)
            parts = {
                level: sum(number for (_kind, one), number in counted.items() if one == level)
                for level in question.levels
            }
            answer = question(day, county_id=county.pk)
            assert (answer.total, answer.parts) == (sum(parts.values()), parts)


@pytest.mark.urls("tests.platforms.urls")
def test_list_page_export_and_api_equal_the_copy_of_every_day(drive):
    leader = signed_in("leader")
    names = {
        **{("kind", kind.pk): kind.name for kind in drive.town.kinds},
        **{("county", county.pk): county.short_name for county in drive.town.counties},
        **{("department", department.pk): department.short_name for department in drive.town.departments},
    }

    def read(number, row):
        name, kind, level, standing, _host, host_name, county, department, director, own = row
        return (
            number,
            name,
            names["kind", kind],
            WORDS[level],
            str(STANDINGS[standing].word),
            host_name,
            names["county", county],
            names["department", department],
            director,
            own,
        )

    for slot in range(SLOTS):
        day = DAYS[slot].isoformat()
        wanted = {number: read(number, row) for number, row in drive.mirror.rows(slot).items()}
        assert exported(leader, day) == {number: (*row[:9], in_words(row[9])) for number, row in wanted.items()}
        open_to_programs = {key: (*row[:PERSONAL], *row[PERSONAL + 1 :]) for key, row in wanted.items()}
        assert fetched(leader, day) == open_to_programs
        assert printed(leader, day) == {
            number: (row[1], *row[2:4], *row[5:8], row[4]) for number, row in wanted.items()
        }
        for number in drive.mirror.platforms:
            page = leader.get(reverse("platforms:detail", args=[number]), {"on": day})
            if number in wanted:
                assert facts_of(page) == wanted[number][1:4] + wanted[number][5:8] + (in_words(wanted[number][9]),)
            else:
                assert page.status_code == 404


def test_the_public_counts_and_lists_the_same_platforms(drive):
    public = Client()
    for slot, _day in PROBES[::2]:
        day = DAYS[slot]
        listed = exported(public, day.isoformat())
        with_level = [row for row in listed.values() if row[3] != "无级别"]
        assert set(listed) == set(drive.mirror.seen(slot))
        assert selectors.platform_counts(day, open_only=True).total() == len(with_level)


def test_the_list_behind_a_count_holds_exactly_what_was_counted(drive):
    leader = signed_in("leader")
    question = Question(tuple(kind.code for kind in drive.town.kinds), ("municipal", "provincial"))
    for slot in range(SLOTS):
        answer = question(DAYS[slot])
        lines = b"".join(leader.get(f"{answer.url}&format=csv").streaming_content).decode().splitlines()
        assert len(lines) - 1 == answer.total


ACTS = st.one_of(
    st.tuples(st.just("amend"), st.integers(0, 2), st.sampled_from(("change", "correct")), st.integers(0, SLOTS - 1))
    .flatmap(
        lambda head: st.sampled_from(
            ("name", "director", "host", "county", "kind", "department", "rooms", "area", "joint")
        ).flatmap(lambda field: st.tuples(st.just(head), st.just(field), st.integers(0, 2)))
    )
    .map(lambda act: ("amend", *act)),
    st.tuples(
        st.just("recognise"),
        st.integers(0, 2),
        st.integers(0, SLOTS - 1),
        st.sampled_from(("municipal", "provincial", "national")),
        st.booleans(),
    ),
    st.tuples(st.just("restart"), st.integers(0, 2), st.integers(0, SLOTS - 1)),
    st.tuples(st.just("end"), st.integers(0, 2), st.integers(0, 3), st.integers(0, SLOTS - 1)),
    st.tuples(st.just("void"), st.integers(0, 2), st.integers(0, 3)),
    st.tuples(
        st.just("stand"),
        st.integers(0, 2),
        st.sampled_from(("warn", "lift", "rectify", "revoke", "reinstate", "deregister")),
        st.integers(0, SLOTS - 1),
    ),
    st.tuples(st.just("rename"), st.integers(0, 2), st.integers(0, SLOTS - 1), st.integers(0, 2)),
    st.tuples(st.just("move"), st.integers(0, 2), st.integers(0, SLOTS - 1), st.integers(0, 2)),
    st.tuples(st.just("merge"), st.integers(0, 2), st.integers(0, 2), st.integers(0, SLOTS - 1)),
)


# A failing history is told as drawn: shrinking it would replay thousands of services.
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
)
@given(st.lists(ACTS, min_size=4, max_size=14), st.lists(st.integers(0, 8), min_size=3, max_size=3), st.booleans())
def test_any_history_equals_its_copy_on_every_day(db, acts, since, sensitive):
    with transaction.atomic():
        store_processes()
        town = build_town(own=True)
        driven = Drive(town)
        numbers = [
            driven.register(slot, host=place, kind=place % 2, name=f"示例{place}", sensitive=sensitive and place == 0)
            for place, slot in enumerate(since)
        ]
        for act in acts:
            act_out(driven, numbers, act)
            assert {day: stored_on(day) for day in DAYS} == {
                day: driven.mirror.rows(slot) for slot, day in enumerate(DAYS)
            }, act
        everywhere(driven)
        transaction.set_rollback(True)


def act_out(driven, numbers, act):
    """Do one drawn act; days before a platform was entered are drawn too, and refused."""
    town = driven.town
    match act:
        case ("amend", (_, which, verb, slot), field, pick):
            values = {
                "name": f"示例名{pick}",
                "director": ("", "示例甲", "示例乙")[pick],
                "host": town.hosts[pick],
                "county": (None, *town.counties)[pick],
                "kind": town.kinds[pick % 2],
                "department": town.departments[pick],
                "rooms": (None, 1, 2)[pick],
                "area": (None, "1.5", "2")[pick],
                "joint": (None, True, False)[pick],
            }
            driven.amend(numbers[which], verb, slot, field, values[field])
        case ("recognise", which, slot, level, end_lower):
            driven.recognise(numbers[which], slot, level, end_lower=end_lower)
        case ("restart", which, slot):
            driven.restart(numbers[which], slot)
        case ("end", which, place, slot):
            driven.end(numbers[which], place, slot)
        case ("void", which, place):
            driven.void(numbers[which], place)
        case ("stand", which, step, slot):
            driven.stand(numbers[which], step, slot)
        case ("rename", host, slot, pick):
            driven.rename(host, slot, name=f"示例更名{pick}")
        case ("move", host, slot, county):
            driven.rename(host, slot, county=county)
        case ("merge", absorbed, into, slot):
            driven.merge(absorbed, into, slot)


def everywhere(driven):
    """Compare access and counters as well, and the kept counts with a recomputation."""
    codes = {kind.pk: kind.code for kind in driven.town.kinds}
    for slot, day in enumerate(DAYS):
        for place, actor in cast(driven.town).items():
            assert seen(actor, day) == driven.mirror.seen(slot, **dict([place]) if place else {})
    assert selectors.stocks(DAYS) == {
        day: {(codes[kind], level): number for (kind, level), number in driven.mirror.counts(slot).items()}
        for slot, day in enumerate(DAYS)
    }
    assert services.register_check() == []


def cast(town):
    """Return a bound → the actor who holds an office within it; ``None`` is the public."""
    roles = {
        "host": ("host_admin", "organisation_id", town.hosts),
        "county": ("county_officer", "county_id", town.counties),
        "department": ("department_officer", "department_id", town.departments),
    }
    actors = {
        (name, row.pk): Actor(user_id=1, offices=(Office(role, **{bound: row.pk}),))
        for name, (role, bound, rows) in roles.items()
        for row in rows
    }
    return {None: ANONYMOUS, **actors}


def seen(actor, day):
    """Return what the list shows ``actor`` on ``day``."""
    rows = REGISTER.rows(actor, on=day).values_list("number", *READ)
    return {row[0]: (*row[1:-1], tuple(sorted(row[-1].items()))) for row in rows}


EXPORTED = ("编号", "平台名称", "类别", "级别", "状态", "依托单位", "县区", "归口部门", "负责人", "本类事项")
FETCHED = (
    "number",
    "name",
    "kind__name",
    "level",
    "standing",
    "host_name",
    "county__short_name",
    "department__short_name",
    "extras",
)
PERSONAL = 8
"""Where a row names the director: a person's name is on the page and in the export, never in the read API."""
OWN_WORDS = {
    "rooms": "实验室：{} 间",
    "area": "场地面积：{} 平方米",
    "opened": "开放日期：{}",
    "joint": "联合建设：{}",
}


def in_words(own):
    """Return own fields as a person reads them, in the order of the types."""
    said = dict(own)
    return "；".join(
        OWN_WORDS[code].format({True: "是", False: "否"}[said[code]] if code == "joint" else said[code])
        for code in OWN_WORDS
        if code in said
    )


def exported(client, day):
    """Return number → the exported row of ``day``."""
    answer = client.get(reverse("platforms:list"), {"on": day, "format": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    return {row["编号"]: tuple(row[label] for label in EXPORTED) for row in csv.DictReader(lines)}


def fetched(client, day):
    """Return number → the row of ``day`` as the API gives it, codes turned into words."""
    page = client.get("/test-api/platforms/", {"on": day, "limit": 200}).json()
    assert (page["as_of"], page["next"]) == (day, "")
    for row in page["items"]:
        assert client.get(f"/test-api/platforms/{row['number']}", {"on": day}).json() == row
    shown = {"level": WORDS, "standing": {key: str(light.word) for key, light in STANDINGS.items()}}
    return {
        row["number"]: (
            *(shown[name][row[name]] if name in shown else row[name] for name in FETCHED[:-1]),
            tuple(sorted(row["extras"].items())),
        )
        for row in page["items"]
    }


def printed(client, day):
    """Return number → the cells that the list page prints of each platform."""
    answer = client.get(reverse("platforms:list"), {"on": day})
    table = answer.context["table"]
    found = {}
    for row in table.rows:
        number = re.search(r"/(PT-\d+-\d+)/", row[0].href).group(1)
        found[number] = tuple(str(cell.text) for cell in row[:7])
        assert f"{row[0].text}</a>" in answer.content.decode()
    return found


def facts_of(page):
    """Return name, kind, level, host, county and department as a platform's page prints them."""
    facts = {str(fact.term): str(fact.value) for fact in page.context["sections"][0].facts}
    wanted = [facts[term] for term in ("类别", "级别", "依托单位", "县区", "归口部门")]
    body = page.content.decode()
    assert all(f"{value}" in body for value in wanted)
    own = "；".join(
        f"{term}：{facts[term]}" for term in ("实验室", "场地面积", "开放日期", "联合建设") if facts.get(term)
    )
    return (str(page.context["heading"]), *wanted, own)
