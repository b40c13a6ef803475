"""A recognition is confirmed and the indicator moves; the past stays the past; a refusal is a sentence."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser
INDICATOR = "工程技术研究中心（技术创新中心）"


def reached(page: Page, on: str) -> tuple[int, str]:
    """Return the indicator's value and light in the cockpit as of ``on``."""
    page.goto(f"/cockpit/?on={on}")
    row = page.locator("tr", has_text=INDICATOR).first
    text = row.inner_text()
    value = re.search(r"\n?\s(\d+)\s", " " + text.replace("\n", " ").split("。")[-1])
    assert value, text
    return int(value[1]), "未达成" if "未达成" in text else "已达成"


@pytest.mark.capability("C6")
def test_confirming_a_recognition_moves_the_indicator_and_not_the_past(desk):
    public = desk()
    assert reached(public, "2023-12-31") == (9, "未达成")
    before = reached(public, "2022-12-31")

    head = desk("fuze")
    head.goto("/my/")
    head.get_by_role("link", name=re.compile("微光传感")).first.click()
    head.get_by_role("link", name="复核通过").click()
    head.locator("main form button.btn-primary").click()
    head.wait_for_load_state()

    assert reached(public, "2023-12-31") == (10, "已达成")
    assert reached(public, "2022-12-31") == before


@pytest.mark.capability("C102")
def test_a_number_opens_exactly_its_list(desk):
    page = desk()
    page.goto("/cockpit/?on=2022-12-31")
    link = page.locator("tr", has_text="企业技术中心").locator("a", has_text=re.compile(r"^14$")).first
    link.click()
    page.wait_for_load_state()
    assert page.locator("table tbody tr").count() == 14


def test_a_county_officer_is_told_why_a_platform_is_not_seen(desk):
    page = desk("xianqu")
    page.goto("/platforms/why/?number=PT-0000-0000")
    neutral = page.locator("main").inner_text()
    assert "PT-0000-0000" in neutral or "没有" in neutral
    assert page.locator("main li, main .k-message, main p").count() > 0


def test_a_platform_is_registered_from_a_form_that_says_what_is_wrong(desk):
    page = desk("jingban")
    page.goto("/platforms/register/")
    page.locator("main form button.btn-primary").click()
    page.wait_for_load_state()
    assert page.locator(".k-error-summary a, .k-errors a, [role=alert] a").count() >= 3

    page.fill("input[name=name]", "示例旅程工程技术研究中心")
    page.select_option("select[name=kind]", label="工程技术研究中心")
    page.fill("input[name=host]", "示例云岭精工有限公司")
    page.fill("input[name=since]", "2026-01-05")
    page.locator("main form button.btn-primary").click()
    page.wait_for_load_state()
    assert page.locator("input[name=own_research_area]").is_visible(), "the type's own fields are asked next"
    page.fill("input[name=own_research_area]", "320")
    page.locator("main form button.btn-primary").click()
    page.wait_for_load_state()
    assert page.locator("h1").inner_text() == "示例旅程工程技术研究中心"


def test_the_register_of_a_past_day_is_that_days(desk):
    page = desk()
    page.goto("/platforms/?on=2021-12-31&q=铸远")
    assert "示例铸远装备有限公司" in page.locator("table").inner_text()
    page.goto("/platforms/?on=2022-12-31&q=铸远")
    assert "示例铸远智能装备股份有限公司" in page.locator("table").inner_text()


def test_reading_works_without_scripts(desk):
    page = desk(scripts=False)
    for address in ("/", "/cockpit/", "/platforms/", "/plan/"):
        page.goto(address)
        assert page.locator("h1").count() == 1
        assert page.locator("table tbody tr, main a").count() > 5


def test_a_secret_platform_is_nowhere_for_the_public(desk):
    page = desk()
    for address in ("/platforms/?q=微光传感中试", "/platforms/?on=2025-01-01&q=微光传感中试"):
        page.goto(address)
        assert "微光传感中试平台" not in page.locator("main").inner_text().replace("含“微光传感中试”", "")
