"""Organisations through time, offices within their bounds, three powers in three hands."""

from __future__ import annotations

from datetime import date

import pytest

from kechuang.catalogue.loading import installed_root, load
from kechuang.directory import services
from kechuang.directory.loading import load as load_directory
from kechuang.directory.models import Division, Office, OrganisationPeriod
from kechuang.directory.selectors import ROLE_LABELS, actor_for, credit_code_remarks
from kechuang.kernel.access import ANONYMOUS, Actor
from kechuang.kernel.access import Office as Held
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.pure.identifiers import check_character
from tests.factories import CountyFactory, DepartmentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = date(2022, 5, 1)


def holding(role: str, **bounds: int) -> Actor:
    return Actor(user_id=UserFactory().pk, offices=(Held(role, **bounds),))


@pytest.fixture
def officer() -> Actor:
    return holding("department_officer", department_id=DepartmentFactory().pk)


def periods_of(organisation) -> list[tuple[date, date | None, str]]:
    return list(OrganisationPeriod.objects.filter(organisation=organisation).values_list("start", "end", "name"))


@pytest.mark.capability("C23")
def test_organisation_change_keeps_the_day_before(officer):
    organisation = OrganisationFactory(name="示例旧名有限公司")
    services.organisation_change(organisation=organisation, on=DAY, actor=officer, name="示例新名有限公司")

    assert periods_of(organisation) == [
        (date(2010, 1, 1), DAY, "示例旧名有限公司"),
        (DAY, None, "示例新名有限公司"),
    ]
    organisation.refresh_from_db()
    assert organisation.name == "示例新名有限公司"


def test_organisation_correct_rewrites_the_period_and_opens_none(officer):
    organisation = OrganisationFactory(name="示例错名")
    services.organisation_correct(period=organisation.periods.get(), actor=officer, name="示例正名")
    assert periods_of(organisation) == [(date(2010, 1, 1), None, "示例正名")]


def test_organisation_change_is_refused_on_or_before_the_open_period_began(officer):
    organisation = OrganisationFactory()
    with pytest.raises(Refused, match="更正") as refusal:
        services.organisation_change(organisation=organisation, on=date(2010, 1, 1), actor=officer, name="示例")
    assert refusal.value.field == "on"


def test_organisation_change_is_refused_for_the_future(officer):
    with pytest.raises(Refused, match="不能晚于今天"):
        services.organisation_change(
            organisation=OrganisationFactory(), on=date(2999, 1, 1), actor=officer, name="示例"
        )


def test_organisation_change_is_refused_to_another_county():
    organisation = OrganisationFactory()
    stranger = holding("county_officer", county_id=CountyFactory().pk)
    with pytest.raises(NotAllowed):
        services.organisation_change(organisation=organisation, on=DAY, actor=stranger, name="示例")
    assert len(periods_of(organisation)) == 1


def test_organisation_merge_ends_the_absorbed_and_its_offices(officer):
    absorbed, into = OrganisationFactory(), OrganisationFactory()
    office = Office.objects.create(user=UserFactory(), role="host_admin", organisation=absorbed, start=date(2020, 1, 1))
    services.organisation_merge(absorbed=absorbed, into=into, on=DAY, actor=officer)

    absorbed.refresh_from_db()
    office.refresh_from_db()
    assert (absorbed.merged_into_id, office.end) == (into.pk, DAY)
    assert [end for _start, end, _name in periods_of(absorbed)] == [DAY]
    with pytest.raises(Refused, match="已经并入"):
        services.organisation_merge(absorbed=absorbed, into=into, on=DAY, actor=officer)


def test_organisation_merge_into_itself_is_refused(officer):
    one = OrganisationFactory()
    with pytest.raises(Refused, match="它自己"):
        services.organisation_merge(absorbed=one, into=one, on=DAY, actor=officer)


def test_organisation_register_is_refused_to_a_stranger():
    values = {"kind": "enterprise", "name": "示例企业", "credit_code": "", "county": CountyFactory()}
    with pytest.raises(NotAllowed):
        services.organisation_register(actor=ANONYMOUS, since=DAY, **values)


def test_organisation_register_refuses_a_code_that_lives_elsewhere(officer):
    OrganisationFactory(credit_code="91520400MA00000005")
    values = {"kind": "enterprise", "name": "示例企业", "credit_code": "91520400MA00000005", "county": CountyFactory()}
    with pytest.raises(Refused, match="已登记在另一单位名下"):
        services.organisation_register(actor=officer, since=DAY, **values)


def test_bounds_and_labels_of_roles_are_those_of_the_catalogue():
    roles = [role for role in load(installed_root(), "anshun").roles if role.office]
    bounds = {role.code: None if role.bound == "none" else role.bound for role in roles}
    assert bounds == services.BOUNDS
    assert set(ROLE_LABELS) == set(bounds)


def test_office_grant_needs_the_bound_of_its_role():
    security = holding("security_admin")
    with pytest.raises(Refused, match="须指明所属范围") as refusal:
        services.office_grant(user=UserFactory(), role="county_officer", actor=security, start=DAY)
    assert refusal.value.field == "county"


@pytest.mark.parametrize("second", ("security_admin", "auditor"))
def test_three_powers_never_meet_in_one_person(second):
    security, user = holding("security_admin"), UserFactory()
    services.office_grant(user=user, role="system_admin", actor=security, start=DAY)
    with pytest.raises(Refused, match="三种权力"):
        services.office_grant(user=user, role=second, actor=security, start=DAY)


def test_office_grant_to_oneself_is_refused():
    user = UserFactory()
    security = Actor(user_id=user.pk, offices=(Held("security_admin"),))
    with pytest.raises(NotAllowed, match="不能给自己"):
        services.office_grant(user=user, role="leader", actor=security, start=DAY)


@pytest.mark.capability("C95")
def test_delegation_holds_between_its_days_and_names_its_owner():
    county, owner, friend = CountyFactory(), UserFactory(full_name="示例李"), UserFactory()
    office = Office.objects.create(user=owner, role="county_officer", county=county, start=date(2020, 1, 1))
    services.office_delegate(
        office=office, to=friend, start=DAY, end=date(2022, 6, 1), actor=actor_for(user=owner, on=DAY)
    )

    days = (date(2022, 4, 30), DAY, date(2022, 5, 31), date(2022, 6, 1))
    held = [[(o.county_id, o.on_behalf_of) for o in actor_for(user=friend, on=day).offices] for day in days]
    assert held == [[], [(county.pk, "示例李")], [(county.pk, "示例李")], []]


def test_delegation_ends_with_its_owners_office():
    owner, friend = UserFactory(), UserFactory()
    office = Office.objects.create(
        user=owner, role="county_officer", county=CountyFactory(), start=date(2020, 1, 1), end=date(2022, 5, 10)
    )
    services.office_delegate(
        office=office, to=friend, start=DAY, end=date(2022, 6, 1), actor=actor_for(user=owner, on=DAY)
    )
    assert [len(actor_for(user=friend, on=day).offices) for day in (date(2022, 5, 9), date(2022, 5, 10))] == [1, 0]


def test_what_is_delegated_is_not_delegated_again():
    owner, friend, third = UserFactory(), UserFactory(), UserFactory()
    office = Office.objects.create(user=owner, role="leader", start=date(2020, 1, 1))
    lent = services.office_delegate(
        office=office, to=friend, start=DAY, end=date(2022, 6, 1), actor=actor_for(user=owner, on=DAY)
    )
    with pytest.raises(Refused, match="不能再转委托"):
        services.office_delegate(
            office=lent, to=third, start=DAY, end=date(2022, 6, 1), actor=actor_for(user=friend, on=DAY)
        )


def test_a_closed_account_holds_nothing():
    user = UserFactory(is_active=False)
    Office.objects.create(user=user, role="leader", start=date(2020, 1, 1))
    assert actor_for(user=user, on=DAY) == ANONYMOUS


def test_user_disable_needs_a_reason_and_another_person():
    admin, user = holding("system_admin"), UserFactory()
    with pytest.raises(Refused, match="理由"):
        services.user_disable(user=user, reason=" ", actor=admin)
    services.user_disable(user=user, reason="示例离职", actor=admin)
    user.refresh_from_db()
    assert user.is_active is False


@pytest.mark.parametrize("typed", ("91520400MA00000006", "123", "91520400MA0000000O"))
def test_organisation_register_says_what_is_wrong_with_the_code(officer, typed):
    values = {"kind": "enterprise", "name": "示例企业", "credit_code": typed, "county": CountyFactory()}
    with pytest.raises(Refused) as refusal:
        services.organisation_register(actor=officer, since=DAY, **values)
    assert refusal.value.field == "credit_code"


def test_organisation_register_keeps_the_code_without_spaces(officer):
    values = {
        "kind": "enterprise",
        "name": "示例企业",
        "credit_code": " 91520400 ma00000005",
        "county": CountyFactory(),
    }
    assert services.organisation_register(actor=officer, since=DAY, **values).credit_code == "91520400MA00000005"


@pytest.mark.parametrize(
    ("place", "remark"),
    (("520402", ""), ("522501", "旧行政区划代码"), ("999999", "不在行政区划代码表中")),
)
def test_a_credit_code_is_looked_up_in_the_history_of_divisions(place, remark):
    Division.objects.create(code="520402", name="西秀区")
    Division.objects.create(code="522501", name="安顺市", former=True)
    first = f"91{place}MA0000000"
    remarks = credit_code_remarks(first + check_character(first))
    assert [remark in said for said in remarks] == ([True] if remark else [])


def test_divisions_come_with_the_catalogue_and_loading_twice_changes_nothing():
    whole = load(installed_root(), "anshun")
    for _again in range(2):
        load_directory(whole)
    assert Division.objects.filter(former=False).count() == len(whole.reference.division_names())
    assert not Division.objects.get(code="520403").former
