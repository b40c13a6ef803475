"""A newcomer finds a platform by its initials, a word in the middle of its name, and what was mistyped."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.mark.capability("C91")
def test_a_newcomer_finds_a_platform_by_its_initials(desk):
    page: Page = desk()
    page.goto("/")
    page.locator("#site-search").press_sequentially("gcjsyjzx", delay=15)  # 工程技术研究中心
    first = page.locator("[role=option]", has_text=re.compile("示例.*工程技术研究中心.*平台")).first
    first.wait_for()
    name = first.locator("span").first.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=gcjsyjzx")
    page.get_by_role("link", name=re.compile(r"^平台 ?\d+$")).click()
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.locator("h1")).to_have_text(name)


def test_what_was_mistyped_is_offered_as_it_was_meant(desk):
    page: Page = desk()
    page.goto("/search/?q=工成技术研究中心")
    page.locator(".k-find-instead a", has_text="工程技术研究中心").first.click()
    assert page.locator(".k-find-answers li").count() > 3


def test_a_search_is_kept_and_dropped(desk):
    page: Page = desk("shenbao")
    page.goto("/search/?q=示例数据")
    page.get_by_role("button", name="保存，有新结果时提醒我").click()
    expect(page.get_by_role("link", name="示例数据")).to_be_visible()
    page.get_by_role("button", name="删除：示例数据").click()
    expect(page.get_by_text("还没有保存的检索")).to_be_visible()
