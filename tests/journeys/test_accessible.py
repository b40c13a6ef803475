"""Every page of every role passes axe at both widths, and nothing scrolls sideways on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest

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
    ),
    "fuze": ("/my/", "/search/saved/"),
    "lianxi": ("/my/", "/plan/import/", "/plan/periods/", "/cockpit/"),
    "xianqu": ("/my/", "/platforms/why/"),
    "xitong": ("/my/people/", "/my/people/add/"),
    "anquan": ("/my/people/1/", "/my/people/1/grant/"),
    "shenji": ("/my/audit/", "/my/audit/1/"),
}


@pytest.mark.parametrize("width", (1366, 360))
@pytest.mark.parametrize("username", sorted(DESKS))
def test_pages_pass_axe_and_fit(desk, username, width):
    page = desk(username, width=width)
    found: dict[str, list[str]] = {}
    for address in DESKS[username]:
        assert page.goto(address).status == 200, address
        page.evaluate(AXE.read_text(encoding="utf-8"))
        result = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
        wrong = [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in result["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append("scrolls sideways")
        if wrong:
            found[address] = wrong
    assert found == {}
