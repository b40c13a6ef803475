"""What an applicant of ill will tries: other people's keys, a guest's powers, a stranger's subject, foul characters."""

from __future__ import annotations

import io
from datetime import timedelta
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kechuang.calls import access
from kechuang.calls.models import Application, Publicity, Submission
from kechuang.calls.panels import due_of
from kechuang.calls.services.answers import Change, answers_save
from kechuang.calls.services.applications import application_start, participant_invite, participant_remove
from kechuang.calls.services.stepping import application_move, submission_known
from kechuang.kernel.errors import NotAllowed, Refused
from tests.factories import OrganisationFactory
from tests.papers import pdf

pytestmark = pytest.mark.django_db
FORMULA = '=HYPERLINK("http://example.org","x")'


@pytest.fixture
def draft(bureau) -> Application:
    return bureau.filled(bureau.started(bureau.call()))


@pytest.fixture
def guest(bureau, draft):
    """Return a colleague who was invited to fill one section."""
    colleague = bureau.person("applicant", "guest")
    participant_invite(application=draft, user=colleague, sections=("outline",), actor=bureau.actor("applicant"))
    return bureau.actor("applicant", "guest")


def other(bureau, role="applicant"):
    """Return an actor of another organisation."""
    own, bureau.organisation = bureau.organisation, OrganisationFactory(kind="enterprise")
    try:
        return bureau.actor(role, "of another")
    finally:
        bureau.organisation = own


def test_a_guest_of_one_section_neither_invites_nor_removes_nor_hands_in(bureau, draft, guest):
    third = bureau.person("applicant", "third")
    (participant,) = draft.participants.all()
    for forbidden in (
        lambda: participant_invite(application=draft, user=third, actor=guest),
        lambda: participant_remove(participant=participant, actor=guest),
        lambda: application_move(application=draft, step="submit", actor=guest, key=uuid4()),
        lambda: application_move(application=draft, step="withdraw", actor=guest),
        lambda: answers_save(application=draft, changes=[Change("legal_person", "x", 1)], actor=guest),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    answers_save(application=draft, changes=[Change("title", "来自受邀同事", 1)], actor=guest)
    draft.refresh_from_db()
    assert (draft.state, draft.participants.count()) == ("draft", 1)


def test_a_whole_forms_guest_hands_in_as_the_one_who_began(bureau, draft):
    colleague = bureau.person("applicant", "guest")
    participant_invite(application=draft, user=colleague, actor=bureau.actor("applicant"))
    application_move(application=draft, step="submit", actor=bureau.actor("applicant", "guest"), key=uuid4())
    draft.refresh_from_db()
    assert draft.state == "host_review"


@pytest.mark.parametrize("page", ("check", "step"))
def test_pressing_again_with_the_same_key_leads_to_the_receipt(client, bureau, draft, page):
    client.force_login(bureau.person("applicant"))
    address = reverse(f"calls:{page}", args=[draft.pk] if page == "check" else [draft.pk, "submit"])
    sent = {"key": str(uuid4()), **dict.fromkeys(("truthful", "clean", "secret"), "on")}
    sent |= {f"v:{name}": "1" for name in ("truthful", "clean", "secret")}
    answers = [client.post(address, sent) for _twice in range(2)]
    assert [(each.status_code, each.url) for each in answers] == [(302, reverse("calls:receipt", args=[draft.pk]))] * 2
    assert Submission.objects.filter(application=draft).count() == 1


def test_a_strangers_key_opens_no_receipt(bureau, draft):
    key = uuid4()
    application_move(application=draft, step="submit", actor=bureau.actor("applicant"), key=key)
    assert submission_known(draft, key=key, actor=bureau.actor("applicant")) is not None
    assert submission_known(draft, key=key, actor=other(bureau)) is None
    with pytest.raises(Refused):
        application_move(application=draft, step="submit", actor=other(bureau), key=key)


def test_an_application_begins_only_for_ones_own_unit_and_its_own_call(bureau):
    call, elsewhere = bureau.call(), other(bureau)
    with pytest.raises(NotAllowed):
        application_start(item=call.item, call=call, organisation=bureau.organisation, actor=elsewhere)
    stranger = OrganisationFactory()
    with pytest.raises(Refused, match="不属于这个申报单位"):
        application_start(
            item=call.item, call=call, organisation=bureau.organisation, actor=bureau.actor("applicant"),
            subject=stranger,
        )  # fmt: skip
    assert Application.objects.count() == 0


def test_what_no_column_takes_is_left_out_of_an_explanation(client, bureau, draft):
    for step, role in (("submit", "applicant"), ("pass", "host_admin"), ("recommend", "county_officer")):
        if step == "pass":
            bureau.filled(draft, "host_admin")
        bureau.move(draft, step, role, rank="1")
    bureau.move(draft, "correct", "department_officer", corrections={"abstract": "请写明方向"})
    client.force_login(bureau.person("applicant"))
    client.post(reverse("calls:explain", args=[draft.pk]), {"explain:abstract": "甲\x00乙\u202e"})
    (point,) = draft.corrections.get().items.all()
    assert point.answer == "甲乙"


def test_the_time_of_a_correction_is_the_later_of_its_day_and_its_extension(bureau, draft):
    for step, role in (("submit", "applicant"), ("pass", "host_admin"), ("recommend", "county_officer")):
        if step == "pass":
            bureau.filled(draft, "host_admin")
        bureau.move(draft, step, role, rank="1")
    today = timezone.localdate()
    bureau.move(draft, "correct", "department_officer", corrections={"abstract": "x"}, due_on=today + timedelta(days=3))
    assert due_of(draft) == today + timedelta(days=3)
    bureau.move(draft, "extend", "department_officer", until=today + timedelta(days=9))
    assert due_of(draft) == today + timedelta(days=9)


def test_nothing_is_public_before_its_first_day(bureau, draft):
    today = timezone.localdate()
    row = Publicity.objects.create(
        application=draft, opens_on=today + timedelta(days=2), closes_on=today + timedelta(days=9),
        shown={"title": "尚未公示"}, published_by=bureau.person("department_head"),
    )  # fmt: skip
    assert Client().get(reverse("calls:publicity", args=[row.pk])).status_code == 404
    assert "尚未公示" not in Client().get(reverse("calls:publicities")).content.decode()


def test_objections_of_one_address_are_slowed_down(bureau, draft):
    today = timezone.localdate()
    row = Publicity.objects.create(
        application=draft, opens_on=today, closes_on=today + timedelta(days=9), published_by=bureau.person("leader"),
        shown=dict.fromkeys(("item", "title", "organisation", "county", "department"), "示例") | {"answers": {}},
    )  # fmt: skip
    page, visitor = reverse("calls:publicity", args=[row.pk]), Client(REMOTE_ADDR="203.0.113.9")
    said = {"name": "示例", "contact": "1", "grounds": "示例"}
    assert [visitor.post(page, said).status_code for _each in range(11)] == [302] * 10 + [429]
    assert row.objections.count() == 10


def test_a_formula_typed_into_a_table_comes_back_as_text(client, bureau, draft):
    client.force_login(bureau.person("applicant"))
    page = reverse("calls:table", args=[draft.pk, "equipment"])
    client.post(page, {"equipment.0.name": FORMULA, "equipment.0.quantity": "1", "seen": "1", "shown": "9"})
    assert draft.answers.get(code="equipment").value[0]["name"] == FORMULA
    given = client.get(reverse("calls:table_file", args=[draft.pk, "equipment"])).content
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(given)).active.iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value and "HYPERLINK" in str(cell.value)] == ["s"]


def test_a_scripts_name_is_shown_as_text_wherever_the_file_is_named(client, bureau, draft):
    client.force_login(bureau.person("applicant"))
    name = "<img src=x onerror=alert(1)>.pdf"
    upload = SimpleUploadedFile(name, pdf("other"), "application/pdf")
    version = draft.answers.get(code="licence").version
    client.post(reverse("calls:files", args=[draft.pk, "licence"]), {"upload": upload, "seen": version})
    pages = [reverse("calls:files", args=[draft.pk, "licence"]), reverse("calls:check", args=[draft.pk])]
    texts = [client.get(page).content.decode() for page in (*pages, reverse("calls:application", args=[draft.pk]))]
    assert ["<img src=x" in text for text in texts] == [False] * 3


def test_an_officer_who_serves_the_unit_takes_no_step_on_its_case(bureau, draft):
    both = bureau.person("department_officer")
    both.offices.create(role="applicant", organisation=bureau.organisation, start="2020-01-01")
    for step, role in (("submit", "applicant"), ("pass", "host_admin"), ("recommend", "county_officer")):
        if step == "pass":
            bureau.filled(draft, "host_admin")
        bureau.move(draft, step, role, rank="1")
    with pytest.raises(NotAllowed):
        bureau.move(draft, "accept", "department_officer")
    assert access.APPLICATIONS.may(bureau.actor("department_officer"), "view", draft)


def test_how_many_applied_and_who_prepared_a_call_is_not_shown_to_those_who_apply(bureau):
    call = bureau.call()
    desk, listed = reverse("calls:call_desk", args=[call.pk]), reverse("calls:calls")
    found = {}
    for role in ("applicant", "host_admin", "department_officer"):
        client = Client()
        client.force_login(bureau.person(role))
        found[role] = (client.get(desk).status_code, client.get(listed).status_code)
    assert found == {"applicant": (404, 404), "host_admin": (404, 404), "department_officer": (200, 200)}


def test_behind_a_proxy_each_visitor_is_counted_alone_and_nobody_writes_an_address_of_his_own(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    said = {"number": "SL-2026-9999", "tail": "0000"}
    page = reverse("calls:progress")
    asked = [*(f"198.51.100.{n}, 203.0.113.77" for n in range(11)), "203.0.113.77, 203.0.113.78"]
    found = [Client(headers={"x-forwarded-for": one}).post(page, said).status_code for one in asked]
    assert found == [200] * 10 + [429, 200]
