"""Filling in a real browser: saved as it is left, two people at once, a broken line, the keyboard alone, no script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

import kechuang.ui
from kechuang.calls.definitions import definition_of
from kechuang.calls.models import AnswerVersion
from kechuang.calls.services.items import items_store
from kechuang.directory import loading as directory_loading
from kechuang.directory.models import County, Department
from kechuang.facts import loading as facts_loading
from kechuang.facts.services.rules import rules_load
from kechuang.kernel.processes import process_of, processes_store
from tests.calls.conftest import Bureau, catalogue
from tests.factories import OrganisationFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.capability("C32")]

AXE = Path(kechuang.ui.__file__).parent / "static" / "vendor" / "axe.min.js"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@pytest.fixture
def office() -> Bureau:
    """Return the ground of these tests; a transaction of their own needs a catalogue of their own."""
    processes_store(catalogue().processes.values())
    for loader in (directory_loading.load, facts_loading.load, rules_load, items_store):
        loader(catalogue())
    process_of.cache_clear()
    definition_of.cache_clear()
    county = County.objects.order_by("pk").first()
    assert county is not None
    organisation = OrganisationFactory(name="示例制造有限公司", county=county, kind="enterprise")
    return Bureau(organisation, county, Department.objects.get(code="kjj"))


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """A browser that is gone before the database is cleaned: its loop would forbid that."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


def aside(act: Callable[[], Any]) -> Any:
    """Ask the database from a thread of its own: the browser's loop forbids it in this one."""

    def asked() -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asked).result()


def session_of(user: Any) -> str:
    """Return the session of a person who has signed in."""
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def signed_in(browser: Browser, server: Any, user: Any, **options: Any) -> BrowserContext:
    """Return a window of ``user``."""
    context = browser.new_context(locale="zh-CN", **options)
    session = aside(lambda: session_of(user))
    context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
    return context


@pytest.fixture
def begun(office, live_server):
    """Return an application with a colleague, and the addresses of its pages."""
    office.person("host_admin")
    application = office.started(office.call())
    return application, lambda name, *more: f"{live_server.url}{reverse(f'calls:{name}', args=[application.pk, *more])}"


@pytest.fixture
def windows(office, begun, live_server, chromium):
    """Return the windows of the applicant and of the host's administrator on the same section."""
    _application, address = begun
    people = office.person("applicant"), office.person("host_admin")
    pages = [signed_in(chromium, live_server, each).new_page() for each in people]
    for page in pages:
        page.goto(address("section", "outline"))
    return pages


def test_two_people_at_one_field_lose_nothing_and_a_broken_line_is_mended(begun, office, windows):
    application, _address = begun
    mine, theirs = windows
    other = str(office.person("host_admin"))
    theirs.fill("[name=title]", "同事写的")
    theirs.press("[name=title]", "Tab")
    expect(theirs.locator("[data-code=title] .calls-receipt-line")).to_contain_text("已保存")
    mine.fill("[name=title]", "我写的")
    mine.press("[name=title]", "Tab")
    told = mine.locator("[data-code=title] .calls-receipt-line")
    expect(told).to_contain_text("同事写的")
    expect(told).to_contain_text(other)
    expect(mine.locator("[name=title]")).to_have_value("我写的")
    mine.fill("[name=title]", "我们商量好的")
    mine.press("[name=title]", "Tab")
    expect(told).to_contain_text("已保存")
    mine.context.set_offline(True)
    mine.fill("[name=keywords]", "断线时写的")
    mine.press("[name=keywords]", "Tab")
    kept = mine.locator("[data-code=keywords] .calls-receipt-line")
    expect(kept).to_contain_text("未保存，正在重试")
    mine.context.set_offline(False)
    expect(kept).to_contain_text("已保存", timeout=15_000)
    texts = aside(lambda: dict(application.answers.values_list("code", "value")))
    lost = aside(lambda: list(AnswerVersion.objects.filter(kept=False).values_list("value", flat=True)))
    assert (texts["title"], texts["keywords"], lost) == ("我们商量好的", "断线时写的", ["我写的"])


def test_a_section_is_filled_by_the_keyboard_alone_and_without_scripts(begun, office, live_server, chromium):
    application, address = begun
    page = signed_in(chromium, live_server, office.person("applicant"), java_script_enabled=False).new_page()
    page.goto(address("section", "declarations"))
    page.focus("#id_truthful")
    for _box in range(3):
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(address("fill"))
    kept = aside(lambda: set(application.answers.values_list("code", flat=True)))
    assert kept == {"truthful", "clean", "secret"}
    page.goto(address("table", "equipment"))
    page.focus("#cell-1-name")
    page.keyboard.type("示例仪器")
    page.keyboard.press("Enter")
    page.wait_for_url("**/fill/equipment_list/**")
    assert aside(lambda: application.answers.get(code="equipment").value) == [{"name": "示例仪器"}]


@pytest.fixture
def whole(begun, office):
    """Fill the form before the browser starts."""
    application, address = begun
    office.filled(application)
    return application, address


def test_every_page_of_filling_is_accessible_and_fits_a_telephone(whole, office, live_server, chromium):
    application, address = whole
    pages = [
        address("fill"), address("section", "capacity"), address("section", "attachments"), address("table", "team"),
        address("files", "licence"), address("people"), address("check"),
        f"{live_server.url}{reverse('calls:notice', args=[application.call_id])}",
        f"{live_server.url}{reverse('calls:items')}",
    ]  # fmt: skip
    for elder in ("", "1"):
        context = signed_in(
            chromium, live_server, office.person("applicant"), bypass_csp=True, viewport={"width": 360, "height": 740}
        )
        context.add_cookies([{"name": "kc_elder", "value": elder, "url": live_server.url}])
        page = context.new_page()
        for each in pages:
            page.goto(each)
            page.evaluate(AXE.read_text())
            found = page.evaluate("axe.run()")["violations"]
            width = page.evaluate("document.documentElement.scrollWidth")
            wrong = [(rule["id"], rule["nodes"][0]["target"]) for rule in found]
            assert (each, wrong, width) == (each, [], 360)
