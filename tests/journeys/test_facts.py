"""A year is filled in once by keyboard alone, verified, known ever after; and again without any script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.capability("C19")]


def sheet_of(page: Page, year: int) -> str:
    """Open the sheet of a year by keyboard and return its address."""
    page.goto("/facts/sheets/open/")
    page.locator("#id_year").press("Control+a")
    page.keyboard.type(str(year))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/facts/sheets/\d+/$"))
    return page.url


def typed(page: Page, code: str, value: str) -> None:
    """Type into one field and leave it."""
    page.locator(f"#value-{code}").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type(value)
    page.keyboard.press("Tab")


def verified(officer: Page, where: str, metric: str, audited: str) -> None:
    """Verify one figure at another value by keyboard, after its preview."""
    officer.goto(where)
    row = officer.locator("tr", has_text=metric)
    row.locator("input[name=fact]").focus()
    officer.keyboard.press("Space")
    row.locator("input[name^=audited_]").focus()
    officer.keyboard.type(audited)
    officer.locator("#reason").focus()
    officer.keyboard.type("示例：审计报告第 3 页")
    officer.locator("button[name=preview]").focus()
    officer.keyboard.press("Enter")
    expect(officer.locator("h1")).to_contain_text("预览")
    officer.locator("button[name=confirm]").focus()
    officer.keyboard.press("Enter")
    expect(officer.locator("main")).to_contain_text("已核定 1 项数据")


def test_a_year_is_filled_by_keyboard_kept_field_by_field_and_verified(desk):
    page = desk("shenbao")
    page.goto("/facts/own/")
    unit = page.url
    sheet = sheet_of(page, 2020)
    typed(page, "service_income", "很多")
    expect(page.locator("#saved-service_income")).to_contain_text("须填写数字")
    typed(page, "service_income", "1,280.5")
    expect(page.locator("#saved-service_income")).to_contain_text("已保存")
    expect(page.locator("#saved-service_income")).not_to_contain_text("须填写")

    page.goto(sheet)
    assert page.locator("#value-service_income").input_value() == "1,280.5"
    page.locator("button[name=submit]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("申报表已提交")

    verified(desk("jingban"), f"{unit}verify/?year=2020", "对外服务收入", "1200")

    page.goto(f"{unit}?year=2020")
    shown = page.locator("tr", has_text="对外服务收入").inner_text().replace("\u202f", "")
    assert all(part in shown for part in ("1280.5", "1200", "已核定"))


def test_a_year_is_filled_without_scripts(desk):
    desk("shenbao")  # signed in once, with scripts; the session serves the page without them
    page = desk("shenbao", scripts=False)
    page.goto("/facts/sheets/open/?year=2019")
    page.click("main form button.btn-primary")
    page.fill("#value-service_income", "77")
    page.click("button[name=save]")
    assert "已保存" in page.locator("main").inner_text()
    page.click("button[name=submit]")
    assert "申报表已提交" in page.locator("main").inner_text()
