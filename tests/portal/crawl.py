"""A walk over the site as somebody who only follows links."""

from __future__ import annotations

import os
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import parse_qsl, urljoin, urlsplit

from lxml import html

VARIANTS = 100 if os.environ.get("KECHUANG_DEEP") else 1
"""How many queries of the same form (day, filters) are followed on one address, and pages of one form of address."""
PAGES_OF_A_FORM = 10_000 if os.environ.get("KECHUANG_DEEP") else 3
AROUND = r"(?<![0-9A-Za-z.]){}(?![0-9A-Za-z])"
PERSONAL = {
    "身份证号": AROUND.format(r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"),
    "手机号": AROUND.format(r"1[3-9]\d{9}"),
    "电子邮箱": r"[\w.+-]+@[\w-]+\.[A-Za-z]{2,}",
    "银行卡号": AROUND.format(r"62\d{14,17}"),
}
TEXTS = ("text/", "application/json", "application/ld+json", "application/xml", "application/rss", "application/atom")


class Answer(NamedTuple):
    """What came back: status, type of content, content, where else to look."""

    status: int
    kind: str
    body: bytes
    location: str = ""


def links_of(site: str, address: str, page: bytes) -> Iterator[str]:
    """Return where a page leads: links, frames, feeds, pictures; not what only a form sends."""
    tree = html.fromstring(page)
    found = tree.xpath(
        "//a/@href | //link/@href | //script/@src | //img/@src | //iframe/@src | //*[local-name()='a']/@href"
    )
    for each in found:
        target = urlsplit(urljoin(f"{site}{address}", each))
        if f"{target.scheme}://{target.netloc}" == site and not target.path.startswith("/static/"):
            yield f"{target.path}{f'?{target.query}' if target.query else ''}"


def form_of(address: str) -> tuple[str, str, tuple[str, ...]]:
    """Return the form of an address: numbers and codes of things left out, names of parameters kept."""
    target = urlsplit(address)
    path = re.sub(r"(?<=/)(?:PT-[\d-]+|\d+|[a-z_]+\.[a-z_.]+|\d{4}-\d\d-\d\d[^/]*)(?=/|$)", "*", target.path)
    return path, target.path, tuple(sorted({name for name, _value in parse_qsl(target.query)}))


@dataclass
class Crawl:
    """The walk of somebody who follows links: what was met, and which forms of addresses were met often enough."""

    site: str
    get: Callable[[str], Answer]
    variants: int = VARIANTS
    pages: int = PAGES_OF_A_FORM
    seen: set[str] = field(default_factory=set)
    wrong: list[tuple[int, str, str]] = field(default_factory=list)
    leaks: list[tuple[str, str, str]] = field(default_factory=list)
    met: Counter[object] = field(default_factory=Counter)

    def walk(self, *beginnings: str) -> None:
        """Follow every link from ``beginnings`` on."""
        waiting = deque((address, "") for address in beginnings)
        while waiting:
            address, came_from = waiting.popleft()
            if self.is_new(address):
                waiting.extend((link, address) for link in self.open(address, came_from))

    def is_new(self, address: str) -> bool:
        form, path, names = form_of(address)
        often = form != path and self.met[form, names] >= self.pages
        if address in self.seen or often or self.met[path, names, "exactly"] >= self.variants:
            return False
        self.seen.add(address)
        self.met[form, names] += 1
        self.met[path, names, "exactly"] += 1
        return True

    def open(self, address: str, came_from: str) -> list[str]:
        """Ask for one address, note what is wrong with it, and return where it leads."""
        answer = self.get(address)
        if answer.status in (301, 302):
            return [urljoin(address, answer.location)]
        if answer.status != 200:
            self.wrong.append((answer.status, address, came_from))
            return []
        if answer.kind.startswith(TEXTS):
            text = answer.body.decode("utf-8")
            self.leaks += [(what, address, one) for what, like in PERSONAL.items() for one in re.findall(like, text)]
        return list(links_of(self.site, address, answer.body)) if answer.kind.startswith("text/html") else []
