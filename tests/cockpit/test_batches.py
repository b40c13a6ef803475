"""Reports in batches: one archive, the same bytes for the same day, and told what differs."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from kechuang.cockpit import jobs
from kechuang.cockpit.batches import archive_path, batch_again, batch_ask, batch_make, differing
from kechuang.cockpit.models import ReportBatch
from kechuang.directory.models import County
from kechuang.kernel.access import Actor, Office
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.ui.documents.official import form_check
from tests.cockpit.conftest import signed_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
DAY = date(2022, 12, 31)


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def keeper(role="conference_office"):
    return Actor(UserFactory().pk, (Office(role),), date(2023, 1, 10))


def made(actor, **wanted):
    batch = batch_ask(actor=actor, on=DAY, **{"kinds": ["evaluation"], "forms": ["docx", "xlsx"], **wanted})
    batch_make(batch=batch, actor=actor)
    return batch


def test_a_batch_is_one_archive_with_a_report_for_every_unit(city):
    batch = made(keeper(), kinds=["evaluation", "county"], forms=["xlsx"])
    counties = County.objects.count()
    assert (batch.state, batch.done, batch.total) == ("made", 1 + counties, 1 + counties)
    with zipfile.ZipFile(archive_path(batch)) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    assert sorted(names) == sorted(batch.made)
    assert sum(name.startswith("县区/") for name in names) == counties
    assert not [name for name in names if ".." in name or name.startswith("/")]


def test_made_again_for_a_past_day_it_equals_the_former_until_something_is_put_right(city):
    actor = keeper()
    first = made(actor)
    again = batch_again(batch=first, actor=actor)
    batch_make(batch=again, actor=actor)
    assert differing(again) == []
    assert archive_path(again).read_bytes() == archive_path(first).read_bytes()
    city.add("补录", "etrc", 2, ("provincial", "2022-05-01"))
    later = batch_again(batch=first, actor=actor)
    batch_make(batch=later, actor=actor)
    assert differing(later) == sorted(first.made)


def test_the_word_report_has_the_official_form(city):
    batch = made(keeper(), forms=["docx"])
    with zipfile.ZipFile(io.BytesIO(archive_path(batch).read_bytes())) as archive:
        [name] = archive.namelist()
        assert form_check(archive.read(name)) == []
    assert name.endswith("2022年度评估报告_2022-12-31.docx")


@pytest.mark.parametrize("wanted", ({"kinds": ["nothing"]}, {"forms": []}))
def test_a_wish_that_makes_nothing_is_refused(city, wanted):
    with pytest.raises(Refused, match="请至少选择一种"):
        batch_ask(actor=keeper(), on=DAY, **{"kinds": ["evaluation"], "forms": ["docx"], **wanted})


def test_whoever_sees_a_part_of_the_city_has_no_batches(city):
    officer = Actor(UserFactory().pk, (Office("department_officer", department_id=city.town.departments[0].pk),))
    with pytest.raises(NotAllowed):
        batch_ask(actor=officer, on=DAY, kinds=["evaluation"], forms=["docx"])
    batch = made(keeper(), forms=["xlsx"])
    for name, key in (("batches", ()), ("batch", (batch.pk,)), ("batch_archive", (batch.pk,))):
        path = reverse(f"cockpit:{name}", args=key)
        assert Client().get(path).status_code == 302
        assert signed_in("department_officer", department=city.town.departments[0]).get(path).status_code == 404
        seen = signed_in("auditor").get(path)
        assert seen.status_code == 200
        assert len(seen.getvalue()) > 0
    path = reverse("cockpit:batch_again", args=[batch.pk])
    assert signed_in("department_officer", department=city.town.departments[0]).post(path).status_code == 404
    assert ReportBatch.objects.count() == 1


def test_the_pages_ask_watch_and_hand_out(city, monkeypatch):
    queued = []
    monkeypatch.setattr(jobs.make_batch, "defer", lambda **named: queued.append(named["batch_id"]))
    client = signed_in("conference_office")
    asked = {"on": "2022-12-31", "kinds": ["evaluation"], "forms_wanted": ["xlsx"], "name": "示例批次"}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("django.db.transaction.on_commit", lambda run, **_named: run())
        answer = client.post(reverse("cockpit:batches"), asked)
    [batch] = ReportBatch.objects.all()
    assert (answer.status_code, queued) == (302, [batch.pk])
    page = client.get(answer["Location"])
    assert "排队中" in page.content.decode()
    part = client.get(answer["Location"], headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 2s"' in part
    assert "<html" not in part
    jobs.make_batch(batch_id=batch.pk)
    page = client.get(answer["Location"]).content.decode()
    assert "下载压缩包" in page
    taken = client.get(reverse("cockpit:batch_archive", args=[batch.pk]))
    assert b"".join(taken.streaming_content) == archive_path(batch).read_bytes()
    assert "示例批次" in client.get(reverse("cockpit:batches")).content.decode()
    wrong = client.post(reverse("cockpit:batches"), {**asked, "kinds": []})
    assert wrong.status_code == 422
    assert "请至少选择一种报告" in wrong.content.decode()
