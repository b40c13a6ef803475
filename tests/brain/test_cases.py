"""Members of the pool, yearly reports and offices in the search: by what they are found, and by whom alone."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from kechuang.brain.asking import Wanted
from kechuang.brain.models import OutOfStep, SearchRow
from kechuang.brain.selectors.finding import find
from kechuang.brain.services.keeping import catch_up_all
from kechuang.directory.models import Office, Organisation
from kechuang.kernel.access import ANONYMOUS, Actor
from kechuang.kernel.access import Office as Held
from kechuang.kernel.processes import begin
from kechuang.platforms.models import AnnualReport, LifeRule, PoolEntry, RegisterEntry
from tests.brain.conftest import Ground
from tests.brain.test_rights import actors, differing
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.capability("C91")]


@pytest.fixture
def cases(ground: Ground) -> Ground:
    """The ground with a member of the pool and the report of a platform the public may not see."""
    town = ground.town
    PoolEntry.objects.create(
        number="PY-2026-0007",
        organisation=town.hosts[1],
        kind=town.kinds[0],
        level="provincial",
        department=town.departments[0],
        proposed_on=date(2026, 3, 1),
        **begin("pool_entry"),
    )
    AnnualReport.objects.create(
        platform=ground.secret,
        platform_name="示例精密制造工程技术研究中心",
        host=town.hosts[1],
        department=town.departments[0],
        year=2025,
        form=LifeRule.objects.filter(kind="report").first() or LifeRule.objects.first(),
        due_on=date(2026, 3, 31),
        **begin("annual_report"),
    )
    catch_up_all()
    return ground


def found(text: str, actor: Actor, kind: str) -> list[str]:
    return [row.title for row in find(text, actor=actor, wanted=Wanted((f"k:{kind}",))).rows]


def test_members_of_the_pool_and_reports_are_found_by_unit_target_number_and_year(cases: Ground):
    officer = cases.actor("department_officer", department=cases.town.departments[0])
    name = cases.town.hosts[1].name

    assert found("PY-2026-0007", officer, "pool_entry") == [name]
    assert found(name, officer, "pool_entry") == [name]
    assert found("示例工程技术", officer, "pool_entry") == [name], "by its target too"

    assert found("精密制造 2025", officer, "annual_report") == ["示例精密制造工程技术研究中心 2025 年度报告"]
    assert found("jmzz", officer, "annual_report") == ["示例精密制造工程技术研究中心 2025 年度报告"]
    assert found(cases.secret.number, officer, "annual_report") == ["示例精密制造工程技术研究中心 2025 年度报告"]


def test_every_role_finds_what_its_lists_show_and_a_stranger_nothing(cases: Ground):
    town, kinds = cases.town, ("pool_entry", "annual_report", "office")
    cases.person("applicant", organisation=town.hosts[0])
    catch_up_all()
    cast = actors(units=town.hosts, people=[UserFactory().pk])
    cast += [Actor(1, (Held("department_officer", department_id=one.pk),)) for one in town.departments]
    strangers = [
        ANONYMOUS,
        cases.actor("applicant", organisation=town.hosts[0]),
        cases.actor("county_officer", county=town.counties[0]),
        cases.actor("department_officer", department=town.departments[2]),
    ]

    assert set(SearchRow.objects.filter(kind__in=kinds).values_list("kind", flat=True)) == set(kinds)
    assert [kind for kind in kinds if differing(kind, cast)] == []
    assert [found("示例", actor, kind) for actor in strangers for kind in kinds] == [[]] * 12


def test_a_report_goes_along_with_its_platform_and_a_member_with_its_unit(cases: Ground):
    town = cases.town
    old, new = (cases.actor("county_officer", county=town.counties[place]) for place in (1, 0))
    assert len(found("精密制造", old, "annual_report")) == 1

    RegisterEntry.objects.filter(platform=cases.secret).update(county=town.counties[0])  # past every service
    assert OutOfStep.objects.filter(kind="annual_report").exists()
    catch_up_all()

    assert (len(found("精密制造", old, "annual_report")), len(found("精密制造", new, "annual_report"))) == (0, 1)
    Organisation.objects.filter(pk=town.hosts[1].pk).update(name="示例璀璨单位")
    catch_up_all()
    assert found("璀璨", cases.actor("leader"), "pool_entry") == ["示例璀璨单位"]


def test_an_office_is_found_by_role_unit_and_holder_among_those_who_look_after_accounts(cases: Ground):
    person = cases.person("county_officer", county=cases.town.counties[1])
    catch_up_all()
    keeper = Actor(1, (Held("security_admin"),))
    (office,) = Office.objects.filter(user=person)

    hits = find(cases.town.counties[1].short_name, actor=keeper, wanted=Wanted(("k:office",))).rows
    assert [(row.object_id, row.url) for row in hits] == [(office.pk, reverse("workbench:person", args=[person.pk]))]
