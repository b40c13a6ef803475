"""A newcomer brings in a messy ledger: errors are named, corrected in the returned file, written, and taken back."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from playwright.sync_api import Download, Page

from kechuang.pure.identifiers import check_character

pytestmark = pytest.mark.browser
NAMES = ("示例导入甲公司", "示例导入乙公司", "示例导入丙公司")


def _code(number: int) -> str:
    first = f"91520402MAJ{number:06d}"
    return first + check_character(first)


def _ledger(path: Path, county: str) -> None:
    """Write a ledger as officers have them: title, merged heads, two planted errors, a sum and a signature."""
    rows: Sequence[Sequence[Any]] = (
        (1, NAMES[0], _code(1), "企业", "2015年6月1日", county),
        (2, NAMES[1], _code(2)[:-1] + "?", "企业", "2016.7.1", county),
        (3, NAMES[2], _code(3), "企业", "2017-08-01", "没有的县"),
    )
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("台账")
        page.merge_range(0, 0, 0, 5, "示例市科技型企业台账")
        page.write(1, 0, "填报单位：示例科技局")
        page.merge_range(2, 0, 3, 0, "序号")
        page.merge_range(2, 1, 2, 3, "基本情况")
        page.write_row(3, 1, ("企业名称", "信用代码", "单位性质"))
        page.merge_range(2, 4, 3, 4, "开业时间")
        page.merge_range(2, 5, 3, 5, "所在县区")
        for place, row in enumerate(rows, start=4):
            page.write_row(place, 0, row)
        page.write_row(7, 0, ("合计", "", 3))
        page.write(8, 0, "制表人：示例人员")


def _book(download: Download) -> Any:
    return openpyxl.load_workbook(io.BytesIO(Path(download.path()).read_bytes()))


def _upload(page: Page, path: Path) -> None:
    page.set_input_files("input[type=file]", str(path))
    page.click("button:has-text('上传并识别')")
    page.wait_for_selector("h1:has-text('核对各列的含义')")


def _counties(page: Page) -> list[str]:
    """Return the words of the template's drop-down."""
    with page.expect_download() as template:
        page.click("a:has-text('下载模板')")
    return [cell.value for cell in _book(template.value)["选项"]["D"] if cell.value]


def _corrected(page: Page, county: str, path: Path) -> None:
    """Take the marked file, and put right what its comments name."""
    with page.expect_download() as marked:
        page.click("a:has-text('下载标注文件')")
    book = _book(marked.value)
    assert "不在可选范围内" in book.active["F7"].comment.text
    book.active["C6"] = _code(2)
    book.active["F7"] = county
    book.save(path)


def _listed(page: Page) -> int:
    page.goto(f"/directory/?q={NAMES[2]}")
    return page.locator(f"main a:has-text('{NAMES[2]}')").count()


@pytest.mark.capability("C22")
def test_a_messy_ledger_is_corrected_imported_and_taken_back(desk: Callable[..., Page], tmp_path: Path):
    page = desk("jingban")
    page.goto("/directory/")
    page.click("main a:has-text('导入')")
    page.wait_for_selector("h1:has-text('导入单位名录')")
    county = _counties(page)[0]
    messy, corrected = tmp_path / "台账.xlsx", tmp_path / "改正.xlsx"
    _ledger(messy, county)
    _upload(page, messy)
    page.select_option("select[aria-label*='开业时间']", label="起始日期")
    page.click("button:has-text('检查（不写入）')")
    page.wait_for_selector("text=有 2 处问题")
    told = page.inner_text("main")
    assert [word for word in ("C6", "“没有的县”不在可选范围内", "合计行") if word not in told] == []
    _corrected(page, county, corrected)
    page.click("a:has-text('上传另一个文件')")
    _upload(page, corrected)
    assert page.eval_on_selector("select[aria-label*='开业时间']", "one => one.value") == "since"
    page.click("button:has-text('检查（不写入）')")
    page.click("button:has-text('写入：新增 3 条，改动 0 条')")
    page.wait_for_selector("text=已新增 3 条")
    assert _listed(page) == 1
    page.go_back()
    page.click("a:has-text('撤销导入')")
    page.click("button:has-text('撤销导入')")
    page.wait_for_selector("text=已全部撤回")
    assert _listed(page) == 0
