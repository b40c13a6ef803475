"""A leader sees where the plan stands, tries an assumption, compares two days, and leaves the wall running."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.capability("C14")
def test_an_assumption_is_tried_by_sliding_and_without_scripts_by_a_form(desk):
    page = desk("lingdao")
    page.goto("/cockpit/")
    page.get_by_role("link", name="预警与推演").first.click()
    page.wait_for_load_state("networkidle")
    before = page.locator("#outlooks").inner_text()
    page.locator("#c-starts").fill("5")
    page.wait_for_selector("text=以下按您的假设推演")
    assert page.locator("#outlooks").inner_text() != before
    assert "starts=5" in page.url
    plain = desk("lingdao", scripts=False)
    plain.goto("/cockpit/ahead/")
    plain.locator("#c-starts").fill("5")
    plain.get_by_role("button", name="推演").click()
    assert "以下按您的假设推演" in plain.locator("main").inner_text()


def test_the_wall_turns_pauses_and_goes_back_in_years(desk):
    page = desk(width=1920)
    page.goto("/cockpit/wall/")
    slides = page.locator("[data-slide]")
    assert slides.locator("visible=true").count() == 1 < slides.count()
    first = page.locator("[data-wall-at]").inner_text()
    page.keyboard.press("ArrowRight")
    assert page.locator("[data-wall-at]").inner_text() != first
    page.keyboard.press("Space")
    assert page.locator("[data-wall-pause]").get_attribute("aria-pressed") == "true"
    page.locator("#w-year").fill("2022")
    page.wait_for_url("**year=2022**")
    assert "2022年12月31日" in page.locator(".w-head").inner_text()
    still = desk(width=1920, scripts=False)
    still.goto("/cockpit/wall/")
    assert still.locator("[data-slide]").locator("visible=true").count() == slides.count()


def test_every_number_of_a_comparison_opens_its_list(desk):
    page = desk()
    page.goto("/cockpit/compare/?since=2021-01-01&on=2023-12-31")
    number = page.locator(".c-level a.c-sum").nth(1)
    counted = number.inner_text()
    number.click()
    assert re.search(rf"(?<!\d){counted}(?!\d)", page.locator("main").inner_text())
    page.goto("/cockpit/genealogy/")
    drawn = page.locator("#genealogy svg a").count()
    assert drawn == page.locator("section[aria-labelledby=lives] tbody tr").count() > 0
