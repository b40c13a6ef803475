"""The pages of facts as the organisation, the department, strangers and the public meet them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kechuang.facts import selectors, services
from kechuang.facts.models import Evidence, Fact, Question, Sheet
from kechuang.facts.subjects import Subject
from kechuang.facts.workbooks import XLSX, workbook_out
from tests.facts.conftest import scan, signed_in
from tests.facts.filling import filled_in
from tests.papers import pdf
from tests.platforms.conftest import build_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(ground):
    return signed_in("applicant", organisation=ground.organisations[0])


@pytest.fixture
def officer(ground):
    return signed_in("department_officer", department=ground.department)


@pytest.fixture
def stranger(ground):
    return signed_in("applicant", organisation=ground.organisations[1])


@pytest.fixture
def sheet(ground):
    return services.sheet_open(organisation=ground.organisations[0], year=2024, actor=ground.applicant())


@pytest.fixture
def fact(ground):
    return declare(ground, 100).fact


@pytest.fixture
def question(ground, fact):
    return declare(ground, 140, actor=ground.officer()).question


@pytest.fixture
def evidence(ground):
    return services.evidence_keep(
        organisation=ground.organisations[0],
        upload=scan(),
        title="示例审计报告",
        kind="audit_report",
        actor=ground.applicant(),
    )


def declare(ground, value, *, actor=None, **more):
    stated = {"metric": "revenue", "year": 2024, "source": "审计报告", **more}
    return services.fact_declare(subject=ground.subject, value=value, actor=actor or ground.applicant(), **stated)


def page(client, name, *args, **query):
    return client.get(reverse(f"facts:{name}", args=args), query)


def post(client, name, *args, **sent):
    return client.post(reverse(f"facts:{name}", args=args), sent, follow=True)


def given(client, evidence):
    """Return the bytes of a file that is given out."""
    return b"".join(page(client, "evidence_file", evidence.pk).streaming_content)


def text(answer):
    return answer.content.decode()


def test_the_dictionary_is_open_to_everybody(ground):
    public = Client()
    assert "研发费用" in text(page(public, "metrics"))
    assert "研究开发费用总额" in text(page(public, "metric", "rd_expense"))
    assert page(public, "metric", "nothing").status_code == 404


def test_an_organisations_facts_are_shown_with_reported_and_audited_side_by_side(ground, own, fact):
    declare(ground, 80, year=2023)
    services.fact_verify(fact=fact, audited=95, actor=ground.officer(), reason="审计报告第 3 页")
    shown = text(page(own, "unit", ground.organisations[0].pk, year=2024))
    assert all(part in shown for part in ("营业收入", ">100<", ">95<", ">80<", "18.8%", "登记信息"))
    history = text(page(own, "history", ground.organisations[0].pk, "revenue"))
    assert all(part in history for part in ("审计报告第 3 页", "核定 95", "申报 100"))


def test_everything_of_an_organisation_is_hidden_from_strangers_and_the_public(ground, sheet, question, evidence):
    stranger = signed_in("applicant", organisation=ground.organisations[1])
    key, fact = ground.organisations[0].pk, question.held
    pages = [
        ("unit", key),
        ("history", key, "revenue"),
        ("statistics", key),
        ("verify", key),
        ("vault", key),
        ("evidence_keep", key),
        ("evidence", evidence.pk),
        ("evidence_change", evidence.pk),
        ("evidence_withdraw", evidence.pk),
        ("evidence_file", evidence.pk),
        ("withdraw", fact.pk),
        ("sheet", sheet.pk),
        ("workbook", sheet.pk),
        ("workbook_in", sheet.pk),
        ("sheet_step", sheet.pk, "return"),
        ("question", question.pk),
        ("question_retract", question.pk),
    ]
    assert {name: page(stranger, name, *args).status_code for name, *args in pages} == {
        name: 404 for name, *_args in pages
    }
    assert {page(Client(), name, *args).status_code for name, *args in pages} == {302}
    assert post(stranger, "sheet_field", sheet.pk, **{"value-revenue": "5"}).status_code == 404
    assert "营业收入" not in text(page(stranger, "questions"))
    assert str(sheet.organisation) not in text(page(stranger, "sheets"))


def test_large_keys_are_no_pages(own, officer):
    for name in ("unit", "vault", "sheet", "evidence", "question"):
        assert page(officer, name, 2**40).status_code == 404


def test_a_sheet_is_filled_field_by_field_and_submitted_without_scripts(ground, own, sheet):
    shown = text(page(own, "sheet", sheet.pk))
    assert all(part in shown for part in ("不必再填", "提交", "value-revenue", "研发投入"))
    kept = text(post(own, "sheet_field", sheet.pk, **{"value-revenue": "1280.5"}))
    assert "已保存" in kept
    told = text(post(own, "sheet_field", sheet.pk, **{"value-revenue": "很多"}))
    assert "须填写数字" in told
    sent = {"value-revenue": "1280.5", "was-revenue": "很多", "value-assets": "7", "was-assets": ""}
    post(own, "sheet", sheet.pk, **sent, save="1")
    sheet.refresh_from_db()
    assert sheet.entries == {"revenue": "1280.5", "assets": "7"}
    answer = text(post(own, "sheet", sheet.pk, submit="1"))
    assert "申报表已提交" in answer
    assert sorted(str(fact.value) for fact in Fact.objects.all()) == ["1280.5000", "7.0000"]


def test_a_page_left_open_does_not_write_back_what_a_colleague_changed(ground, own, sheet):
    services.sheet_fill(sheet=sheet, values={"revenue": "2"}, actor=ground.applicant())
    sent = {"value-revenue": "1", "was-revenue": "1", "value-assets": "7", "was-assets": ""}
    post(own, "sheet", sheet.pk, **sent)
    sheet.refresh_from_db()
    assert sheet.entries == {"revenue": "2", "assets": "7"}


def test_a_wrong_sheet_is_not_submitted_and_keeps_what_was_typed(own, sheet):
    answer = text(post(own, "sheet", sheet.pk, **{"value-revenue": "很多", "was-revenue": "", "submit": "1"}))
    assert "须填写数字" in answer
    assert 'value="很多"' in answer
    assert Sheet.objects.get().state == "draft"


def test_nonsense_in_hidden_fields_is_no_error(own, officer, ground, sheet, fact):
    told = post(own, "sheet_field", sheet.pk, **{"evidence-revenue": "9" * 30, "value-nothing": "1"})
    assert "没有“nothing”这一项" in text(told)
    assert post(own, "sheet_field", sheet.pk, **{"evidence-revenue": "9" * 15}).status_code == 200
    where = f"{reverse('facts:verify', args=[ground.organisations[0].pk])}?year=0000"
    assert officer.post(where, {"fact": ["x", "9" * 30], "reason": "a\0b", "preview": "1"}).status_code == 200
    assert Sheet.objects.get().evidence == {}


def test_a_year_is_opened_and_resumed(ground, own, stranger):
    key = ground.organisations[0].pk
    assert page(own, "sheet_open").status_code == 200
    post(own, "sheet_open", organisation=key, year=2023, department=ground.department.pk)
    post(own, "sheet_open", organisation=key, year=2023, department=ground.department.pk)
    assert Sheet.objects.get().year == 2023
    post(stranger, "sheet_open", organisation=key, year=2022, department=ground.department.pk)
    assert Sheet.objects.count() == 1
    assert page(own, "own").status_code == 302
    assert page(signed_in("leader"), "sheet_open").status_code == 404


def test_a_sheet_is_returned_with_a_reason(ground, own, officer, sheet):
    services.sheet_fill(sheet=sheet, values={"revenue": "1"}, actor=ground.applicant())
    services.sheet_submit(sheet=sheet, actor=ground.applicant())
    assert page(own, "sheet_step", sheet.pk, "return").status_code == 404
    assert "退回修改" in text(page(officer, "sheet", sheet.pk))
    post(officer, "sheet_step", sheet.pk, "return")
    assert Sheet.objects.get().state == "submitted"
    post(officer, "sheet_step", sheet.pk, "return", reason="缺审计报告")
    assert Sheet.objects.get().state == "draft"
    assert "缺审计报告" in text(page(own, "sheet", sheet.pk))


def test_a_workbook_is_tried_first_and_then_taken_over_whole(own, sheet):
    answer = page(own, "workbook", sheet.pk)
    assert answer["Content-Type"] == XLSX
    wrong = filled_in(answer.content, {5: "很多", 6: 12})
    told = text(post(own, "workbook_in", sheet.pk, workbook=SimpleUploadedFile("a.xlsx", wrong)))
    assert all(part in told for part in ("有 1 个单元格需要改正", "G5", "须填写数字"))
    assert "confirmed" not in told
    right = filled_in(answer.content, {5: 100, 6: 12})
    trial = post(own, "workbook_in", sheet.pk, workbook=SimpleUploadedFile("a.xlsx", right))
    assert "将改动 2 项" in text(trial)
    assert Sheet.objects.get().entries == {}
    done = text(post(own, "workbook_in", sheet.pk, confirmed=trial.context["token"]))
    assert "已导入 2 项" in done
    assert Sheet.objects.get().entries == {"revenue": "100", "main_revenue": "12"}
    assert "已过期" in text(post(own, "workbook_in", sheet.pk, confirmed="forged"))


def test_a_file_that_is_no_workbook_is_refused_at_its_field(own, sheet):
    answer = text(post(own, "workbook_in", sheet.pk, workbook=SimpleUploadedFile("a.xlsx", b"nonsense")))
    assert "只接收这些文件：xlsx" in answer


def test_another_sheets_trial_is_not_taken_over(ground, own, sheet):
    data = filled_in(workbook_out(selectors.sheet_filled(sheet=sheet)), {5: 100})
    trial = post(own, "workbook_in", sheet.pk, workbook=SimpleUploadedFile("a.xlsx", data))
    other = services.sheet_open(organisation=ground.organisations[0], year=2023, actor=ground.applicant())
    assert post(own, "workbook_in", other.pk, confirmed=trial.context["token"]).status_code == 404
    assert Sheet.objects.filter(entries={}).count() == 2


def test_several_facts_are_verified_after_a_preview(ground, own, officer, fact):
    declare(ground, 50, metric="assets")
    key = ground.organisations[0].pk
    where = f"{reverse('facts:verify', args=[key])}?year=2024"
    facts = [str(row.pk) for row in Fact.objects.order_by("pk")]
    sent = {"fact": facts, f"audited_{fact.pk}": "95", "reason": ""}
    assert "须写明理由" in text(officer.post(where, {**sent, "preview": "1"}))
    assert "请至少勾选一项" in text(officer.post(where, {"preview": "1"}))
    assert "须填写数字" in text(officer.post(where, {"fact": facts, f"audited_{fact.pk}": "很多", "preview": "1"}))
    preview = text(officer.post(where, {**sent, "reason": "审计报告", "preview": "1"}))
    assert all(part in preview for part in ("预览：核定 2 项数据", ">95<", ">50<"))
    assert set(Fact.objects.values_list("status", flat=True)) == {"declared"}
    officer.post(where, {**sent, "reason": "审计报告", "confirm": "1"})
    assert set(Fact.objects.values_list("status", flat=True)) == {"verified"}
    fact.refresh_from_db()
    assert fact.audited == 95
    assert page(own, "verify", key).status_code == 404


def test_a_question_is_answered_on_its_page(ground, own, officer, question):
    listing = text(page(officer, "questions"))
    assert all(part in listing for part in ("营业收入", ">100<", ">140<"))
    shown = text(page(own, "question", question.pk))
    assert ("两个值" in shown, "采用并核定" in shown) == (True, False)
    answer = text(post(officer, "question", question.pk, choose="offered"))
    assert "error" in answer
    post(officer, "question", question.pk, choose="offered", reason="以审计为准")
    assert Question.objects.get().state == "answered"
    assert "没有待核对的数据" in text(page(officer, "questions"))
    assert "营业收入" in text(page(officer, "questions", all="1"))


def test_a_fact_is_withdrawn_with_a_reason(own, fact):
    assert "按未知处理" in text(page(own, "withdraw", fact.pk))
    post(own, "withdraw", fact.pk, reason="填错单位")
    fact.refresh_from_db()
    assert fact.status == "withdrawn"
    assert page(own, "withdraw", fact.pk).status_code == 404


def test_the_vault_takes_a_file_once_and_says_what_it_serves(ground, own, evidence):
    key = ground.organisations[0].pk
    sent = {"title": "示例证书", "kind": "certificate", "valid_to": "2020-01-01"}
    post(own, "evidence_keep", key, upload=scan(b"new"), **sent)
    assert Evidence.objects.count() == 2
    assert "没有重复保存" in text(post(own, "evidence_keep", key, upload=scan(), **sent))
    services.evidence_used(evidence, "市级认定申报 示例-1", "/calls/1/")
    vault = text(page(own, "vault", key))
    assert all(part in vault for part in ("示例证书", "已过期", "示例审计报告", "有效"))
    assert "市级认定申报 示例-1" in text(page(own, "evidence", evidence.pk))
    assert given(own, evidence) == pdf("one")
    post(own, "evidence_change", evidence.pk, title="改名", kind="other")
    post(own, "evidence_withdraw", evidence.pk, reason="重新出具")
    evidence.refresh_from_db()
    assert (evidence.title, evidence.reason) == ("改名", "重新出具")
    assert page(own, "evidence_withdraw", evidence.pk).status_code == 404


def test_the_department_reads_the_vault_but_keeps_nothing_in_it(ground, officer, evidence):
    key = ground.organisations[0].pk
    assert given(officer, evidence) == pdf("one")
    assert page(officer, "evidence_keep", key).status_code == 404
    assert page(signed_in("auditor"), "evidence_file", evidence.pk).status_code == 404


def test_a_statistical_form_is_given_as_a_workbook(ground, own, fact):
    key = ground.organisations[0].pk
    assert page(own, "statistics", key, form="107-2", year="2024")["Content-Type"] == XLSX
    assert page(own, "statistics", key, form="nothing").status_code == 404


def test_the_organisations_page_shows_facts_to_those_who_may_see_them(ground, own, fact, evidence):
    address = reverse("directory:organisation", args=[ground.organisations[0].pk])
    shown = text(own.get(address))
    assert all(part in shown for part in ("已知数据", "1 项", "已核定 0 项", "1 件"))
    assert "单位数据只供本单位" in text(Client().get(address))


def test_what_waits_for_verification_is_listed_by_organisation(ground, own, officer, fact):
    declare(ground, 7, metric="assets", year=2023)
    shown = text(page(officer, "units_to_verify"))
    assert all(part in shown for part in (ground.organisations[0].name, ">2<", "year=2024"))
    assert ground.organisations[1].name not in shown
    services.facts_verify(
        verdicts=[services.Verdict(one) for one in Fact.objects.order_by("pk")], actor=ground.officer()
    )
    assert "没有等候核定的数据" in text(page(officer, "units_to_verify"))
    assert page(own, "units_to_verify").status_code == 404


def test_the_dictionary_is_read_by_programs(ground):
    found = Client().get("/api/v1/metrics/rd_expense").json()
    assert (found["label"], found["unit"], found["form"]) == ("研发费用", "万元", "107-2")
    assert Client().get("/api/v1/metrics/nothing").status_code == 404


def test_a_platforms_facts_have_pages_of_their_own(ground, own, officer, stranger):
    platform = build_town().platform(name="示例中试平台", host=ground.organisations[0])
    subject = Subject("platform", platform.pk)
    stated = {"metric": "running_since", "year": None, "source": "设立文件", "actor": ground.applicant()}
    services.fact_declare(subject=subject, value="2019-05-01", **stated)
    assert "示例中试平台" in text(page(own, "unit", ground.organisations[0].pk))
    shown = text(page(own, "subject_unit", "platform", platform.pk))
    assert all(part in shown for part in ("平台数据", "示例中试平台", "2019-05-01"))
    assert "设立文件" in text(page(own, "subject_history", "platform", platform.pk, "running_since"))
    assert "示例中试平台" in text(page(officer, "subject_verify", "platform", platform.pk))
    names = [("subject_unit",), ("subject_verify",), ("subject_history", "running_since")]
    for name, *rest in names:
        assert page(stranger, name, "platform", platform.pk, *rest).status_code == 404
        assert page(own, name, "nonsense", platform.pk, *rest).status_code == 404
    assert page(own, "subject_verify", "platform", platform.pk).status_code == 404


@pytest.mark.parametrize("count", (1, 3))
def test_pages_cost_the_same_for_one_row_and_three(ground, officer, django_assert_max_num_queries, count):
    applicant, other = ground.applicant(), ground.officer()
    for metric in ["revenue", "assets", "rd_expense"][:count]:
        declare(ground, 1, metric=metric, actor=applicant)
        declare(ground, 2, metric=metric, actor=other)
    with django_assert_max_num_queries(24):
        assert page(officer, "unit", ground.organisations[0].pk).status_code == 200
    with django_assert_max_num_queries(24):
        assert page(officer, "verify", ground.organisations[0].pk).status_code == 200
    with django_assert_max_num_queries(24):
        assert page(officer, "questions").status_code == 200
    with django_assert_max_num_queries(24):
        assert page(officer, "units_to_verify").status_code == 200


def test_questions_and_sheets_lie_on_the_departments_desk(ground, officer, question, sheet):
    services.sheet_fill(sheet=sheet, values={"assets": "1"}, actor=ground.applicant())
    services.sheet_submit(sheet=sheet, actor=ground.applicant())
    desk = text(officer.get(reverse("workbench:desk")))
    assert "营业收入" in desk
    assert "年度数据申报表" in desk
