"""Everything the public can reach by following links: no dead link, no error, nothing that looks like a person's."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from .crawl import PERSONAL, Answer, Crawl


def asked(address: str) -> Answer:
    answer = Client().get(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return Answer(answer.status_code, answer.get("Content-Type", ""), body, answer.get("Location", ""))


@pytest.mark.capability("C90")
def test_every_link_of_the_public_leads_somewhere_and_shows_nobody(sample):
    crawl = Crawl("http://testserver", asked)
    crawl.walk("/", "/sitemap.xml", "/robots.txt")
    assert crawl.wrong == []
    assert crawl.leaks == []
    assert len(crawl.seen) > 120


def test_the_patterns_would_find_what_they_look_for():
    """The crawl has teeth: invented numbers of each sort are found, a credit code and a checksum are not."""
    told = "身份证 110101199003078515 手机 13800138000 邮箱 someone@unit.example 卡 6222020000000000000"
    assert all(re.search(like, told) for like in PERSONAL.values())
    plain = "91520402000000017M 3f13800138000ab 2026-11-23 PT-2020-0003"
    assert [what for what, like in PERSONAL.items() if re.search(like, plain)] == []
