"""Everything the public can reach by following links: no dead link, no error, nothing that looks like a person's."""

from __future__ import annotations

import os
import re
from collections import Counter, deque
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.test import Client
from lxml import html

SITE = "http://testserver"
VARIANTS = 100 if os.environ.get("KECHUANG_DEEP") else 2
"""How many queries of the same form (day, filters) are followed on one address, and pages of one form of address."""
PAGES_OF_A_FORM = 10_000 if os.environ.get("KECHUANG_DEEP") else 4
AROUND = r"(?<![0-9A-Za-z.]){}(?![0-9A-Za-z])"
PERSONAL = {
    "身份证号": AROUND.format(r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"),
    "手机号": AROUND.format(r"1[3-9]\d{9}"),
    "电子邮箱": r"[\w.+-]+@[\w-]+\.[A-Za-z]{2,}",
    "银行卡号": AROUND.format(r"62\d{14,17}"),
}
TEXTS = ("text/", "application/json", "application/ld+json", "application/xml", "application/rss", "application/atom")


def content_of(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def links_of(address, page):
    """Return where a page leads: links, frames, feeds, pictures; not what only a form sends."""
    tree = html.fromstring(page)
    found = tree.xpath(
        "//a/@href | //link/@href | //script/@src | //img/@src | //iframe/@src | //*[local-name()='a']/@href"
    )
    for each in found:
        target = urlsplit(urljoin(f"{SITE}{address}", each))
        if f"{target.scheme}://{target.netloc}" == SITE and not target.path.startswith("/static/"):
            yield f"{target.path}{f'?{target.query}' if target.query else ''}"


def form_of(address):
    """Return the form of an address: numbers and codes of things left out, names of parameters kept."""
    target = urlsplit(address)
    path = re.sub(r"(?<=/)(?:PT-[\d-]+|\d+|[a-z_]+\.[a-z_.]+|\d{4}-\d\d-\d\d[^/]*)(?=/|$)", "*", target.path)
    return path, target.path, tuple(sorted({name for name, _value in parse_qsl(target.query)}))


class Crawl:
    """The walk of somebody who follows links: what was met, and which forms of addresses were met often enough."""

    def __init__(self) -> None:
        self.client = Client()
        self.seen: set[str] = set()
        self.wrong: list[tuple[int, str, str]] = []
        self.leaks: list[tuple[str, str, str]] = []
        self.met: Counter[object] = Counter()

    def walk(self, *beginnings):
        """Follow every link from ``beginnings`` on."""
        waiting = deque((address, "") for address in beginnings)
        while waiting:
            address, came_from = waiting.popleft()
            if self.is_new(address):
                waiting.extend((link, address) for link in self.open(address, came_from))

    def is_new(self, address):
        form, path, names = form_of(address)
        often = form != path and self.met[form, names] >= PAGES_OF_A_FORM
        if address in self.seen or often or self.met[path, names, "exactly"] >= VARIANTS:
            return False
        self.seen.add(address)
        self.met[form, names] += 1
        self.met[path, names, "exactly"] += 1
        return True

    def open(self, address, came_from):
        """Ask for one address, note what is wrong with it, and return where it leads."""
        answer = self.client.get(address)
        if answer.status_code in (301, 302):
            return [urljoin(address, answer["Location"])]
        if answer.status_code != 200:
            self.wrong.append((answer.status_code, address, came_from))
            return []
        body, kind = content_of(answer), answer["Content-Type"]
        if kind.startswith(TEXTS):
            text = body.decode("utf-8")
            self.leaks += [(what, address, one) for what, like in PERSONAL.items() for one in re.findall(like, text)]
        return list(links_of(address, body)) if kind.startswith("text/html") else []


@pytest.mark.capability("C90")
def test_every_link_of_the_public_leads_somewhere_and_shows_nobody(sample):
    crawl = Crawl()
    crawl.walk("/", "/sitemap.xml", "/robots.txt")
    assert crawl.wrong == []
    assert crawl.leaks == []
    assert len(crawl.seen) > 150


def test_the_patterns_would_find_what_they_look_for():
    """The crawl has teeth: invented numbers of each sort are found, a credit code and a checksum are not."""
    told = "身份证 110101199003078515 手机 13800138000 邮箱 someone@unit.example 卡 6222020000000000000"
    assert all(re.search(like, told) for like in PERSONAL.values())
    plain = "91520402000000017M 3f13800138000ab 2026-11-23 PT-2020-0003"
    assert [what for what, like in PERSONAL.items() if re.search(like, plain)] == []
