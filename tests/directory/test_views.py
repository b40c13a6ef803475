"""Pages of organisations: open to read, kept by their keepers."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from kechuang.directory import panels, selectors
from kechuang.directory.models import Office, Organisation, OrganisationPeriod
from kechuang.kernel.access import ANONYMOUS
from kechuang.ui.parts import Section
from tests.factories import CountyFactory, DepartmentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def signed_in(role, **bounds):
    user = UserFactory()
    Office.objects.create(user=user, role=role, start=date(2020, 1, 1), **bounds)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def officer():
    return signed_in("department_officer", department=DepartmentFactory())


def where(name, *args):
    return reverse(f"directory:{name}", args=args)


def test_the_public_reads_list_and_page(officer):
    organisation = OrganisationFactory(name="示例企业甲")
    assert "示例企业甲" in Client().get(where("list")).content.decode()
    assert "示例企业甲" in Client().get(where("organisation", organisation.pk)).content.decode()
    assert Client().get(where("organisation", organisation.pk + 1)).status_code == 404


def test_a_merged_organisation_is_listed_no_more_and_says_where_it_went(officer):
    absorbed, into = OrganisationFactory(), OrganisationFactory()
    officer.post(where("organisation_merge", absorbed.pk), {"into": into.name, "on": "2020-01-01", "confirm": "1"})
    listing = Client().get(where("list")).content.decode()
    assert (f">{absorbed.name}<" in listing, f">{into.name}<" in listing) == (False, True)
    assert into.name in Client().get(where("organisation", absorbed.pk)).content.decode()
    assert officer.get(where("organisation_merge", absorbed.pk)).status_code == 404


def test_nothing_is_merged_before_the_effects_were_shown(officer):
    absorbed, into = OrganisationFactory(), OrganisationFactory()
    answer = officer.post(where("organisation_merge", absorbed.pk), {"into": into.name, "on": "2020-01-01"})
    assert "确认合并" in answer.content.decode()
    assert Organisation.objects.filter(merged_into=None).count() == 2


def test_officer_registers_changes_and_corrects(officer):
    county, other = CountyFactory(), CountyFactory()
    given = {"name": "示例新单位", "kind": "enterprise", "county": county.pk, "since": "2018年1月1日"}
    officer.post(where("organisation_register"), given)
    organisation = Organisation.objects.get()
    officer.post(
        where("organisation_change", organisation.pk),
        {"name": "示例改名单位", "county": other.pk, "on": "2020-01-01"},
    )
    first = organisation.periods.order_by("start").first()
    officer.post(where("organisation_correct", first.pk), {"name": "示例正名单位", "county": county.pk})

    rows = OrganisationPeriod.objects.order_by("start").values_list("start", "name", "county")
    assert list(rows) == [
        (date(2018, 1, 1), "示例正名单位", county.pk),
        (date(2020, 1, 1), "示例改名单位", other.pk),
    ]


def test_a_refusal_stands_at_its_field(officer):
    organisation = OrganisationFactory()
    answer = officer.post(
        where("organisation_change", organisation.pk),
        {"name": "示例改名单位", "county": organisation.county_id, "on": "2009-01-01"},
    )
    assert list(answer.context["form"].errors) == ["on"]


def test_strangers_find_no_page_to_write_on():
    organisation = OrganisationFactory()
    period = organisation.periods.get()
    addresses = (
        where("organisation_register"),
        where("doubles"),
        where("organisation_change", organisation.pk),
        where("organisation_merge", organisation.pk),
        where("organisation_correct", period.pk),
    )
    stranger = signed_in("expert")
    county = signed_in("county_officer", county=CountyFactory())
    for address in addresses:
        assert (stranger.get(address).status_code, stranger.post(address, {}).status_code) == (404, 404)
        assert Client().get(address).status_code == 302
    for address in addresses[2:]:
        assert county.get(address).status_code == 404


def test_doubles_are_told_with_a_reason_and_two_codes_make_two(officer):
    county = CountyFactory(name="示例县某", short_name="某县")
    for name, code in (
        ("示例某县星火农业有限公司", ""),
        ("示例星火农业有限责任公司", ""),
        ("示例长虹机械有限公司", "91520400MA6DJ0L10C"),
        ("示例长虹机械有限责任公司", "91520400MA6DJ0L1XX"),
    ):
        OrganisationFactory(name=name, credit_code=code, county=county)
    pairs = selectors.organisation_doubles(actor=ANONYMOUS)
    assert [{pair.one.name, pair.other.name} for pair in pairs] == [
        {"示例某县星火农业有限公司", "示例星火农业有限责任公司"}
    ]
    assert all(pair.reason for pair in pairs)
    assert pairs[0].reason in officer.get(where("doubles")).content.decode()


@pytest.mark.parametrize("count", (1, 3))
def test_pages_cost_the_same_for_one_and_for_three(officer, django_assert_max_num_queries, count):
    organisations = [OrganisationFactory(name=f"示例单位{place}") for place in range(count)]
    officer.get(where("list"))
    with django_assert_max_num_queries(8):
        officer.get(where("list"))
    with django_assert_max_num_queries(12):
        officer.get(where("organisation", organisations[0].pk))


def test_rooms_above_add_their_sections_and_effects():
    organisation = OrganisationFactory()
    panels.register(
        "test",
        lambda found, actor, on: Section("test", f"示例栏{found.pk}"),
        effect=lambda absorbed, into: [f"{absorbed.pk}→{into.pk}"],
    )
    try:
        titles = [section.title for section in panels.sections(organisation, ANONYMOUS, date(2020, 1, 1))]
        assert f"示例栏{organisation.pk}" in titles
        assert f"{organisation.pk}→{organisation.pk}" in panels.effects(organisation, organisation)
    finally:
        panels.forget("test")
