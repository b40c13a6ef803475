"""From the draft to the certificate through HTTP, as the real roles: pages, refusals, publicity, objection, effect."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kechuang.calls.models import Decision, Objection, Publicity
from kechuang.calls.services.answers import Change, answers_save
from kechuang.kernel.loading import catalogue_load
from kechuang.platforms.models import RegisterEntry
from tests.calls.conftest import catalogue
from tests.factories import UserFactory

OBJECTOR = "示例异议人钱某"


@pytest.fixture
def desk(bureau):
    catalogue_load(catalogue())

    def signed_in(role, name=""):
        client = Client()
        client.force_login(bureau.person(role, name), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in


def press(client, case, step, **typed):
    """Take a step by its page, and return the answer; nothing is refused."""
    url = reverse("calls:step", args=[case.pk, step])
    shown = client.get(url)
    assert shown.status_code == 200, (step, shown.status_code)
    usual = {name: field.initial for name, field in shown.context["form"].fields.items() if field.initial}
    answer = client.post(url, {**usual, "reason": "示例意见", **typed})
    assert answer.status_code == 302, (step, answer.context["form"].errors)
    case.refresh_from_db()
    return answer


@pytest.fixture
def published(bureau, desk):
    case = bureau.filled(bureau.started(bureau.call()))
    press(desk("applicant"), case, "submit")
    bureau.filled(case, "host_admin")
    press(desk("host_admin"), case, "pass")
    press(desk("county_officer"), case, "recommend", rank="1")
    officer, head = desk("department_officer"), desk("department_head")
    press(officer, case, "accept")
    press(officer, case, "start_review")
    press(officer, case, "conclude", points="86", recommended="on", opinion="示例评审意见")
    press(officer, case, "propose")
    press(head, case, "publish", minutes="示例纪要〔2026〕1号")
    return case


@pytest.mark.capability("C59", "C90", "C123")
def test_the_case_is_public_and_an_objection_is_sealed_from_the_applicant(bureau, desk, published):
    publicity = Publicity.objects.get(application=published)
    page = reverse("calls:publicity", args=[publicity.pk])
    assert "示例制造有限公司" in Client().get(page).content.decode()
    anonymous = Client().post(page, {"name": "", "contact": "1", "grounds": "x"})
    assert anonymous.context["form"].errors["name"]
    Client().post(page, {"name": OBJECTOR, "contact": "13900000000", "grounds": "示例：设备数量不实"})
    objection = Objection.objects.get()
    officer, head = desk("department_officer"), desk("department_head")
    shown = officer.get(reverse("calls:objection", args=[objection.pk])).content.decode()
    assert OBJECTOR in shown
    for role in ("applicant", "host_admin"):
        assert desk(role).get(reverse("calls:objection", args=[objection.pk])).status_code == 404
        assert OBJECTOR not in desk(role).get(reverse("calls:application", args=[published.pk])).content.decode()
    for client, step in ((officer, "accept"), (officer, "report"), (head, "dismiss")):
        url = reverse("calls:objection_step", args=[objection.pk, step])
        assert client.post(url, {"reason": "示例：经核查设备数量属实"}).status_code == 302
    for role in ("applicant", "host_admin"):
        answered = desk(role).get(reverse("calls:objection", args=[objection.pk])).content.decode()
        assert "经核查设备数量属实" in answered
        assert OBJECTOR not in answered


@pytest.mark.capability("C18", "C59", "C102")
def test_approval_waits_for_the_end_of_publicity_and_enters_the_platform(bureau, desk, published):
    head = desk("department_head")
    url = reverse("calls:step", args=[published.pk, "approve"])
    early = head.post(url, {"number": "示例科发〔2026〕1号", "decided_on": timezone.localdate()})
    assert "公示到" in str(early.context["form"].errors)
    yesterday = timezone.localdate() - timedelta(days=1)
    Publicity.objects.update(opens_on=yesterday - timedelta(days=8), closes_on=yesterday)
    press(head, published, "approve", number="示例科发〔2026〕1号")
    decision = Decision.objects.get(application=published)
    entry = RegisterEntry.objects.get(host=bureau.organisation, end__year=9999)
    assert (published.state, decision.outcome, entry.level, entry.document_number) == (
        "approved",
        "approved",
        "municipal",
        "示例科发〔2026〕1号",
    )
    verified = Client().get(reverse("calls:verify", args=[decision.token])).content.decode()
    assert decision.certificate_number in verified
    assert "证书有效" in verified
    assert Client().get(reverse("calls:verify", args=["0" * 32])).status_code == 404
    for kind, magic in (
        ("decision", b"PK"),
        ("acceptance", b"PK"),
        ("publicity", b"PK"),
        ("certificate", b"%PDF"),
        ("receipt", b"%PDF"),
        ("application", b"%PDF"),
    ):
        given = desk("applicant").get(reverse("calls:paper", args=[published.pk, kind]))
        assert given.content[: len(magic)] == magic, kind


def test_progress_is_told_to_who_knows_number_and_digits_and_to_nobody_else(published):
    url = reverse("calls:progress")
    right = Client().post(url, {"number": published.number, "tail": "1234"}).content.decode()
    assert "公示" in right
    wrong_digits = Client().post(url, {"number": published.number, "tail": "9999"}).context["form"].errors
    wrong_number = Client().post(url, {"number": "SL-1999-0001", "tail": "1234"}).context["form"].errors
    assert wrong_digits == wrong_number
    assert wrong_digits


def test_strangers_find_no_page(bureau, published):
    stranger = Client()
    stranger.force_login(UserFactory(), backend="allauth.account.auth_backends.AuthenticationBackend")
    for name, args in (
        ("application", [published.pk]),
        ("step", [published.pk, "approve"]),
        ("paper", [published.pk, "application"]),
        ("call_edit", [published.call_id]),
        ("call_amend", [published.call_id]),
        ("call_quotas", [published.call_id]),
        ("call_step", [published.call_id, "close"]),
        ("call_draft", []),
    ):
        assert stranger.get(reverse(f"calls:{name}", args=args)).status_code == 404, name


@pytest.mark.capability("C96")
def test_what_changed_between_submissions_stands_side_by_side(bureau, desk):
    case = bureau.filled(bureau.started(bureau.call()))
    press(desk("applicant"), case, "submit")
    press(desk("host_admin"), case, "return", reason="示例：请补充摘要")
    answers_save(application=case, changes=[Change("abstract", "改写后的示例摘要", 1)], actor=bureau.actor("applicant"))
    press(desk("applicant"), case, "submit")
    page = desk("host_admin").get(reverse("calls:application", args=[case.pk]))
    section = next(one for one in page.context["sections"] if one.key == "changes")
    (_submission, differences), *_older = section.context["changes"]
    assert [(one.label, one.before, one.after) for one in differences] == [("摘要", "示例内容", "改写后的示例摘要")]
