"""The calendar's pages: everybody reads, one keeps; what would change is shown before it is confirmed."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kechuang.kernel import calendar_days
from kechuang.kernel.models import CalendarNotice
from tests.plan.conftest import city
from tests.workbench.test_views import signed_in

pytestmark = pytest.mark.django_db
SPRING = "2027-02-05 至 2027-02-11 春节\n2027-02-20 上班"


@pytest.fixture(autouse=True)
def _seeded():
    calendar_days.forget()
    calendar_days.load(city())
    yield
    calendar_days.forget()


def address(year: int = 2027) -> str:
    return reverse("workbench:calendar_year", args=[year])


def told(**values: object) -> dict[str, object]:
    return {"source": "示例放假通知", "text": SPRING, "version": calendar_days.calendar_version(), **values}


@pytest.mark.capability("C88")
def test_a_year_is_previewed_then_confirmed():
    client, keeper = signed_in("system_admin")
    preview = client.post(address(), told())
    changed = [(row[0].text, row[2].text, row[3].text) for row in preview.context["changes"].rows]
    assert ("2027-02-20", "放假", "上班") in changed
    assert not calendar_days.notices()[2027].published

    client.post(address(), told(confirm="1"))
    notice = calendar_days.notices()[2027]
    assert (notice.published, notice.source, notice.entered_by) == (True, "示例放假通知", keeper)
    assert calendar_days.calendar().works(date(2027, 2, 20))
    page = client.get(reverse("workbench:calendar")).content.decode()
    assert ("示例放假通知" in page, page.count("暂按法定假日估算")) == (True, 1)  # 2028 remains an estimate


def test_a_file_is_read_like_a_text_and_a_wrong_one_is_told():
    client, _keeper = signed_in("system_admin")
    rows = SimpleUploadedFile("2027.csv", "day,works,name\n2027-02-20,true,调休上班\n".encode("utf-8-sig"))
    answer = client.post(address(), {**told(text=""), "file": rows})
    assert len(answer.context["preview"].days) == 1
    wrong = SimpleUploadedFile("2027.csv", b"\xff\xfe\x00")
    assert list(client.post(address(), {**told(text=""), "file": wrong}).context["form"].errors) == ["file"]
    assert list(client.post(address(), told(text="胡言")).context["form"].errors) == ["text"]
    assert list(client.post(address(), told(text="")).context["form"].errors) == ["text"]


def test_what_somebody_else_changed_in_between_is_looked_at_again():
    client, _keeper = signed_in("system_admin")
    before = told(confirm="1")
    client.post(address(2028), told(text="2028-02-01 放假", confirm="1"))
    answer = client.post(address(), before)
    assert "刚刚被他人改动" in answer.content.decode()
    assert not calendar_days.notices()[2027].published


@pytest.mark.parametrize("role", ("", "security_admin", "leader", "auditor", "conference_office"))
def test_others_read_and_never_write(role):
    client, _user = signed_in(role)
    assert client.get(reverse("workbench:calendar")).status_code == 200
    assert "录入放假通知" not in client.get(address()).content.decode()
    assert client.post(address(), told(confirm="1")).status_code == 404
    assert CalendarNotice.objects.filter(year=2027).count() == 1


def test_the_public_is_sent_to_sign_in():
    for page in (reverse("workbench:calendar"), address()):
        assert Client().get(page).status_code == 302


@pytest.mark.parametrize("year", (1990, 3000))
def test_years_beyond_the_calendar_are_no_pages(year):
    client, _keeper = signed_in("system_admin")
    assert client.get(address(year)).status_code == 404
