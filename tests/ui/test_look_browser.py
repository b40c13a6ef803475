"""The style guide in a real browser: strict policy, every mode and width, keyboard, no script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

import kechuang.ui

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(kechuang.ui.__file__).parent / "static" / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
MODES: dict[str, dict[str, str]] = {
    "light": {},
    "dark": {"kc_theme": "dark"},
    "elder": {"kc_elder": "1"},
    "dark elder": {"kc_theme": "dark", "kc_elder": "1"},
}


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """A browser that is gone before the database is cleaned: its loop would forbid that."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


def guide(
    browser: Browser, server: LiveServer, *, mode: str = "light", width: int = 1366, scripts: bool = True
) -> Page:
    """Open the style guide; ``page.complaints`` keeps what the console says."""
    context = browser.new_context(locale="zh-CN", viewport={"width": width, "height": 900}, java_script_enabled=scripts)
    context.add_cookies([{"name": name, "value": value, "url": server.url} for name, value in MODES[mode].items()])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{server.url}/ui/styleguide/")
    page.complaints = complaints  # type: ignore[attr-defined]
    return page


def violations(page: Page) -> list[tuple[str, Any]]:
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [(rule["id"], rule["nodes"][0]["target"]) for rule in found["violations"]]


def test_every_part_is_accessible_in_every_mode_and_width(chromium: Browser, live_server: LiveServer) -> None:
    for mode in MODES:
        for width in (360, 1366, 1920) if mode == "light" else (360, 1366):
            page = guide(chromium, live_server, mode=mode, width=width)
            page.wait_for_timeout(150)
            assert (mode, width, violations(page)) == (mode, width, [])
            assert page.complaints == []  # type: ignore[attr-defined]
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.context.close()


def test_the_strict_policy_holds_while_a_chart_is_drawn(chromium: Browser, live_server: LiveServer) -> None:
    page = guide(chromium, live_server)
    page.locator("#path .k-canvas canvas").wait_for()
    page.locator("#path .k-canvas canvas").hover(position={"x": 300, "y": 120})
    page.wait_for_timeout(200)
    assert page.locator("#path .k-drawing").is_hidden()
    assert page.complaints == []  # type: ignore[attr-defined]


def test_a_chart_is_taken_away_as_picture_and_table(chromium: Browser, live_server: LiveServer) -> None:
    page = guide(chromium, live_server)
    with page.expect_download() as table:
        page.locator("#tiers .k-chart-tools").get_by_role("link", name="表格 CSV").click()
    written = table.value.path().read_text("utf-8-sig")
    assert written.splitlines()[:2] == ["级别,数量（个）,目标（个）", "国家级,4,6"]
    with page.expect_download() as picture:
        page.locator("#path .k-chart-tools").get_by_role("link", name="图片 PNG").click()
    assert picture.value.suggested_filename.endswith(".png")
    assert picture.value.path().read_bytes()[:4] == b"\x89PNG"
    assert page.complaints == []  # type: ignore[attr-defined]


def test_without_scripts_everything_is_still_there(chromium: Browser, live_server: LiveServer) -> None:
    page = guide(chromium, live_server, scripts=False)
    assert page.locator("#path svg.k-wide").is_visible()
    page.locator("#path details summary").click()
    assert page.locator("#path details table tbody tr").count() == 10
    assert page.locator(".k-chips-go").is_visible()
    assert page.locator("#path .k-chart-tools a").count() == 4
    page.locator(".k-modes summary").click()
    page.get_by_role("button", name="深色").click()
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert page.url.endswith("/ui/styleguide/")


def test_rows_are_walked_by_keyboard(chromium: Browser, live_server: LiveServer) -> None:
    page = guide(chromium, live_server)
    for _ in range(2):
        page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "示例航空紧固件企业技术中心"
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == "示例磷石膏综合利用工程技术研究中心"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "site-search"


def test_targets_are_large_enough_in_the_large_print(chromium: Browser, live_server: LiveServer) -> None:
    page = guide(chromium, live_server, mode="elder", width=360)
    small = page.evaluate(
        """() => [...document.querySelectorAll('.btn, .k-menu > summary, .k-control > input, .k-control > select')]
        .filter((one) => one.getClientRects().length && one.type !== 'file')
        .filter((one) => !one.matches('.k-chips-go') && one.getBoundingClientRect().height < 58)
        .map((one) => `${one.tagName} ${one.textContent.trim()} ${one.getBoundingClientRect().height}`)"""
    )
    assert small == []


def test_errors_take_the_focus_and_lead_to_the_field(chromium: Browser, live_server: LiveServer) -> None:
    page = guide(chromium, live_server)
    page.goto(f"{live_server.url}/ui/styleguide/?wrong=1")
    assert page.evaluate("document.activeElement.className") == "k-errors"
    target = page.locator(".k-errors a").first.get_attribute("href")
    assert page.locator(f"{target}").count() >= 1
