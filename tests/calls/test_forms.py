"""The form engine: whatever is typed becomes a value or a sentence, and nothing typed is read as something else."""

from __future__ import annotations

import io
import json
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kechuang.calls.form.asking import asked_answers, asked_codes
from kechuang.calls.form.boxes import boxes_of
from kechuang.calls.form.codes import codes_of
from kechuang.calls.form.comparing import compared, for_reviewers
from kechuang.calls.form.completeness import missing, progress
from kechuang.calls.form.prefilling import earlier_answers, known_answers
from kechuang.calls.form.printing import parts_of
from kechuang.calls.form.reading import answer_read, answer_said, answer_shown
from kechuang.calls.form.tables import pasted_rows, rows_read, typed_rows, workbook, workbook_read
from kechuang.catalogue.items import FactField, Question, ServiceItem, TableField
from kechuang.facts.known import Known
from kechuang.kernel.errors import Refused
from kechuang.ui.documents.papers import ApplicationPaper
from kechuang.ui.documents.pdf import printed
from tests.calls.conftest import ITEM, catalogue

pytestmark = pytest.mark.capability("C18")

YEAR = 2025
KINDS = (
    "text", "long_text", "integer", "number", "money", "percent", "date", "year", "boolean", "choice", "choices",
    "email", "phone", "credit_code",
)  # fmt: skip


def question(kind: str, **values: object) -> Question:
    """Return a question of a kind."""
    choices = {"choices": ("博士", "硕士", "其他")} if kind in ("choice", "choices") else {}
    return Question.model_validate({"question": "asked", "label": "示例栏", "type": kind, **choices, **values})


def equipment() -> TableField:
    """Return the table of instruments of the worked form."""
    fields = {field.code: field for _section, field in catalogue().items[ITEM].fields()}
    found = fields["equipment"]
    assert isinstance(found, TableField)
    return found


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    (
        ("money", "1,234.50 万元", "1234.5"),
        ("money", "\uff11\uff0c\uff12\uff13\uff14", "1234"),
        ("money", "35.6", "35.6"),
        ("integer", " 12 ", "12"),
        ("number", "-0", "0"),
        ("percent", "35%", "35"),
        ("year", "2024年", "2024"),
        ("date", "20261123", "2026-11-23"),
        ("date", "2026-11-23", "2026-11-23"),
        ("date", "2026年11月23日", "2026-11-23"),
        ("date", "2026 年 1 月 3 日", "2026-01-03"),
        ("boolean", "是", True),
        ("boolean", "无", False),
        ("choice", " 博 士", "博士"),
        ("choices", ["其他", "博士"], ["博士", "其他"]),
        ("choices", "其他、博士", ["博士", "其他"]),
        ("phone", "138 0000 1234", "13800001234"),
        ("phone", "（0851）1234-5678", "08511234-5678"),
        ("credit_code", "91520400 MA6DXXX", None),
        ("credit_code", "91350100 M000100Y43", "91350100M000100Y43"),
        ("email", " name@example.org ", "name@example.org"),
        ("text", "  两个   词 ", "两个 词"),
        ("long_text", "第一行  \r\n\r\n第二行\n", "第一行\n\n第二行"),
        ("text", "   ", None),
        ("integer", "", None),
    ),
)
def test_what_people_type_is_understood(kind, typed, value):
    asked = question(kind, unit="万元") if kind == "money" else question(kind)
    if kind == "credit_code" and value is None:
        with pytest.raises(Refused, match="示例栏"):
            answer_read(asked, typed)
    else:
        assert answer_read(asked, typed) == value


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    (
        ("money", "35万元", "请换算后只填数字"),
        ("number", "十二", "须填写数字"),
        ("number", "1.23456", "最多保留四位小数"),
        ("number", "9" * 20, "大得不合情理"),
        ("integer", "1.5", "须填写整数"),
        ("year", "25", "四位年份"),
        ("date", "2026-02-30", "须填写日期"),
        ("boolean", "也许", "须填写“是”或“否”"),
        ("choice", "院士", "没有“院士”这一项；可以填写：博士、硕士、其他"),
        ("choices", ["博士", "院士"], "没有“院士”这一项"),
        ("email", "name", "须填写电子邮箱"),
        ("phone", "电话", "须填写手机号码"),
        ("text", "字" * 201, "最多 200 个字，现有 201 个字"),
    ),
)
def test_what_cannot_be_understood_is_said_at_the_field(kind, typed, said):
    with pytest.raises(Refused, match=said) as refusal:
        answer_read(question(kind, unit="元") if kind == "money" else question(kind), typed)
    assert refusal.value.field == "asked"


def test_bounds_are_kept():
    asked = question("number", least=1.0, most=100.0)
    assert answer_read(asked, "100") == "100"
    with pytest.raises(Refused, match="不能大于 100"):
        answer_read(asked, "100.1")
    with pytest.raises(Refused, match="不能小于 1"):
        answer_read(asked, "0.9")


def read_or_refused(asked, typed):
    """Return the value and no sentence, or no value and the sentence; everything else is raised."""
    try:
        return answer_read(asked, typed), ""
    except Refused as refusal:
        return None, str(refusal)


TYPED = st.one_of(
    st.text(),
    st.lists(st.text(), max_size=4),
    st.text(alphabet="0123456789.,+-%年月日万元/ ", max_size=16),
    st.sampled_from(["博士", "硕士、其他", "是", "否", "13800001234", "name@example.org"]),
    st.dates(),
    st.booleans(),
    st.floats(),
    st.decimals(),
    st.integers(),
    st.none(),
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(kind=st.sampled_from(KINDS), typed=TYPED)
@example(kind="text", typed="\ud800\x00")
@example(kind="number", typed=Decimal("sNaN"))
@example(kind="text", typed="\u0085a")
def test_anything_becomes_a_value_or_a_sentence_and_reads_back_the_same(kind, typed):
    asked = question(kind)
    value, sentence = read_or_refused(asked, typed)
    assert sentence == "" or (sentence.startswith("“示例栏”") and value is None)
    assert json.loads(json.dumps(value)) == value
    assert answer_read(asked, answer_shown(value)) == value
    assert isinstance(answer_said(asked, value), str)


FACTS = [box for item in catalogue().items.values() for box in boxes_of(item, year=YEAR) if box.metric is not None]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(box=st.sampled_from(FACTS), typed=TYPED)
def test_any_text_for_a_fact_becomes_a_value_or_a_sentence_and_reads_back_the_same(box, typed):
    try:
        value = box.read(typed)
    except Refused as refusal:
        value, sentence = None, str(refusal)
    else:
        sentence = ""
    assert sentence == "" or box.metric.label in sentence
    assert json.loads(json.dumps(value)) == value
    assert box.read(box.shown(value)) == value
    assert isinstance(box.said(value), str)


@given(cells=st.lists(st.lists(st.text(max_size=12), max_size=8), max_size=6))
def test_a_table_reads_anything_and_what_it_took_it_takes_again(cells):
    table = equipment()
    codes = [column.code for column in table.columns]
    read = rows_read(table, [dict(zip(codes, row, strict=False)) for row in cells])
    assert all(problem.sentence for problem in read.problems)
    good = rows_read(table, [{code: answer_shown(cell) for code, cell in row.items()} for row in read.rows])
    assert good.rows == [row for row in read.rows if row]
    assert good.problems == ()


@given(text=st.text())
def test_any_text_may_be_pasted(text):
    for row in pasted_rows(equipment(), text):
        assert set(row) <= {column.code for column in equipment().columns}


def test_rows_copied_from_a_spreadsheet_go_by_their_headings():
    text = '原值（万元）\t名称\t数量\n35.6\t示例仪器\t2\n1,200\t"示例\n设备"\t1\n'
    read = rows_read(equipment(), pasted_rows(equipment(), text))
    assert read.problems == ()
    assert read.rows == [
        {"name": "示例仪器", "quantity": "2", "original_value": "35.6"},
        {"name": "示例 设备", "quantity": "1", "original_value": "1200"},
    ]


def test_rows_without_headings_go_by_their_order_and_a_wrong_cell_is_told_with_its_place():
    read = rows_read(equipment(), pasted_rows(equipment(), "示例仪器\t示例-1\t两台\t35\n"))
    assert [(one.place, one.column) for one in read.problems] == [("第 1 行“数量”", "quantity")]
    assert read.typed[0]["quantity"] == "两台"


def test_rows_of_a_form_go_by_their_numbers():
    posted = {"equipment.2.name": "乙", "equipment.0.name": "甲", "equipment.0.quantity": "1", "other.0.name": "丙"}
    assert typed_rows(equipment(), posted) == [{"name": "甲", "quantity": "1"}, {"name": "乙"}]


def test_a_table_goes_out_as_a_workbook_and_comes_back_the_same():
    rows = [
        {"name": "示例仪器", "quantity": "2", "original_value": "35.6", "bought_on": "2024-05-10", "open": True},
        {"name": "=1+1", "quantity": "1", "original_value": "1200"},
    ]
    read = workbook_read(equipment(), workbook(equipment(), rows))
    assert read.problems == ()
    assert read.rows == rows


def test_a_wrong_cell_of_a_workbook_is_told_with_its_address():
    book = openpyxl.load_workbook(io.BytesIO(workbook(equipment(), [{"name": "示例仪器", "quantity": "2"}])))
    sheet = book.worksheets[0]
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == 2)
    cell.value = "两台"
    kept = io.BytesIO()
    book.save(kept)
    read = workbook_read(equipment(), kept.getvalue())
    assert [problem.place for problem in read.problems] == [cell.coordinate]
    assert read.workbook is not None


def test_a_file_that_is_no_workbook_is_refused_at_the_table():
    with pytest.raises(Refused, match="不是 Excel 工作簿") as refusal:
        workbook_read(equipment(), b"no workbook")
    assert refusal.value.field == "equipment"


@pytest.fixture
def form(loaded) -> ServiceItem:
    """Return the worked form."""
    return loaded.items[ITEM]


def test_what_a_condition_leaves_out_is_not_asked_and_what_is_unknown_is(form):
    assert "lease_ends_on" in asked_codes(form, {}, year=YEAR)
    assert "lease_ends_on" not in asked_codes(form, {"site_kind": "自有"}, year=YEAR)
    assert "lease_ends_on" in asked_codes(form, {"site_kind": "租赁"}, year=YEAR)
    answers = {"site_kind": "自有", "lease_ends_on": "2030-01-01"}
    assert asked_answers(form, answers, year=YEAR) == {"site_kind": "自有"}


def test_what_hangs_on_a_field_that_is_not_asked_is_not_asked(loaded):
    item = loaded.items["platform.change"]
    written = json.loads(item.model_dump_json())
    fields = written["form"][0]["fields"]
    fields.append({"question": "deep", "label": "更深", "help": "示例", "when": 'new_name == "示例"'})
    deep = ServiceItem.model_validate_json(json.dumps(written))
    assert "deep" in asked_codes(deep, {"kinds": ["平台名称"], "new_name": "示例"}, year=YEAR)
    assert "deep" not in asked_codes(deep, {"kinds": ["地址"], "new_name": "示例"}, year=YEAR)


def test_a_fact_asked_by_a_condition_is_compared_as_the_number_it_is(loaded):
    item = loaded.items["recognition.erc.municipal"]
    revenue = next(f for _s, f in item.fields() if isinstance(f, FactField) and f.fact == "revenue")
    assert [*codes_of(revenue, YEAR)] == ["revenue@2025", "revenue@2024", "revenue@2023"]
    assert "revenue" in asked_codes(item, {"kind": "enterprise"}, year=YEAR)
    assert "revenue" not in asked_codes(item, {"kind": "university"}, year=YEAR)


def test_missing_names_each_field_with_its_section_and_passes_over_what_the_register_knows(form):
    gaps = missing(form, {}, year=YEAR, parts=("applicant",))
    by_code = {gap.code: gap for gap in gaps}
    assert by_code["title"].sentence == "请填写“拟认定工程技术研究中心名称”。"
    assert by_code["revenue@2023"].label == "营业收入（2023 年）"
    assert by_code["audit_report"].sentence == "请上传“近三年审计报告”。"
    assert by_code["team"].sentence == "请填写“主要人员”，至少 3 行。"
    assert not {"kind", "host_opinion"} & set(by_code)
    assert [gap.code for gap in missing(form, {}, year=YEAR, parts=("host_admin",))] == ["host_opinion", "host_checked"]


def test_a_table_whose_rows_are_not_whole_is_missing(form):
    answers = {"team": [{"name": "示例"}] * 3}
    (gap,) = [one for one in missing(form, answers, year=YEAR, parts=("applicant",)) if one.code == "team"]
    assert gap.sentence == "第 1 行缺少“最高学位”。"


def test_progress_counts_what_is_done_and_locks_the_hosts_part(form):
    found = {one.section.section: one for one in progress(form, {}, year=YEAR)}
    assert (found["outline"].state, found["outline"].done, found["host_review"].state) == ("not_started", 0, "locked")
    answers = {"truthful": True, "clean": True, "secret": True, "title": "示例"}
    found = {one.section.section: one for one in progress(form, answers, year=YEAR)}
    assert (found["declarations"].state, found["declarations"].total) == ("complete", 3)
    assert (found["outline"].state, found["outline"].done) == ("filling", 1)


def test_reviewers_see_no_withheld_field_or_column(form):
    answers = {
        "contact_phone": "13800001234",
        "director_name": "某人",
        "abstract": "示例",
        "team": [{"name": "某人", "degree": "博士"}],
        "revenue@2025": "120",
    }
    assert for_reviewers(form, answers) == {"abstract": "示例", "team": [{"degree": "博士"}], "revenue@2025": "120"}


@pytest.mark.capability("C96")
def test_two_texts_are_compared_field_by_field(form):
    before = {"title": "甲", "revenue@2025": "1200", "team": [{"name": "某人", "degree": "硕士"}]}
    after = {"title": "甲", "revenue@2025": "1300.5", "team": [{"name": "某人", "degree": "博士"}]}
    found = compared(form, before, after, year=YEAR)
    assert [(one.label, one.before, one.after) for one in found] == [
        ("营业收入（2025 年）", "1\u202f200万元", "1\u202f300.5万元"),
        ("主要人员", "某人，硕士", "某人，博士"),
    ]


@pytest.mark.capability("C88")
def test_known_facts_and_earlier_answers_need_not_be_typed(form, loaded):
    known = {
        ("revenue", 2025): Known(Decimal("1200.50"), "declared", "示例"),
        ("kind", None): Known("enterprise", "register", ""),
    }
    assert known_answers(form, known, year=YEAR) == {"revenue@2025": "1200.5", "kind": "enterprise"}
    other = loaded.items["recognition.key_laboratory.municipal"]
    before = {
        "contact_name": "某人",
        "goals": "旧目标",
        "title": "旧名",
        "team": [{"name": "某人"}],
        "truthful": True,
        "licence": [7],
    }
    assert earlier_answers(form, [(form, before)]) == {
        "contact_name": "某人", "goals": "旧目标", "team": [{"name": "某人"}], "licence": [7],
    }  # fmt: skip
    assert earlier_answers(form, [(other, before)]) == {
        "contact_name": "某人", "team": [{"name": "某人"}], "licence": [7],
    }  # fmt: skip


def test_a_unit_stands_in_the_head_of_a_printed_table_and_not_in_its_cells(form):
    rows = [{"name": "示例仪器", "quantity": "2", "original_value": "1200.5", "open": True}]
    grids = [grid for part in parts_of(form, {"equipment": rows}, year=YEAR) for grid in part.grids]
    (printed_table,) = [grid for grid in grids if grid.title == "主要仪器设备"]
    assert (printed_table.head[3], printed_table.rows[0][3]) == ("原值（万元）", "1\u202f200.5")
    assert 3 in printed_table.numeric


def test_every_form_of_the_catalogue_prints(loaded):
    for item in loaded.items.values():
        parts = parts_of(item, {}, year=YEAR, blank=True)
        boxes = boxes_of(item, year=YEAR)
        assert sum(len(part.lines) + len(part.grids) for part in parts) == len(boxes)
    assert printed(ApplicationPaper("示例", "示例单位", parts, draft=True)).startswith(b"%PDF")


def test_a_form_is_judged_without_the_database(form, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        missing(form, {}, year=YEAR, parts=("applicant",))
