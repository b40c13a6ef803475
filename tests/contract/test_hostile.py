"""Whatever is typed into an address, the answer is a page or a sentence: never a fault, never a script."""

from __future__ import annotations

import itertools
from urllib.parse import quote

import pytest
from django.test import Client

from kechuang.catalogue.loading import installed_root
from kechuang.kernel.cli import checked
from kechuang.kernel.loading import catalogue_load
from kechuang.site.sample import city

SCRIPT = "'\"><script>alert(1)</script>"
PAGES = (
    "/",
    "/cockpit/",
    "/cockpit/changes/",
    "/cockpit/county/xixiu/",
    "/cockpit/department/nobody/",
    "/platforms/",
    "/platforms/matrix/",
    "/platforms/why/",
    "/plan/",
    "/plan/clauses/",
    "/directory/",
    "/api/v1/platforms/",
    "/api/v1/plan/indicators/",
    "/platforms/recognitions/99999999999999999999/",
    "/plan/999999999999/",
)
QUERIES = (
    "on=9999-99-99",
    "on=0001-01-01",
    "on=9999-12-31",
    "level=xx&level=national",
    "level=%00",
    "q=%00",
    f"q={'a' * 5000}",
    f"q={quote(SCRIPT)}",
    "at=%FF%FE",
    "at=WyJhIiwxLDFd",
    "sort=-name;drop",
    "format=exe",
    "county=abc",
    "county=99999999999999999999",
    "county=-1",
    "number=%00",
    f"number={'x' * 9999}",
    "since=zz&kind=zz",
    "limit=1e9",
)
SAID = {200, 302, 403, 404, 422}


@pytest.fixture
def visitors(db, settings) -> list[Client]:
    settings.KECHUANG_API = {"per_minute": 100_000, "token_per_minute": 100_000}
    whole = checked(installed_root(), "anshun")
    catalogue_load(whole)
    built, _accounts = city.build(whole, lambda *_: None)
    officer = Client()
    officer.force_login(built.users["jingban"])
    return [Client(), officer]


def test_no_address_brings_a_fault_or_runs_a_script(visitors):
    wrong = []
    for place, (page, query) in enumerate(itertools.product(PAGES, QUERIES)):
        # Both ask every page and every query; who asks which of them takes turns, as there are an odd number of both.
        answer = visitors[place % 2].get(f"{page}?{query}")
        if answer.status_code not in SAID or b"<script>alert(1)" in answer.content:
            wrong.append((page, query[:40], answer.status_code))
    assert wrong == []
