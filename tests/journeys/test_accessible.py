"""Every page of every role passes axe at both widths, and nothing scrolls sideways on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

import kechuang.ui

pytestmark = pytest.mark.browser
AXE = Path(kechuang.ui.__file__).parent / "static" / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
PUBLIC = (
    "/",
    "/cockpit/",
    "/platforms/",
    "/platforms/matrix/",
    "/plan/",
    "/plan/all/",
    "/directory/",
    "/search/",
    "/search/?q=示例",
    "/search/?q=绝无此物",
    "/accounts/login/",
    "/figures/",
    "/notices/",
    "/data/",
    "/api/",
    "/calls/",
    "/calls/publicities/",
    "/calls/progress/",
    "/calls/verify/",
    "/review/draws/",
    "/facts/metrics/",
    "/facts/rules/",
)
DESKS = {
    "": PUBLIC,
    "jingban": (
        "/my/",
        "/my/offices/",
        "/platforms/register/",
        "/platforms/doubles/",
        "/plan/reports/",
        "/plan/clauses/1/",
        "/calls/applications/",
        "/calls/desk/",
        "/facts/sheets/",
        "/facts/questions/",
        "/platforms/pool/",
        "/platforms/rounds/",
        "/platforms/changes/",
        "/my/calendar/",
        "/ui/imports/",
        "/ui/imports/platforms/",
    ),
    "shenbao": ("/calls/", "/facts/own/", "/facts/rules/own/", "/messages/", "/messages/preferences/"),
    "mishu": ("/review/rounds/", "/review/rounds/PS-2026-0001/", "/review/rounds/add/", "/review/experts/"),
    "zhuanjia": ("/review/desk/",),
    "lingdao": ("/cockpit/ahead/", "/cockpit/compare/", "/cockpit/genealogy/", "/cockpit/wall/", "/cockpit/reports/"),
    "fuze": ("/my/", "/search/saved/"),
    "lianxi": ("/my/", "/plan/import/", "/plan/periods/", "/cockpit/"),
    "xianqu": ("/my/", "/platforms/why/"),
    "xitong": ("/my/people/", "/my/people/add/", "/oversight/system/"),
    "anquan": ("/my/people/1/", "/my/people/1/grant/", "/oversight/security/"),
    "shenji": ("/my/audit/", "/my/audit/1/", "/oversight/audit/", "/oversight/audit/subject/"),
}


MODES = (
    ("", "/cockpit/", "kc_theme", "dark"),
    ("jingban", "/my/", "kc_theme", "dark"),
    ("jingban", "/platforms/", "kc_elder", "1"),
    ("shenbao", "/facts/own/", "kc_elder", "1"),
    ("zhuanjia", "/review/desk/", "kc_theme", "dark"),
)
"""Who, where, and the cookie of the mode: a sample, for the modes are one sheet of colours and sizes."""
WIDTHS = (1366, 360)


def faults(page: Page) -> list[str]:
    """Return what axe finds on the page as it stands at each width, and whether it scrolls sideways."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        result = page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)
        wrong += [f"{width} {one['id']}: {one['nodes'][0]['html'][:120]}" for one in result["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append(f"{width} scrolls sideways")
    return wrong


@pytest.mark.parametrize("username", sorted(DESKS))
def test_pages_pass_axe_and_fit(desk, username):
    page = desk(username)
    page.emulate_media(reduced_motion="reduce")  # what is still fading in has not its own colour yet
    found: dict[str, list[str]] = {}
    for address in DESKS[username]:
        assert page.goto(address).status == 200, address
        if wrong := faults(page):
            found[address] = wrong
    assert found == {}


def test_pages_pass_axe_in_the_dark_and_in_large_letters(desk, site):
    found = {}
    for username, address, cookie, value in MODES:
        page = desk(username)
        page.context.add_cookies([{"name": cookie, "value": value, "url": site.url}])
        assert page.goto(address).status == 200, address
        if wrong := faults(page):
            found[address, value] = wrong
    assert found == {}
