"""The portal's pages: numbers equal their lists, frames only where allowed, feeds and maps that can be read."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from lxml import etree

from kechuang.portal.figures import board
from kechuang.portal.notices import RECOGNITION, notices
from kechuang.portal.sitemaps import SITEMAPS

from .test_releases import conceal

PAGES = ("/", "/figures/", "/figures/levels/", "/notices/", "/data/", "/data/platforms/", "/api/")


def listed(address):
    """Return how many rows the list behind a number has."""
    query = urlsplit(address).query
    return len(Client().get(f"/api/v1/platforms/?{query}&limit=200").json()["items"])


@pytest.mark.capability("C15")
def test_every_number_of_every_figure_equals_its_list(sample):
    day = sample_day()
    numbers = [
        (figure.key, int(str(cell.text).replace(" ", "").replace("\u202f", "")), listed(cell.href))
        for figure in board(day).figures
        for row in figure.table.rows
        for cell in row
        if cell.href and "/platforms/" in cell.href
    ]
    assert len(numbers) > 20
    assert [each for each in numbers if each[1] != each[2]] == []


def sample_day():
    from django.utils import timezone  # noqa: PLC0415

    return timezone.localdate()


def test_a_figure_changes_with_the_register_and_is_not_worked_out_twice(sample, django_assert_num_queries):
    day = sample_day()
    first = board(day).called("levels").table.rows
    board(day)
    with django_assert_num_queries(1):
        assert board(day).called("levels").table.rows == first
    number = Client().get("/api/v1/platforms/?level=provincial").json()["items"][0]["number"]
    conceal(sample, number)
    before, after = (int(rows[1][1].text) for rows in (first, board(day).called("levels").table.rows))
    assert after == before - 1


@pytest.mark.parametrize("address", PAGES)
def test_a_public_page_has_one_address_and_says_what_it_is(sample, address):
    page = Client().get(f"{address}?utm_source=x&sort=name").content.decode()
    assert re.findall(r'<link rel="canonical" href="([^"]+)"', page) == [f"http://testserver{address}"]
    assert page.count('property="og:title"') == 1
    assert page.count("<h1") == 1


@pytest.mark.parametrize("origins", ([], ["https://www.example.org"]))
def test_a_figure_is_framed_only_where_the_operator_says(sample, settings, origins):
    settings.KECHUANG_EMBED = origins
    answer = Client().get("/embed/levels/")
    policy = dict(part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";"))
    assert policy["frame-ancestors"] == " ".join(["'self'", *origins])
    assert policy["script-src"] == "'self'"
    assert "X-Frame-Options" not in answer
    assert Client().get("/figures/levels/")["X-Frame-Options"] == "DENY"


@pytest.mark.capability("C90")
def test_notices_are_read_as_a_page_and_as_feeds(sample):
    found = notices()
    assert "recognition" in {notice.kind for notice in found}
    assert [notice.at for notice in found] == sorted((notice.at for notice in found), reverse=True)
    client = Client()
    rss = etree.fromstring(client.get("/notices/rss.xml").content)
    atom = etree.fromstring(client.get("/notices/atom.xml").content)
    titles = [node.text for node in rss.findall("./channel/item/title")]
    assert titles == [f"{notice.word}：{notice.title}" for notice in found[:40]]
    assert [node.text for node in atom.findall("{*}entry/{*}title")] == titles
    guids = [node.text for node in rss.findall("./channel/item/guid")]
    assert len(set(guids)) == len(guids)
    only = etree.fromstring(client.get("/notices/recognition/rss.xml").content)
    assert {node.text for node in only.findall("./channel/item/category")} == {"认定公告"}
    page = client.get("/notices/recognition/").content.decode()
    assert all(notice.title in page for notice in notices(kinds=(RECOGNITION,)))


def test_the_site_map_leads_to_pages_that_are_there(sample):
    client = Client()
    index = etree.fromstring(client.get("/sitemap.xml").content)
    maps = [urlsplit(node.text).path for node in index.iter("{*}loc")]
    assert maps == [f"/sitemap-{name}.xml" for name in SITEMAPS]
    pages = [
        urlsplit(node.text).path for one in maps for node in etree.fromstring(client.get(one).content).iter("{*}loc")
    ]
    assert len(pages) == len(set(pages)) > 90
    wrong = [address for address in (*pages[:20], *pages[-12:]) if client.get(address).status_code != 200]
    assert wrong == []
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()


@pytest.mark.parametrize(("address", "most"), (("/", 1), ("/figures/", 3), ("/data/", 6), ("/notices/", 5)))
def test_a_page_costs_few_queries(sample, django_assert_max_num_queries, address, most):
    client = Client()
    client.get(address)
    with django_assert_max_num_queries(most):
        assert client.get(address).status_code == 200
