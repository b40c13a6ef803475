"""Units that apply together: invited, confirmed by their own administrator, shut out of everything not shared."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kechuang.calls import access
from kechuang.calls.models import Application, Partner
from kechuang.calls.selectors.partners import partner_units, partners_of
from kechuang.calls.services.answers import Change, answers_save
from kechuang.calls.services.partners import partner_invite, partner_move
from kechuang.calls.services.stepping import application_move
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.inbox import Asked, page
from tests.calls.conftest import Bureau
from tests.factories import OrganisationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.capability("C31")]


@pytest.fixture
def draft(bureau) -> Application:
    return bureau.filled(bureau.started(bureau.call()))


@pytest.fixture
def institute(bureau) -> Bureau:
    """Return another organisation with its own people."""
    unit = OrganisationFactory(name="示例研究院", kind="institute")
    other = Bureau(unit, bureau.county, bureau.department)
    other.person("host_admin")
    return other


@pytest.fixture
def invited(bureau, draft, institute) -> Partner:
    return partner_invite(
        application=draft, organisation=institute.organisation, duty="承担检测方法研究", sections=("outline",),
        actor=bureau.actor("applicant"),
    )  # fmt: skip


def confirmed(partner, institute) -> Partner:
    partner_move(partner=partner, step="confirm", actor=institute.actor("host_admin"))
    return partner


def test_an_invitation_lies_on_the_desk_of_the_other_units_administrator_who_confirms(
    client, bureau, institute, invited
):
    todo = page("todo", institute.actor("host_admin"), Asked()).items
    assert invited.pk in [item.case.object_id for item in todo]
    client.force_login(institute.person("host_admin"))
    shown = client.get(reverse("calls:partner", args=[invited.pk])).content.decode()
    assert "承担检测方法研究" in shown
    done = client.post(reverse("calls:partner_step", args=[invited.pk, "confirm"]), {"reason": ""})
    assert done.status_code == 302
    invited.refresh_from_db()
    assert (invited.state, partner_units(invited.application)) == ("confirmed", [institute.organisation])


def test_nobody_but_the_invited_units_administrator_answers(bureau, institute, invited):
    for actor in (bureau.actor("host_admin"), bureau.actor("applicant"), institute.actor("applicant")):
        with pytest.raises(NotAllowed):
            partner_move(partner=invited, step="confirm", actor=actor)
    assert invited.state == "invited"


def test_a_partner_sees_and_fills_what_is_shared_and_finds_nothing_else(client, bureau, draft, institute, invited):
    client.force_login(institute.person("applicant"))
    own = reverse("calls:section", args=[draft.pk, "outline"])
    assert client.get(own).status_code == 404  # not confirmed yet
    confirmed(invited, institute)
    assert client.get(own).status_code == 200
    typed = {"code": "title", "title": "联合填写的名称", "v:title": "1"}
    assert client.post(reverse("calls:autosave", args=[draft.pk, "outline"]), typed).json()["kept"] is True
    assert draft.answers.get(code="title").value == "联合填写的名称"
    closed = [
        reverse("calls:section", args=[draft.pk, "capacity"]),
        reverse("calls:table", args=[draft.pk, "equipment"]),
        reverse("calls:table_file", args=[draft.pk, "equipment"]),
        reverse("calls:files", args=[draft.pk, "licence"]),
        *(
            reverse(f"calls:{name}", args=[draft.pk])
            for name in ("fill", "check", "application", "partners", "receipt")
        ),
        reverse("calls:paper", args=[draft.pk, "application"]),
    ]
    assert {client.get(each).status_code for each in closed} == {404}
    stranger = {"code": "revenue@2025", "revenue@2025": "1"}
    assert client.post(reverse("calls:autosave", args=[draft.pk, "capacity"]), stranger).status_code == 404
    with pytest.raises(NotAllowed):
        answers_save(application=draft, changes=[Change("revenue@2025", "1", 1)], actor=institute.actor("applicant"))
    assert not access.APPLICATIONS.may(institute.actor("applicant"), "view", draft)


def test_who_left_sees_nothing_any_more(client, draft, institute, invited):
    confirmed(invited, institute)
    partner_move(partner=invited, step="leave", actor=institute.actor("host_admin"), reason="示例理由")
    client.force_login(institute.person("applicant"))
    assert client.get(reverse("calls:section", args=[draft.pk, "outline"])).status_code == 404
    assert partners_of(draft) == []


def test_nothing_is_handed_in_before_every_unit_has_answered_and_nobody_leaves_afterwards(
    bureau, draft, institute, invited
):
    send = {"application": draft, "step": "submit", "actor": bureau.actor("applicant"), "key": uuid4()}
    with pytest.raises(Refused, match="示例研究院"):
        application_move(**send)
    confirmed(invited, institute)
    application_move(**send)
    (submission,) = draft.submissions.all()
    assert submission.content["partners"] == [{"organisation": "示例研究院", "duty": "承担检测方法研究"}]
    for step, actor in (("leave", institute.actor("host_admin")), ("remove", bureau.actor("applicant"))):
        with pytest.raises(Refused, match="已经提交"):
            partner_move(partner=invited, step=step, actor=actor, reason="示例理由")


def test_who_cannot_be_invited(bureau, draft, institute, invited):
    silent = OrganisationFactory(name="示例无账号单位")
    starter = bureau.actor("applicant")
    wrong = [
        ({"organisation": bureau.organisation}, "organisation"),
        ({"organisation": silent}, "organisation"),
        ({"organisation": institute.organisation}, "organisation"),
        ({"organisation": institute.organisation, "sections": ("host_review",)}, "sections"),
    ]
    fields = []
    for values, _field in wrong:
        with pytest.raises(Refused) as refused:
            partner_invite(application=draft, duty="x", actor=starter, **values)
        fields.append(refused.value.field)
    assert fields == [field for _values, field in wrong]
    with pytest.raises(NotAllowed):
        partner_invite(
            application=draft, organisation=institute.organisation, duty="x", actor=institute.actor("applicant")
        )


def test_an_officer_of_a_partner_unit_takes_no_step(bureau, draft, institute, invited):
    confirmed(invited, institute)
    officer = bureau.person("county_officer")
    officer.offices.create(role="applicant", organisation=institute.organisation, start="2020-01-01")
    bureau.move(draft, "submit", "applicant")
    bureau.filled(draft, "host_admin")
    bureau.move(draft, "pass", "host_admin")
    with pytest.raises(NotAllowed):
        bureau.move(draft, "recommend", "county_officer", rank="1")


def test_the_pages_show_the_units_and_cost_the_same_for_one_and_for_three(client, bureau, draft, institute, invited):
    client.force_login(bureau.person("applicant"))
    pages = [reverse("calls:partners", args=[draft.pk]), reverse("calls:application", args=[draft.pk])]

    def cost(address):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            text = client.get(address).content.decode()
        assert "示例研究院" in text
        return len(queries)

    one = [cost(address) for address in pages]
    for number in range(2):
        unit = OrganisationFactory(name=f"示例大学{number}", kind="university")
        Bureau(unit, bureau.county, bureau.department).person("host_admin")
        partner_invite(application=draft, organisation=unit, duty="x", actor=bureau.actor("applicant"))
    assert [cost(address) for address in pages] == one


def test_a_unit_is_invited_by_its_page(client, bureau, draft, institute):
    client.force_login(bureau.person("applicant"))
    address = reverse("calls:partners", args=[draft.pk])
    sent = {"organisation": "示例研究院", "duty": "检测", "sections": ["outline"]}
    assert client.post(address, sent).status_code == 302
    assert [(row.organisation, row.sections) for row in partners_of(draft)] == [(institute.organisation, ["outline"])]
    again = client.post(address, sent)
    assert "已在邀请之列" in again.content.decode()
