"""Organisations brought in from a ledger: faults at their cells, matching, writing, taking back."""

from __future__ import annotations

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from kechuang.directory import services as directory
from kechuang.directory.models import Organisation, OrganisationAlias, OrganisationPeriod
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.ui.imports import keeping, services
from kechuang.ui.imports.models import ImportHead, ImportRun
from kechuang.ui.imports.workbooks import template_out
from tests.ui.imports.ledgers import HEADS, text_file, unit, usci, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counties")]

MESSY = [
    ["示例市科技型单位台账", "", "", "", "", "", ""],
    ["填报单位：示例科技局", "", "", "", "", "", ""],
    ["序号", "基本情况", "", "", "", "成立时间", "所在县区"],
    ["", "单位名称", "信用代码", "单位性质", "", "", ""],
]
MERGED = [(2, 1, 2, 3, "基本情况"), (2, 0, 3, 0, "序号"), (2, 5, 3, 5, "成立时间"), (2, 6, 3, 6, "所在县区")]


def faults(run: ImportRun) -> list[tuple[int, int]]:
    return [(row, column) for row, column, *_rest in services.found_of(run)["faults"]]


def ledger(*rows: list[object]) -> bytes:
    end = [["合计", "", len(rows), "", "", "", ""], ["制表人：示例人员", "", "", "", "", "", ""]]
    return workbook([*MESSY, *rows, *end], merged=MERGED)


def test_a_ledger_with_merged_heads_titles_sums_and_notes_is_understood(bring):
    run = bring(
        ledger(
            [1, "示例一号", usci(1), "企业", "", "2015年6月1日", "甲县"],
            [2, "示例二号", "", "高校", "", "2016.7.1", "示例乙区"],
        )
    )
    assert (run.head, run.depth) == (3, 1)
    assert run.mapping == {"1": "name", "2": "credit_code", "3": "kind", "5": "since", "6": "county"}
    assert run.summary == {
        "total": 2,
        "create": 2,
        "change": 0,
        "same": 0,
        "joined": 0,
        "wrong": 0,
        "faults": 0,
        "skipped": 2,
    }
    assert [(row, why) for row, why, _text in services.found_of(run)["skipped"]] == [(7, "合计行"), (8, "说明或签署")]


@pytest.mark.capability("C22")
def test_every_planted_error_is_told_at_its_cell_and_nothing_is_written(bring):
    rows = [
        unit(1, "甲县"),
        unit(2, "甲县", 名称=""),
        unit(3, "甲县", 统一社会信用代码=usci(3)[:-1] + ("A" if usci(3)[-1] != "A" else "B")),
        unit(4, "丙县"),
        unit(5, "甲县", 起始日期="2015-13-40"),
        unit(6, "甲县", 统一社会信用代码=usci(1)),
        unit(7, "甲县", 地址="=HYPERLINK(1)"),
        unit(8, "甲县", 行业代码="C27201"),
        unit(9, "甲县", 单位类型="工厂"),
    ]
    run = bring(workbook([HEADS, *rows]))
    assert faults(run) == [(3, 0), (4, 1), (5, 3), (6, 4), (7, 1), (8, 6), (9, 5), (10, 2)]
    assert (run.state, Organisation.objects.count()) == ("checked", 0)
    with pytest.raises(Refused, match="还有 8 处问题"):
        services.run_release(run=run, actor=services_actor(run))


def spoiled(rows: list[list[object]], place: int, kind: int) -> tuple[int, int]:
    """Plant one of five errors in a row; return its cell as a spreadsheet counts."""
    code = usci(place)
    column, value = (
        (0, ""),
        (1, code[:-1] + ("A" if code[-1] != "A" else "B")),
        (1, usci(0)),
        (3, "没有的县"),
        (4, "2019-02-30"),
    )[kind]
    rows[place][column] = value
    return place + 2, column


@pytest.mark.capability("C22")
def test_five_hundred_errors_in_twenty_thousand_rows_are_all_found_and_nothing_is_written(bring):
    rows = [unit(number, "甲县") for number in range(20_000)]
    planted = {spoiled(rows, place, place // 40 % 5) for place in range(7, 20_000, 40)}
    run = bring(text_file([HEADS, *rows], "gb18030"), name="台账.csv")
    assert (len(planted), set(faults(run)), run.summary["wrong"]) == (500, planted, 500)
    with pytest.raises(Refused, match="还有 500 处问题"):
        services.run_release(run=run, actor=services_actor(run))
    assert Organisation.objects.count() == OrganisationPeriod.objects.count() == 0


def services_actor(run: ImportRun):
    return Actor(user_id=run.actor_id)


def test_the_returned_file_carries_colour_comment_and_a_column_of_sentences_and_comes_in_again(bring, officer):
    run = bring(workbook([HEADS, unit(1, "甲县"), unit(2, "丙县", 地址="-1+1|cmd")]))
    path = services.marked_path(run, officer)
    page = openpyxl.load_workbook(path).active
    assert page["D3"].fill.fgColor.rgb == "FFF9D6D5"
    assert page["D3"].comment.text == "“丙县”不在可选范围内；可选：甲县、乙区。"
    assert page["H1"].value == "导入问题"
    assert page["H3"].value.startswith("D3 县区 “丙县”不在可选范围内")
    assert page["G3"].value == "'-1+1|cmd"
    assert page["D2"].comment is None
    again = bring(path.read_bytes())
    assert faults(again) == [(3, 3)]


def test_rows_are_created_changed_or_left_by_their_key(bring, officer):
    bring(workbook([HEADS, unit(1, "甲县"), unit(2, "甲县"), unit(3, "甲县")]), write=True)
    assert Organisation.objects.count() == 3
    run = bring(workbook([HEADS, unit(1, "甲县"), unit(2, "乙区", 地址="示例路2号"), unit(4, "乙区")]))
    assert run.summary == {
        "total": 3,
        "create": 1,
        "change": 1,
        "same": 1,
        "joined": 0,
        "wrong": 0,
        "faults": 0,
        "skipped": 0,
    }
    assert services.found_of(run)["changes"] == [
        [3, "示例导入2号", [["县区", "甲县", "乙区"], ["地址", "", "示例路2号"]]]
    ]
    run = services.run_write(services.run_release(run=run, actor=officer), officer)
    assert run.state == "done"
    assert OrganisationPeriod.objects.get(organisation__name="示例导入2号").county.short_name == "乙区"


def test_what_differs_is_a_change_from_a_day_on_where_the_officer_says_so(bring):
    bring(workbook([HEADS, unit(1, "甲县")]), write=True)
    bring(workbook([HEADS, unit(1, "乙区")]), write=True, on=date(2024, 3, 1))
    periods = OrganisationPeriod.objects.order_by("start").values_list("start", "end", "county__short_name")
    assert list(periods) == [(date(2015, 6, 1), date(2024, 3, 1), "甲县"), (date(2024, 3, 1), None, "乙区")]


def test_an_undo_takes_back_what_was_created_and_puts_back_what_was_changed(bring, officer):
    bring(workbook([HEADS, unit(1, "甲县")]), write=True)
    run = bring(workbook([HEADS, unit(1, "乙区", 地址="示例路1号"), unit(2, "乙区")]), write=True, on=date(2024, 3, 1))
    run = services.run_undo(services.run_undo_begin(run=run, actor=officer), officer)
    assert (run.state, run.problem) == ("undone", "")
    assert list(Organisation.objects.values_list("name", "county__short_name", "address")) == [
        ("示例导入1号", "甲县", "")
    ]
    periods = OrganisationPeriod.objects.values_list("start", "end", "county__short_name")
    assert list(periods) == [(date(2015, 6, 1), None, "甲县")]


def test_an_undo_refuses_where_a_row_was_changed_since_and_says_which(bring, officer):
    run = bring(workbook([HEADS, unit(1, "甲县"), unit(2, "甲县")]), write=True)
    period = OrganisationPeriod.objects.get(name="示例导入2号")
    directory.organisation_correct(period=period, actor=officer, name="示例改名2号")
    run = services.run_undo(services.run_undo_begin(run=run, actor=officer), officer)
    assert run.state == "done"
    assert run.problem.startswith("导入之后又有人改动了：示例改名2号")
    assert Organisation.objects.count() == 2


def test_an_undo_refuses_where_a_row_is_used_since_and_says_for_what(bring, officer):
    run = bring(workbook([HEADS, unit(1, "甲县"), unit(2, "甲县")]), write=True)
    OrganisationAlias.objects.create(organisation=Organisation.objects.get(name="示例导入1号"), name="示例别名")
    run = services.run_undo(services.run_undo_begin(run=run, actor=officer), officer)
    assert run.problem == "有的记录已被使用：示例导入1号（已用于单位别名）。不能整批撤销，请逐条处理。"
    assert Organisation.objects.count() == 2


def test_an_undo_is_refused_after_a_day(bring, officer):
    run = bring(workbook([HEADS, unit(1, "甲县")]), write=True)
    ImportRun.objects.filter(pk=run.pk).update(written_at=timezone.now() - timedelta(hours=24, seconds=1))
    with pytest.raises(Refused, match="超过 24 小时"):
        services.run_undo_begin(run=ImportRun.objects.get(pk=run.pk), actor=officer)


def test_what_changed_between_check_and_writing_stops_the_writing(bring, officer, counties):
    run = bring(workbook([HEADS, unit(1, "甲县"), unit(2, "甲县")]))
    values = {"name": "示例导入2号", "kind": "enterprise", "credit_code": usci(2), "county": counties[0]}
    directory.organisation_register(actor=officer, since=date(2015, 6, 1), **values)
    run = services.run_write(services.run_release(run=run, actor=officer), officer)
    assert (run.state, run.problem) == ("checked", "检查之后登记库有了变化，请重新检查后再写入。")
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize("coding", ("gbk", "utf-8", "utf-8-sig"))
def test_csv_is_read_in_the_encodings_officers_have(bring, coding):
    run = bring(text_file([HEADS, unit(1, "甲县"), unit(2, "乙区")], coding), name="台账.csv", write=True)
    assert (run.kind, run.state, Organisation.objects.count()) == ("csv", "done", 2)


def test_a_corrected_mapping_is_remembered_for_the_office(bring, officer):
    heads = ["单位名称", "我们的代码", "性质", "县区", "开张"]
    row = ["示例一号", usci(1), "企业", "甲县", "2015-06-01"]
    data = workbook([heads, row])
    run = services.run_begin(
        resource=services.registered()["organisations"], upload=SimpleUploadedFile("a.xlsx", data), actor=officer
    )
    assert run.mapping == {"0": "name", "2": "kind", "3": "county"}
    mapping = {0: "name", 1: "credit_code", 2: "kind", 3: "county", 4: "since"}
    run = services.run_check(services.run_map(run=run, mapping=mapping, actor=officer), officer)
    assert run.summary["create"] == 1
    assert set(ImportHead.objects.values_list("label", "field")) == {("我们的代码", "credit_code"), ("开张", "since")}
    assert bring(data).mapping == {"0": "name", "1": "credit_code", "2": "kind", "3": "county", "4": "since"}


def test_the_template_has_drop_downs_locked_heads_an_example_and_notes_and_comes_in_again(bring, officer):
    resource = services.registered()["organisations"]
    book = openpyxl.load_workbook(io.BytesIO(template_out(resource.imports, name="organisations", title="单位名录")))
    page = book["填报"]
    assert [cell.value for cell in page[1]] == [
        f"{head}{'*' if head in HEADS[:1] + HEADS[2:4] else ''}" for head in HEADS
    ]
    assert page.protection.sheet
    assert (page["A1"].protection.locked, page["A3"].protection.locked) == (True, False)
    rules = {str(rule.sqref): (rule.type, rule.formula1) for rule in page.data_validations.dataValidation}
    assert rules["D3:D2002"] == ("list", "选项!$D$1:$D$2")
    assert [cell.value for cell in book["选项"]["D"]][:3] == ["甲县", "乙区", None]
    assert "填写说明" in book.sheetnames
    page.append(unit(1, "甲县"))
    for column, value in enumerate(unit(1, "甲县"), start=1):
        page.cell(3, column, value)
    memory = io.BytesIO()
    book.save(memory)
    run = bring(memory.getvalue())
    assert run.summary["create"] == 1


def test_one_hundred_rows_cost_as_many_queries_as_three(bring, django_assert_max_num_queries):
    bring(workbook([HEADS, *(unit(n, "甲县") for n in range(1, 4))]))
    with django_assert_max_num_queries(40):
        bring(workbook([HEADS, *(unit(n, "甲县") for n in range(1, 101))]))


@pytest.mark.capability("C22")
def test_long_work_says_what_it_does_and_how_much_of_how_much(bring, officer, monkeypatch):
    said: list[tuple[str, int, int]] = []
    kept = keeping.progress_tell

    def tell(run: ImportRun, progress: keeping.Progress) -> None:
        said.append((str(progress.words), progress.done, progress.total))
        kept(run, progress)

    monkeypatch.setattr(keeping, "progress_tell", tell)
    run = bring(workbook([HEADS, unit(1, "甲县"), unit(2, "甲县")]), write=True)
    checking = [("正在检查各列", done, 7) for done in range(7)] + [("正在与已登记的内容比对", 0, 2)]
    assert said == [*checking, *checking, *(("正在写入", done, 2) for done in range(3))]
    said.clear()
    services.run_undo(services.run_undo_begin(run=run, actor=officer), officer)
    assert said == [("正在撤回", done, 4) for done in (0, 2, 4)]
    assert keeping.progress_of(run) == keeping.Progress("undoing", 4, 4)
