"""The pages of an import: the whole way in the browser's order, and what a stranger gets."""

from __future__ import annotations

import shutil

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kechuang.directory.models import Office, Organisation
from kechuang.ui.imports import jobs, keeping
from kechuang.ui.imports.models import ImportRun
from tests.factories import DepartmentFactory, UserFactory
from tests.ui.imports.ledgers import HEADS, unit, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counties")]


@pytest.fixture
def desk(client):
    user = UserFactory()
    Office.objects.create(user=user, role="department_officer", department=DepartmentFactory())
    client.force_login(user)
    return client


def upload(desk, data: bytes, name: str = "台账.xlsx"):
    return desk.post(reverse("ui:import_upload", args=["organisations"]), {"file": SimpleUploadedFile(name, data)})


def mapped(desk, run: ImportRun, **more):
    values = {f"column_{column}": field for column, field in run.mapping.items()}
    return desk.post(reverse("ui:import_columns", args=[run.pk]), {**values, **more}, follow=True)


def test_the_way_from_the_centre_to_the_undo(desk):
    assert "单位名录" in desk.get(reverse("ui:imports")).content.decode()
    assert desk.get(reverse("ui:import_template", args=["organisations"])).content.startswith(b"PK")
    assert upload(desk, workbook([HEADS, unit(1, "丙县"), unit(2, "甲县")])).status_code == 302
    run = ImportRun.objects.get()
    page = desk.get(reverse("ui:import_run", args=[run.pk])).content.decode()
    assert '<option value="credit_code" selected>' in page
    report = mapped(desk, run).content.decode()
    assert "D2" in report
    assert "“丙县”不在可选范围内" in report
    marked = desk.get(reverse("ui:import_marked", args=[run.pk]))
    assert b"".join(marked.streaming_content).startswith(b"PK")
    upload(desk, workbook([HEADS, unit(1, "乙区"), unit(2, "甲县")]))
    run = ImportRun.objects.latest("pk")
    assert "写入：新增 2 条，改动 0 条" in mapped(desk, run).content.decode()
    done = desk.post(reverse("ui:import_write", args=[run.pk]), follow=True).content.decode()
    assert "已新增 2 条" in done
    assert Organisation.objects.count() == 2
    undo = reverse("ui:import_undo", args=[run.pk])
    assert "新增的 2 条将移除" in desk.get(undo).content.decode()
    assert "已全部撤回" in desk.post(undo, follow=True).content.decode()
    assert Organisation.objects.count() == 0
    assert desk.get(undo).status_code == 404


def test_what_is_not_a_ledger_is_refused_at_the_field(desk):
    page = upload(desk, b"%PDF-1.7 nothing").content.decode()
    assert "只接收" in page
    assert ImportRun.objects.count() == 0


def test_two_columns_cannot_be_one_field(desk):
    upload(desk, workbook([HEADS, unit(1, "甲县")]))
    page = mapped(desk, ImportRun.objects.get(), column_6="name").content.decode()
    assert "“名称”指定了不止一列，请只留一列。" in page


def test_the_table_can_be_looked_for_elsewhere(desk):
    upload(desk, workbook([["随便"], HEADS, unit(1, "甲县")]))
    run = ImportRun.objects.get()
    assert run.head == 1
    desk.post(reverse("ui:import_look", args=[run.pk]), {"sheet": "台账", "head": "1"})
    assert ImportRun.objects.get().head == 0


def test_a_long_file_waits_for_its_job_and_the_page_says_so(desk, monkeypatch):
    deferred = []
    monkeypatch.setattr(jobs, "AT_ONCE", 1)
    monkeypatch.setattr(jobs.go_on, "defer", lambda **given: deferred.append(given))
    upload(desk, workbook([HEADS, unit(1, "甲县")]))
    run = ImportRun.objects.get()
    assert "检查中" in mapped(desk, run).content.decode()
    assert deferred == [{"run": run.pk}]
    assert jobs.go_on(run.pk) == "checked"
    polled = desk.get(reverse("ui:import_run", args=[run.pk]), headers={"HX-Request": "true"})
    assert polled["HX-Refresh"] == "true"
    assert jobs.go_on(run.pk) == "checked"


def test_what_breaks_off_is_told_and_the_run_does_not_wait_for_ever(desk):
    upload(desk, workbook([HEADS, unit(1, "甲县")]))
    run = ImportRun.objects.get()
    ImportRun.objects.update(state="checking")
    shutil.rmtree(keeping.folder_of(run))
    assert jobs.go_on(run.pk) == "mapping"
    assert ImportRun.objects.get().problem.startswith("办理时出错，什么都没有改动")


def test_a_stranger_sees_no_import_and_nobody_without_the_office_brings_one_in(desk, client):
    upload(desk, workbook([HEADS, unit(1, "甲县")]))
    run = ImportRun.objects.get()
    client.force_login(UserFactory())
    for name in ("import_run", "import_undo", "import_marked"):
        assert client.get(reverse(f"ui:{name}", args=[run.pk])).status_code == 404
    for name in ("import_look", "import_columns", "import_write"):
        assert client.post(reverse(f"ui:{name}", args=[run.pk])).status_code == 404
    assert client.get(reverse("ui:imports")).status_code == 404
    for name in ("import_upload", "import_template"):
        assert client.get(reverse(f"ui:{name}", args=["organisations"])).status_code == 404
    client.logout()
    assert client.get(reverse("ui:imports")).status_code == 302
