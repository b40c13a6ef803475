"""Filling an application as a browser does: nothing typed is lost, nothing unseen is overwritten, no script needed."""

from __future__ import annotations

import io
import re
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kechuang.calls.form.tables import workbook
from kechuang.calls.models import Application, Submission
from kechuang.calls.selectors.sheets import FormSheet
from kechuang.calls.services.answers import Change, answers_save
from kechuang.calls.services.prefilling import answers_prefill
from kechuang.directory.models import Office
from kechuang.facts.models import Evidence
from tests.factories import OrganisationFactory, UserFactory
from tests.papers import pdf

pytestmark = [pytest.mark.django_db, pytest.mark.capability("C32")]

PDF = pdf("certificate")


@pytest.fixture
def draft(bureau) -> Application:
    """Return an application that was just begun."""
    return bureau.started(bureau.call())


@pytest.fixture
def applicant(client, bureau):
    """Return a client signed in as the applicant."""
    client.force_login(bureau.person("applicant"))
    return client


def url(name, application, *more):
    return reverse(f"calls:{name}", args=[application.pk, *more])


def standing(application, code):
    return application.answers.get(code=code).value


def test_a_stranger_finds_nothing(client, bureau, draft):
    own = bureau.organisation
    bureau.organisation = OrganisationFactory()
    client.force_login(bureau.person("applicant", "of another"))
    bureau.organisation = own
    pages = [
        url("fill", draft), url("section", draft, "outline"), url("table", draft, "team"),
        url("files", draft, "licence"),
        url("people", draft), url("check", draft), url("receipt", draft), url("table_file", draft, "team"),
    ]  # fmt: skip
    assert {client.get(page).status_code for page in pages} == {404}
    assert client.post(url("autosave", draft, "outline"), {"code": "title", "title": "别人的"}).status_code == 404
    assert client.post(url("explain", draft), {}).status_code == 404
    assert draft.answers.count() == 0


def test_officers_see_no_form_to_fill(client, bureau, draft):
    client.force_login(bureau.person("department_officer"))
    assert client.get(url("fill", draft)).status_code == 404


def test_the_task_list_says_how_far_each_section_is(applicant, draft):
    text = applicant.get(url("fill", draft)).content.decode()
    assert "申报概况" in text
    assert "提交后由依托单位管理员填写" in text
    applicant.post(url("section", draft, "declarations"), {"truthful": "on", "clean": "on", "secret": "on"})
    text = applicant.get(url("fill", draft)).content.decode()
    assert "已完成" in text


def test_a_section_is_saved_as_far_as_it_can_be_read_and_the_rest_stays_as_typed(applicant, draft):
    answer = applicant.post(
        url("section", draft, "capacity"),
        {"revenue@2025": "1,200.5 万元", "rd_expense@2025": "很多", "site_kind": "租赁", "lease_ends_on": "20281231"},
    )
    text = answer.content.decode()
    assert answer.status_code == 200
    assert standing(draft, "revenue@2025") == "1200.5"
    assert standing(draft, "lease_ends_on") == "2028-12-31"
    assert not draft.answers.filter(code="rd_expense@2025").exists()
    assert 'value="很多"' in text
    assert text.count("须填写数字") == 2  # above the form and at the field
    assert "<title>有误：" in text.replace("\n", "")


def test_every_place_of_a_page_has_a_name_of_its_own(applicant, draft):
    text = applicant.get(url("section", draft, "capacity")).content.decode()
    names = re.findall(r'\bid="([^"]+)"', text)
    assert sorted(names) == sorted(set(names))
    assert "field-revenue" in names


def test_saving_goes_on_to_the_next_section_or_stays(applicant, draft):
    onward = applicant.post(url("section", draft, "outline"), {"title": "示例中心", "next": "1"})
    assert (onward.status_code, onward.url) == (302, url("section", draft, "unit"))
    stays = applicant.post(url("section", draft, "outline"), {"title": "示例中心二", "v:title": "1"})
    assert (stays.status_code, stays.url) == (302, url("section", draft, "outline"))
    assert standing(draft, "title") == "示例中心二"
    draft.refresh_from_db()
    assert draft.title == "示例中心二"


def test_two_people_at_one_field_see_both_texts_and_nothing_is_lost(applicant, bureau, draft):
    host = bureau.actor("host_admin")
    answers_save(application=draft, changes=[Change("title", "同事写的", 0)], actor=host)
    answer = applicant.post(url("section", draft, "outline"), {"title": "我写的", "v:title": "0"})
    text = answer.content.decode()
    assert "同事写的" in text
    assert 'value="我写的"' in text
    assert standing(draft, "title") == "同事写的"
    assert list(draft.answer_versions.filter(kept=False).values_list("value", flat=True)) == ["我写的"]
    token = re.search(r'name="v:title" value="(\d+)"', text)
    assert token
    applicant.post(url("section", draft, "outline"), {"title": "我写的", "v:title": token[1]})
    assert standing(draft, "title") == "我写的"


def test_autosave_gives_a_receipt_and_tells_which_fields_are_asked(applicant, draft):
    answer = applicant.post(
        url("autosave", draft, "capacity"), {"code": "site_kind", "site_kind": "自有", "v:site_kind": "0"}
    )
    said = answer.json()
    assert (answer.status_code, said["kept"], said["version"]) == (200, True, 1)
    assert re.fullmatch(r"\d\d:\d\d:\d\d", said["at"])
    assert "lease_ends_on" not in said["asked"]
    assert "site_kind" in said["asked"]


def test_autosave_refuses_what_cannot_be_read_and_tells_of_a_conflict(applicant, bureau, draft):
    wrong = applicant.post(url("autosave", draft, "capacity"), {"code": "revenue@2025", "revenue@2025": "很多"})
    assert (wrong.status_code, wrong.json()["kept"]) == (422, False)
    assert "须填写数字" in wrong.json()["sentence"]
    answers_save(application=draft, changes=[Change("title", "同事写的", 0)], actor=bureau.actor("host_admin"))
    told = applicant.post(
        url("autosave", draft, "outline"), {"code": "title", "title": "我写的", "v:title": "0"}
    ).json()
    assert (told["kept"], told["standing"], told["by"]) == (False, "同事写的", str(bureau.person("host_admin")))


def test_autosave_of_what_is_no_field_of_the_section_is_not_found(applicant, draft):
    assert applicant.post(url("autosave", draft, "outline"), {"code": "revenue@2025"}).status_code == 404
    assert applicant.get(url("autosave", draft, "outline")).status_code == 405


def test_a_table_is_typed_pasted_and_imported(applicant, draft, loaded):
    page = url("table", draft, "equipment")
    typed = {
        "equipment.0.name": "示例仪器",
        "equipment.0.quantity": "2",
        "equipment.0.original_value": "35.6",
        "seen": "0",
    }
    applicant.post(page, typed | {"pasted": "名称\t数量\t原值（万元）\n乙仪器\t1\t1,200\n"})
    assert [row["name"] for row in standing(draft, "equipment")] == ["示例仪器", "乙仪器"]
    fields = {field.code: field for _section, field in loaded.items["recognition.etrc.municipal"].fields()}
    file = SimpleUploadedFile(
        "设备.xlsx", workbook(fields["equipment"], [{"name": "丙仪器", "quantity": "3", "original_value": "9"}])
    )
    applicant.post(page, {"workbook": file, "seen": "1"})
    assert [row["name"] for row in standing(draft, "equipment")] == ["丙仪器"]
    given = applicant.get(url("table_file", draft, "equipment"))
    assert given.content.startswith(b"PK")


def test_a_wrong_cell_keeps_the_table_as_it_was_and_shows_what_was_typed(applicant, draft):
    answer = applicant.post(
        url("table", draft, "equipment"), {"equipment.0.name": "示例仪器", "equipment.0.quantity": "两台"}
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#cell-1-quantity"' in text
    assert 'value="两台"' in text
    assert not draft.answers.filter(code="equipment").exists()


def test_more_rows_are_given_without_saving(applicant, draft):
    answer = applicant.post(url("table", draft, "equipment"), {"equipment.0.name": "示例仪器", "more": "1"})
    assert answer.content.decode().count('<th scope="row">') == 11
    assert draft.answers.count() == 0


@pytest.mark.capability("C22")
def test_a_file_goes_into_the_vault_once_and_is_used_again(applicant, bureau, draft):
    page = url("files", draft, "licence")
    applicant.post(page, {"upload": SimpleUploadedFile("证书.pdf", PDF, "application/pdf"), "seen": "0"})
    (kept,) = Evidence.objects.filter(organisation=bureau.organisation)
    assert standing(draft, "licence") == [kept.pk]
    applicant.post(url("files", draft, "audit_report"), {"chosen": [str(kept.pk)], "seen": "0"})
    assert standing(draft, "audit_report") == [kept.pk]
    applicant.post(page, {"seen": "1"})
    assert standing(draft, "licence") is None


def test_a_strangers_evidence_cannot_be_attached_nor_a_file_of_another_kind(applicant, bureau, draft):
    page = url("files", draft, "audit_report")
    applicant.post(page, {"chosen": ["999999"], "seen": "0"})
    refused = applicant.post(
        page, {"upload": SimpleUploadedFile("图.png", b"\x89PNG", "image/png"), "seen": "0"}, follow=True
    )
    assert "只接受 PDF 文件" in refused.content.decode()
    assert not draft.answers.filter(code="audit_report").exists()


def test_a_colleague_is_invited_to_a_section_and_taken_off_again(applicant, client, bureau, draft):
    colleague = bureau.person("applicant", "colleague")
    applicant.post(url("people", draft), {"user": colleague.pk, "fills": "edit", "sections": ["outline"]})
    client.force_login(colleague)
    assert client.post(url("section", draft, "outline"), {"title": "同事写的"}).status_code == 302
    closed = client.get(url("section", draft, "unit")).content.decode()
    assert "这一部分现在不能修改" in closed
    client.force_login(bureau.person("applicant"))
    applicant.post(url("person_remove", draft, draft.participants.get().pk))
    assert draft.participants.count() == 0


def test_only_people_of_the_organisation_can_be_invited(applicant, draft):
    stranger = UserFactory()
    Office.objects.create(user=stranger, role="applicant", organisation=OrganisationFactory(), start="2020-01-01")
    answer = applicant.post(url("people", draft), {"user": stranger.pk, "fills": "edit"})
    assert answer.status_code == 200
    assert draft.participants.count() == 0


def test_the_check_page_lists_what_is_missing_and_leads_there(applicant, draft):
    text = applicant.get(url("check", draft)).content.decode()
    assert f"{url('section', draft, 'outline')}#field-title" in text
    assert "请填写“拟认定工程技术研究中心名称”。" in text
    assert text.count("所填内容和所附材料真实、完整") == 2  # what is missing, and the box to tick
    assert "审核意见" not in text  # the host's own part comes later


def test_submitting_an_incomplete_form_is_refused_and_the_ticks_are_kept(applicant, draft):
    answer = applicant.post(url("check", draft), {"truthful": "on", "key": str(uuid4())})
    assert answer.status_code == 409
    assert "没有提交" in answer.content.decode()
    assert standing(draft, "truthful") is True
    assert Submission.objects.count() == 0


@pytest.mark.capability("C125")
def test_handing_in_twice_with_one_key_is_one_submission_with_a_receipt(applicant, bureau, draft):
    bureau.filled(draft)
    page, key = url("check", draft), str(uuid4())
    ticks = {"truthful": "on", "clean": "on", "secret": "on", "v:truthful": "1", "v:clean": "1", "v:secret": "1"}
    first = applicant.post(page, ticks | {"key": key})
    assert (first.status_code, first.url) == (302, url("receipt", draft))
    applicant.post(page, ticks | {"key": key})
    assert Submission.objects.filter(application=draft).count() == 1
    draft.refresh_from_db()
    text = applicant.get(url("receipt", draft)).content.decode()
    assert draft.number in text
    assert "依托单位审核" in text
    assert "不晚于" in text
    assert "<svg" in text
    assert applicant.get(reverse("calls:paper", args=[draft.pk, "receipt"])).content.startswith(b"%PDF")


def test_after_submission_the_applicants_part_is_closed_and_the_hosts_is_open(applicant, client, bureau, draft):
    bureau.filled(draft)
    bureau.move(draft, "submit", "applicant")
    late = applicant.post(url("section", draft, "outline"), {"title": "改一改", "v:title": "1"})
    assert late.status_code == 409
    assert "下列内容没有保存" in late.content.decode()
    assert "改一改" in late.content.decode()
    assert standing(draft, "title") == "示例内容"
    client.force_login(bureau.person("host_admin"))
    client.post(url("section", draft, "host_review"), {"host_opinion": "同意申报", "host_checked": "on"})
    assert standing(draft, "host_opinion") == "同意申报"


def test_only_listed_fields_reopen_for_a_correction_and_the_note_stands_there(applicant, bureau, draft):
    bureau.filled(draft)
    bureau.move(draft, "submit", "applicant")
    bureau.filled(draft, "host_admin")
    bureau.move(draft, "pass", "host_admin")
    bureau.move(draft, "recommend", "county_officer", rank="1")
    bureau.move(draft, "correct", "department_officer", corrections={"abstract": "请写明方向"})
    text = applicant.get(url("fill", draft)).content.decode()
    assert "请写明方向" in text
    assert "待补正" in text
    applicant.post(url("explain", draft), {"explain:abstract": "已写明方向", "explain:title": "不在清单中"})
    (point,) = draft.corrections.get().items.all()
    assert point.answer == "已写明方向"
    section = applicant.get(url("section", draft, "outline")).content.decode()
    assert 'name="abstract"' in section
    assert 'name="title"' not in section
    applicant.post(url("section", draft, "outline"), {"abstract": "改好的摘要", "v:abstract": "1"})
    done = applicant.post(url("check", draft), {"key": str(uuid4())})
    assert done.status_code == 302
    draft.refresh_from_db()
    assert draft.state == "examination"


@pytest.mark.capability("C88")
@pytest.mark.capability("C108")
def test_the_second_form_is_mostly_filled_in_already(bureau, draft):
    bureau.filled(draft)
    bureau.move(draft, "submit", "applicant")
    bureau.move(draft, "withdraw", "applicant")
    second = bureau.started(bureau.call())
    answers_prefill(application=second, actor=bureau.actor("applicant"))
    sheet = FormSheet(second, bureau.actor("applicant"))
    mine = [box for box in sheet.boxes if box.section != "host_review" and box.widget not in ("declaration", "files")]
    assert len(set(sheet.spared()) & {box.code for box in mine}) / len(mine) >= 0.6
    assert sheet.source_of("revenue@2025") != ""
    assert not {"truthful", "title", "host_opinion"} & set(sheet.answers)


def test_a_page_costs_the_same_however_much_is_filled(applicant, bureau, draft):
    def cost(page):
        applicant.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert applicant.get(page).status_code == 200
        return len(queries)

    pages = [url("fill", draft), url("section", draft, "capacity"), url("check", draft)]
    answers_save(application=draft, changes=[Change("licence", [0], 0)], actor=bureau.actor("applicant"))
    empty = [cost(page) for page in pages]
    bureau.filled(draft)
    full = [cost(page) for page in pages]
    assert full == empty
    assert max(full) <= 40


def test_a_whole_workbook_of_nonsense_is_told_and_nothing_changes(applicant, draft):
    file = io.BytesIO(b"no workbook")
    file.name = "x.xlsx"
    answer = applicant.post(url("table", draft, "equipment"), {"workbook": file}, follow=True)
    assert "只接收这些文件：xlsx" in answer.content.decode()
    assert draft.answers.count() == 0


def test_what_is_not_asked_is_kept_but_not_handed_in(bureau, draft):
    bureau.filled(draft)
    seen = draft.answers.get(code="site_kind").version
    change = [Change("site_kind", "自有", seen), Change("lease_ends_on", "2030-01-01", 1)]
    answers_save(application=draft, changes=change, actor=bureau.actor("applicant"))
    bureau.move(draft, "submit", "applicant")
    assert "lease_ends_on" not in draft.submissions.get().content["answers"]
    assert standing(draft, "lease_ends_on") == "2030-01-01"


def test_a_long_table_is_edited_in_stretches_and_the_rest_stays(applicant, bureau, draft):
    rows = [{"name": f"仪器 {number}", "quantity": "1", "original_value": "2"} for number in range(300)]
    answers_save(application=draft, changes=[Change("equipment", rows, 0)], actor=bureau.actor("applicant"))
    page = url("table", draft, "equipment")
    text = applicant.get(page, {"from": "123"}).content.decode()
    fields = re.findall(r'name="(equipment\.\d+\.\w+)" value="([^"]*)"', text)
    assert len(re.findall(r'name="[^"]+"', text)) < 1000
    shown = re.search(r'name="shown" value="(\d+)"', text)
    assert shown
    posted = dict(fields) | {"equipment.0.name": "改过的", "start": "123", "shown": shown[1], "seen": "1", "stay": "1"}
    assert applicant.post(f"{page}?from=123", posted).status_code == 302
    after = standing(draft, "equipment")
    assert [after[122]["name"], after[123]["name"], after[124]["name"], len(after)] == [
        "仪器 122",
        "改过的",
        "仪器 124",
        300,
    ]


def test_a_pasted_mistake_stays_in_the_box_and_is_told_with_its_row(applicant, draft):
    page = url("table", draft, "equipment")
    text = applicant.post(page, {"pasted": "名称\t数量\n甲\t1\n乙\t两台\n"}).content.decode()
    assert "粘贴的第 2 行“数量”" in text
    assert "乙\t两台" in text
    assert not draft.answers.filter(code="equipment").exists()


def test_a_workbook_with_mistakes_is_given_back_with_them_marked(applicant, draft, loaded):
    fields = {field.code: field for _section, field in loaded.items["recognition.etrc.municipal"].fields()}
    book = openpyxl.load_workbook(io.BytesIO(workbook(fields["equipment"], [{"name": "示例仪器", "quantity": "2"}])))
    cell = next(cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == 2)
    cell.value = "两台"
    kept = io.BytesIO()
    book.save(kept)
    page = url("table", draft, "equipment")
    told = applicant.post(page, {"workbook": SimpleUploadedFile("设备.xlsx", kept.getvalue())})
    assert (told.status_code, f"{cell.coordinate}：" in told.content.decode()) == (422, True)
    given = applicant.post(page, {"workbook": SimpleUploadedFile("设备.xlsx", kept.getvalue()), "mark": "1"})
    back = openpyxl.load_workbook(io.BytesIO(given.content)).worksheets[0]
    assert back[cell.coordinate].comment is not None
