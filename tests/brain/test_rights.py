"""What is found is what may be seen: for every searched type, for every role, whatever the bounds of the office."""

from __future__ import annotations

from itertools import product

import pytest
from django.db.models import Q
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kechuang.brain import rights
from kechuang.brain.selectors.finding import find
from kechuang.calls.models import Application, ObjectionIdentity
from kechuang.directory.models import Organisation
from kechuang.directory.selectors import ROLE_LABELS
from kechuang.kernel.access import ANONYMOUS, AccessTable, Actor, Allow, Office, within
from kechuang.kernel.search import Searched, registered
from kechuang.review.models import Expert, ProposalIdentity, SeatIdentity
from tests.brain.conftest import Ground
from tests.calls.conftest import bureau, catalogue_loaded
from tests.factories import UserFactory

__all__ = ["bureau"]
loaded = pytest.fixture(scope="module")(catalogue_loaded)


def visible(searched: Searched, actor: Actor) -> set[int]:
    rows = searched.model._default_manager.filter(searched.only)
    return set(searched.access.visible(rows, actor).values_list("pk", flat=True))


def scoped(searched: Searched) -> dict[int, list[str]]:
    keys = list(searched.model._default_manager.values_list("pk", flat=True))
    return rights.scopes_of(searched, keys)


def found(scopes: dict[int, list[str]], actor: Actor) -> set[int]:
    held = set(rights.keys_of(actor))
    return {key for key, kept in scopes.items() if held & set(kept)}


def differing(kind: str, cast: list[Actor]) -> list[Actor]:
    """Return those of ``cast`` who would find something else than they may see."""
    scopes = scoped(registered()[kind])
    return [actor for actor in cast if visible(registered()[kind], actor) != found(scopes, actor)]


def actors(*, units: list[Organisation], people: list[int]) -> list[Actor]:
    """Return the public, and every role with every bound there is, alone."""
    departments = {None} | {1} | set(Application.objects.values_list("department_id", flat=True))
    bounds = [("department_id", key) for key in departments]
    bounds += [
        (name, key) for unit in units for name, key in (("county_id", unit.county_id), ("organisation_id", unit.pk))
    ]
    return [ANONYMOUS] + [
        Actor(person, (Office(role, **{name: key}),))
        for role, (name, key), person in product(ROLE_LABELS, bounds, people)
    ]


@pytest.mark.capability("C124")
@pytest.mark.django_db
def test_every_role_finds_what_it_may_see_of_every_type(bureau):
    application = bureau.started(bureau.call())
    cast = actors(units=[bureau.organisation], people=[bureau.person("applicant").pk])

    assert [kind for kind in registered() if differing(kind, cast)] == []
    Application.objects.filter(pk=application.pk).update(submitted_at=timezone.now(), number="示例-1")
    assert differing("application", cast) == []


@pytest.mark.django_db
def test_a_sensitive_platform_is_found_by_its_own_and_by_nobody_else(ground: Ground):
    town, scopes = ground.town, scoped(registered()["platform"])
    cast = actors(units=town.hosts, people=[UserFactory().pk])
    cast += [Actor(1, (Office(role, department_id=one.pk),)) for role in ROLE_LABELS for one in town.departments]

    assert scopes[ground.open.pk] == ["public"]
    assert "public" not in scopes[ground.secret.pk]
    assert differing("platform", cast) == []


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    held=st.lists(
        st.tuples(st.sampled_from(sorted(ROLE_LABELS)), st.sampled_from("dco-"), st.integers(0, 2)), max_size=4
    )
)
def test_an_actor_of_several_offices_finds_what_it_may_see(ground: Ground, held):
    units = {"d": ground.town.departments, "c": ground.town.counties, "o": ground.town.hosts}
    names = {"d": "department_id", "c": "county_id", "o": "organisation_id"}
    offices = tuple(
        Office(role, **({names[bound]: units[bound][place].pk} if bound in units else {}))
        for role, bound, place in held
    )
    actor, searched = Actor(1, offices), registered()["platform"]

    hits = find("示例", actor=actor).rows
    assert {row.object_id for row in hits if row.kind == "platform"} == visible(searched, actor)


@pytest.mark.django_db
def test_what_a_search_shows_is_visible_to_who_asks_on_every_page(ground: Ground):
    for actor in (ANONYMOUS, ground.actor("leader"), ground.actor("applicant", organisation=ground.town.hosts[1])):
        for row in find("示例", actor=actor).rows:
            searched = registered()[row.kind]
            assert row.object_id in visible(searched, actor)


def test_nothing_sealed_is_offered_to_search():
    assert {one.model for one in registered().values()} & {ObjectionIdentity, SeatIdentity, ProposalIdentity} == set()


def test_a_line_that_no_single_bound_opens_is_refused():
    line = Allow(("view",), "host_admin", within(department="department_id", county="county_id"), "示例")
    table = object.__new__(AccessTable)
    object.__setattr__(table, "lines", (line,))

    with pytest.raises(LookupError, match="host_admin"):
        rights.readings(table)


def test_an_office_without_a_bound_opens_only_what_needs_none():
    assert rights.keys_of(Actor(7, (Office("county_officer"),))) == [
        "public",
        "public:p",
        "public:p7",
        "county_officer",
        "county_officer:p",
        "county_officer:p7",
    ]


@pytest.mark.django_db
def test_experts_are_found_by_their_keepers_and_not_by_the_public():
    (line,) = [one for one in rights.readings(registered()["expert"].access) if one.role == "expert"]

    assert (line.letter, line.where) == ("p", Q(user_id=line.where.children[0][1]))
    assert not any(one.role == "public" for one in rights.readings(registered()["expert"].access))
    assert Expert.objects.count() == 0
