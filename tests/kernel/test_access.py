"""One question in three forms: the list, the object and the why never disagree."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from kechuang.directory.access import ORGANISATIONS
from kechuang.directory.models import Organisation
from kechuang.kernel.access import ANONYMOUS, AccessTable, Actor, Allow, Office, everything, tables, within
from kechuang.kernel.errors import NotAllowed
from tests.factories import CountyFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def county_officer(county) -> Actor:
    office = Office("county_officer", county_id=county.pk, label=f"{county} · 县区科技主管")
    return Actor(user_id=UserFactory().pk, offices=(office,))


def test_may_and_visible_answer_alike():
    mine, other = OrganisationFactory(), OrganisationFactory()
    actor = county_officer(mine.county)

    changeable = ORGANISATIONS.visible(Organisation.objects.all(), actor, "change")
    assert list(changeable) == [mine]
    assert [ORGANISATIONS.may(actor, "change", row) for row in (mine, other)] == [True, False]


def test_explain_names_the_office_and_its_reach():
    other = OrganisationFactory()
    actor = county_officer(CountyFactory(name="示例丁县"))
    with override("zh-hans"):
        explained = ORGANISATIONS.explain(actor, "change", other)

    assert explained.allowed is False
    assert explained.sentences == ("您的岗位“示例丁县 · 县区科技主管”只及于：本县区的单位；本条记录不在其内。",)


def test_explain_tells_a_person_without_office_who_could():
    with override("zh-hans"):
        explained = ORGANISATIONS.explain(ANONYMOUS, "merge", OrganisationFactory())
    assert explained.sentences == ("您现有的岗位不办理此事；可以办理的是：归口管理部门维护单位名录。",)


def test_explain_gives_the_reason_of_what_is_allowed():
    organisation = OrganisationFactory()
    with override("zh-hans"):
        assert ORGANISATIONS.explain(county_officer(organisation.county), "change", organisation).sentences == (
            "本县区的单位",
        )


def test_an_office_without_its_bound_sees_nothing():
    OrganisationFactory()
    unbounded = Actor(user_id=1, offices=(Office("county_officer"),))
    assert not ORGANISATIONS.visible(Organisation.objects.all(), unbounded, "change").exists()


def test_an_action_no_line_names_is_denied():
    organisation = OrganisationFactory()
    everyone = Actor(user_id=1, offices=tuple(Office(line.role) for line in ORGANISATIONS.lines))
    assert not ORGANISATIONS.may(everyone, "abolish", organisation)
    with pytest.raises(NotAllowed, match="没有任何岗位"):
        ORGANISATIONS.require(everyone, "abolish", organisation)


def test_a_model_has_one_table():
    with pytest.raises(ValueError, match="Organisation has an access table already"):
        AccessTable(Organisation, (Allow(("view",), "leader", everything, "全市"),))
    assert tables()[Organisation] is ORGANISATIONS


def test_scope_of_several_offices_is_their_union():
    one, two, three = (OrganisationFactory() for _ in range(3))
    offices = tuple(Office("county_officer", county_id=row.county_id) for row in (one, two))
    actor = Actor(user_id=1, offices=offices)
    seen = ORGANISATIONS.visible(Organisation.objects.order_by("pk"), actor, "change")
    assert list(seen) == [one, two]
    assert three not in seen


def test_within_binds_every_named_column():
    scope = within(county="county_id", organisation="id")
    both = scope(Actor(1), Office("x", county_id=2, organisation_id=3))
    assert dict(both.children) == {"county_id": 2, "id": 3}
