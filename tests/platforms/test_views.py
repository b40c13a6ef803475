"""The register's pages as the public, the officers and strangers meet them."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kechuang.directory import services as directory
from kechuang.directory.models import Office
from kechuang.platforms import services
from kechuang.platforms.models import Competence, Platform, Recognition, RegisterEntry
from tests.factories import OrganisationFactory, UserFactory
from tests.papers import picture

pytestmark = pytest.mark.django_db
PNG = picture()


def signed_in(role, **bounds):
    """Return a client signed in as a new person with one office, and that person."""
    user = UserFactory()
    Office.objects.create(user=user, role=role, start=date(2020, 1, 1), **bounds)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def officer(town):
    return signed_in("department_officer", department=town.departments[0])


@pytest.fixture
def head(town):
    return signed_in("department_head", department=town.departments[0])


@pytest.fixture
def stranger(town):
    return signed_in("department_officer", department=town.departments[2])


def page(client, name, *args, **query):
    return client.get(reverse(f"platforms:{name}", args=args), query)


def text(answer):
    return answer.content.decode()


def test_the_public_reads_list_page_and_matrix_but_nothing_hidden(town):
    shown, hidden = town.platform(name="示例公开中心"), town.platform(name="示例保密中心", sensitive=True)
    public = Client()

    listing = text(page(public, "list"))
    assert ("示例公开中心" in listing, "示例保密中心" in listing) == (True, False)
    assert "示例公开中心" in text(page(public, "detail", shown.number))
    assert page(public, "detail", hidden.number).status_code == 404
    assert town.kinds[0].name in text(page(public, "matrix"))


def test_a_sensitive_platform_is_shown_to_its_host_and_keeper_and_to_nobody_else(town, officer, stranger):
    platform = town.platform(sensitive=True)
    seen = {
        "officer": officer,
        "host": signed_in("host_admin", organisation=town.hosts[0]),
        "county": signed_in("county_officer", county=town.counties[0]),
        "leader": signed_in("leader"),
    }
    unseen = {
        "stranger": stranger,
        "other host": signed_in("host_admin", organisation=town.hosts[1]),
        "other county": signed_in("county_officer", county=town.counties[1]),
        "expert": signed_in("expert"),
    }
    assert {
        name: page(client, "detail", platform.number).status_code for name, client in seen.items()
    } == dict.fromkeys(seen, 200)
    assert {
        name: page(client, "detail", platform.number).status_code for name, client in unseen.items()
    } == dict.fromkeys(unseen, 404)


def test_a_past_day_is_told_as_past_and_does_not_know_what_came_after(town):
    platform = town.platform(name="示例旧名")
    town.recognise(platform, on=date(2019, 1, 1))
    services.platform_change(
        platform=platform, on=date(2020, 1, 1), actor=town.officer(), reason="更名", name="示例新名"
    )
    past = text(page(Client(), "detail", platform.number, on="2018-12-31"))
    assert "您看的是 2018-12-31 的登记" in past
    assert ("示例旧名" in past, "示例新名" in past, "示科发" in past) == (True, False, False)
    today = text(page(Client(), "detail", platform.number))
    assert ("您看的是" in today, "示例新名" in today, "示科发" in today) == (False, True, True)
    assert page(Client(), "detail", platform.number, on="2017-12-31").status_code == 404


def test_list_links_keep_the_day(town):
    platform = town.platform()
    listing = text(page(Client(), "list", on="2018-06-01"))
    assert f"{reverse('platforms:detail', args=[platform.number])}?on=2018-06-01" in listing


def test_page_shows_family_partners_upward_path_and_timeline(town):
    parent = town.platform(name="示例母平台")
    platform = town.platform(name="示例子平台", parent=parent)
    services.partner_add(platform=platform, organisation=town.hosts[1], start=date(2019, 1, 1), actor=town.officer())
    town.recognise(platform)
    shown = text(page(Client(), "detail", platform.number))
    for words in ("示例母平台", town.hosts[1].name, "省级", "认定为市级", "升级路径"):
        assert words in shown
    assert "示例子平台" in text(page(Client(), "detail", parent.number))


def test_officer_registers_and_changes_and_corrects_through_forms(town, officer):
    answer = officer.post(
        reverse("platforms:register"),
        {"name": "示例新中心", "kind": town.kinds[0].pk, "host": town.hosts[0].name, "since": "2019年5月1日"},
    )
    platform = Platform.objects.get()
    assert answer.url == reverse("platforms:detail", args=[platform.number])

    given = {"name": "示例改名中心", "kind": town.kinds[0].pk, "host": town.hosts[0].name, "reason": "文件更名"}
    given["department"] = town.departments[0].pk
    officer.post(reverse("platforms:change", args=[platform.number]), {**given, "on": "20200101"})
    officer.post(
        reverse("platforms:correct", args=[platform.number]), {**given, "on": "2020-06-01", "name": "示例正名中心"}
    )
    rows = RegisterEntry.objects.order_by("start").values_list("start", "name")
    assert list(rows) == [(date(2019, 5, 1), "示例新中心"), (date(2020, 1, 1), "示例正名中心")]


def test_a_refusal_stands_at_its_field(town, officer):
    answer = officer.post(
        reverse("platforms:register"),
        {"name": "示例", "kind": town.kinds[0].pk, "host": town.hosts[0].name, "since": "2000-01-01"},
    )
    assert list(answer.context["form"].errors) == ["host"]
    answer = officer.post(
        reverse("platforms:register"),
        {"name": "示例", "kind": town.kinds[0].pk, "host": "没有的单位", "since": "2019-01-01"},
    )
    assert "单位名录里没有" in str(answer.context["form"].errors["host"])


def test_a_recognition_goes_from_draft_to_in_force_and_is_ended_and_voided(town, officer, head, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    platform = town.platform()
    answer = officer.post(
        reverse("platforms:record", args=[platform.number]),
        {
            "level": "municipal",
            "recognised_on": "2019-01-01",
            "document_number": "示科发〔2019〕1号",
            "recognised_by": "示例机关",
            "scan": SimpleUploadedFile("../认定.png", PNG),
        },
    )
    recognition = Recognition.objects.get()
    where = reverse("platforms:recognition", args=[recognition.pk])
    assert (answer.status_code, answer.headers.get("Location")) == (302, where)

    def step(client, name, **given):
        client.post(reverse("platforms:recognition_move", args=[recognition.pk, name]), given)
        recognition.refresh_from_db()
        return recognition.state

    edited = {
        "level": "municipal",
        "recognised_on": "2019-02-01",
        "document_number": "2号",
        "recognised_by": "示例机关",
    }
    officer.post(reverse("platforms:recognition_edit", args=[recognition.pk]), edited)
    assert step(officer, "submit") == "submitted"
    assert step(head, "return", reason="请核对") == "draft"
    assert step(officer, "submit") == "submitted"
    assert step(head, "confirm") == "in_force"
    assert step(officer, "end", on="2021-01-01", ending="expired", reason="到期") == "ended"
    assert step(head, "void", reason="有误") == "voided"
    assert (recognition.recognised_on, recognition.document_number, recognition.scan.name) == (
        date(2019, 2, 1),
        "2号",
        "认定.png",
    )
    assert text(officer.get(where)).count("作废") > 0
    assert Client().get(where).status_code == 404


def test_a_scan_is_given_to_the_circle_and_not_to_the_public(town, officer, stranger, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    platform = town.platform()
    recognition = town.recognise(platform)
    attachment = services.recognition_draft(
        platform=platform,
        actor=town.officer(),
        level="provincial",
        recognised_on=date(2020, 1, 1),
        document_number="x",
        recognised_by="示例机关",
        scan=SimpleUploadedFile("认定.png", PNG),
    ).scan
    Recognition.objects.filter(pk=recognition.pk).update(scan=attachment)
    address = reverse("platforms:scan", args=[recognition.pk])

    answer = officer.get(address)
    assert (b"".join(answer.streaming_content), answer["Content-Type"]) == (PNG, "image/png")
    assert "attachment" in answer["Content-Disposition"]
    assert Client().get(address).status_code == 404
    # A colleague of another department sees the public record, and not the scan.
    assert stranger.get(reverse("platforms:recognition", args=[recognition.pk])).status_code == 200
    assert stranger.get(address).status_code == 404


def test_steps_ask_for_reason_document_and_day(town, head):
    platform = town.platform()
    town.recognise(platform)
    address = reverse("platforms:move", args=[platform.number, "warn"])
    answer = head.post(address, {"on": "2021-01-01", "reason": ""})
    assert list(answer.context["form"].errors) == ["reason"]
    head.post(address, {"on": "2021-01-01", "reason": "不合格"})
    assert RegisterEntry.objects.get(platform=platform, end=date.max).standing == "warned"
    assert head.get(address).status_code == 404


def test_no_button_and_no_address_revokes_without_a_hearing(town, head):
    platform = town.platform()
    town.recognise(platform)
    assert "steps/revoke/" not in text(page(head, "detail", platform.number))
    address = reverse("platforms:move", args=[platform.number, "revoke"])
    answer = head.post(address, {"on": "2021-01-01", "reason": "不合格", "document_number": "示〔2021〕1号"})
    assert "陈述申辩" in text(answer)
    assert RegisterEntry.objects.get(platform=platform, end=date.max).standing == "active"


def test_hiding_and_descent_are_kept_through_forms(town, officer, head):
    platform, parent = town.platform(), town.platform(name="示例母平台")
    officer.post(reverse("platforms:derive", args=[platform.number]), {"parent": parent.number, "reason": "补登"})
    head.post(reverse("platforms:conceal", args=[platform.number]), {"sensitive": "on", "reason": "涉密"})
    platform.refresh_from_db()
    assert (platform.parent, platform.sensitive) == (parent, True)
    assert page(Client(), "detail", platform.number, on="2019-01-01").status_code == 404


def test_partners_are_added_and_ended_through_forms(town, officer):
    platform = town.platform()
    officer.post(
        reverse("platforms:partner", args=[platform.number]),
        {"organisation": town.hosts[1].name, "start": "2019-01-01"},
    )
    partner = platform.partners.get()
    officer.post(reverse("platforms:partner_end", args=[partner.pk]), {"on": "2020-01-01"})
    partner.refresh_from_db()
    assert (partner.organisation, partner.start, partner.end) == (town.hosts[1], date(2019, 1, 1), date(2020, 1, 1))


def test_competence_is_transferred_by_the_conference_office(town):
    platform = town.platform()
    town.recognise(platform)
    competence = Competence.objects.get(kind=town.kinds[0], level="municipal")
    office = signed_in("conference_office")
    assert reverse("platforms:transfer", args=[competence.pk]) in text(page(office, "matrix"))
    office.post(
        reverse("platforms:transfer", args=[competence.pk]),
        {"department": town.departments[1].pk, "on": "2020-01-01", "document": "示〔2020〕1号"},
    )
    assert RegisterEntry.objects.get(platform=platform, end=date.max).department == town.departments[1]


WRITES = (
    ("change", ()),
    ("correct", ()),
    ("conceal", ()),
    ("derive", ()),
    ("start", ()),
    ("partner", ()),
    ("record", ()),
    ("move", ("warn",)),
)


@pytest.mark.parametrize(("name", "more"), WRITES)
def test_strangers_find_no_page_to_write_on(town, stranger, name, more):
    platform = town.platform()
    town.recognise(platform)
    address = reverse(f"platforms:{name}", args=[platform.number, *more])
    assert (stranger.get(address).status_code, stranger.post(address, {}).status_code) == (404, 404)
    assert Client().get(address).status_code == 302


def test_strangers_find_no_page_of_records_partners_and_competence(town, stranger):
    platform = town.platform()
    recognition = town.recognise(platform)
    partner = services.partner_add(
        platform=platform, organisation=town.hosts[1], start=date(2019, 1, 1), actor=town.officer()
    )
    county = signed_in("county_officer", county=town.counties[1])
    for client in (stranger, county):
        for address in (
            reverse("platforms:recognition_edit", args=[recognition.pk]),
            reverse("platforms:recognition_move", args=[recognition.pk, "void"]),
            reverse("platforms:recognition_move", args=[recognition.pk, "no-such-step"]),
            reverse("platforms:partner_end", args=[partner.pk]),
            reverse("platforms:transfer", args=[Competence.objects.first().pk]),
        ):
            assert client.get(address).status_code == 404
    assert page(county, "register").status_code == 404
    assert page(county, "doubles").status_code == 404


def test_why_tells_outsiders_the_same_of_hidden_and_missing_platforms(town):
    hidden = town.platform(sensitive=True)
    county = signed_in("county_officer", county=town.counties[1])
    one = text(page(county, "why", number=hidden.number))
    other = text(page(county, "why", number="PT-1999-0001"))
    assert "只及于：本县区的平台" in one
    start = one.index('id="why-title"')
    assert one[start:].replace(hidden.number, "N") == other[other.index('id="why-title"') :].replace(
        "PT-1999-0001", "N"
    )
    near = signed_in("county_officer", county=town.counties[0])
    assert "您可以看到" in text(page(near, "why", number=hidden.number))


def test_doubles_are_named_with_a_reason(town, officer):
    town.platform(name="示例蔬菜工程技术研究中心")
    town.platform(name="示例蔬菜工程技术研究中心（贵州）")
    assert "示例蔬菜" in text(page(officer, "doubles"))


@pytest.mark.parametrize("count", (1, 3))
def test_pages_cost_the_same_for_one_and_for_three(town, officer, django_assert_max_num_queries, count):
    for place in range(count):
        platform = town.platform(name=f"示例中心{place}")
        town.recognise(platform)
        services.partner_add(
            platform=platform, organisation=town.hosts[1], start=date(2019, 1, 1), actor=town.officer()
        )
        for other in range(count - 1):
            town.platform(name=f"示例分中心{place}{other}", parent=platform)
    page(officer, "detail", platform.number)
    with django_assert_max_num_queries(8):
        assert page(officer, "list").status_code == 200
    with django_assert_max_num_queries(12):
        assert page(officer, "detail", platform.number).status_code == 200
    with django_assert_max_num_queries(6):
        assert page(officer, "matrix").status_code == 200


def test_exports_carry_what_the_list_shows(town):
    town.platform(name="=示例公式")
    answer = page(Client(), "list", format="csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("编号,平台名称,类别,级别")
    assert len(lines) == 2
    assert "'=示例公式" in lines[1]
    answer = page(Client(), "list", format="xlsx")
    from openpyxl import load_workbook  # noqa: PLC0415

    sheet = load_workbook(BytesIO(answer.content)).active
    assert [cell.value for cell in sheet[2]][1] == "'=示例公式"


def test_an_organisation_page_lists_its_platforms_and_a_merger_says_what_follows(town, officer):
    platform = town.platform()
    host, into = town.hosts[0], town.hosts[1]
    address = reverse("directory:organisation", args=[host.pk])
    assert platform.number in text(Client().get(address))
    merge = reverse("directory:organisation_merge", args=[host.pk])
    preview = text(officer.post(merge, {"into": into.name, "on": "2021-01-01"}))
    assert f"改由“{into.name}”依托" in preview
    assert RegisterEntry.objects.get().host == host
    officer.post(merge, {"into": into.name, "on": "2021-01-01", "confirm": "1"})
    assert [row.host for row in RegisterEntry.objects.order_by("start")] == [host, into]


def test_hosts_field_asks_for_the_code_when_names_are_alike(town, officer):
    OrganisationFactory(name=town.hosts[0].name)
    answer = officer.post(
        reverse("platforms:register"),
        {"name": "示例", "kind": town.kinds[0].pk, "host": town.hosts[0].name, "since": "2019-01-01"},
    )
    assert "请填写统一社会信用代码" in str(answer.context["form"].errors["host"])


def test_a_merged_host_is_offered_no_more(town, officer):
    directory.organisation_merge(absorbed=town.hosts[0], into=town.hosts[1], on=date(2020, 1, 1), actor=town.officer())
    answer = officer.post(
        reverse("platforms:register"),
        {"name": "示例", "kind": town.kinds[0].pk, "host": town.hosts[0].name, "since": "2019-01-01"},
    )
    assert list(answer.context["form"].errors) == ["host"]
