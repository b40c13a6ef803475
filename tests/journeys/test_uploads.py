"""A large file on a bad line: the break is said, the page may be left, the file goes on and stands in the vault."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import expect

from tests.papers import pdf

pytestmark = [pytest.mark.browser, pytest.mark.capability("C19")]
NOISE = 12 * 1024 * 1024


def test_a_file_survives_a_break_and_a_page_that_was_left(desk, tmp_path):
    content = os.urandom(NOISE)
    paper = tmp_path / "示例审计报告.pdf"
    paper.write_bytes(pdf("journey", more=(b"<< /Length %d >>\nstream\n%s\nendstream" % (NOISE, content),)))
    page = desk("shenbao")
    page.goto("/facts/own/")
    page.goto(page.url.rstrip("/") + "/vault/keep/")
    begun, offsets, broken = page.url, [], [True]

    def passing(route):
        offset = route.request.headers.get("upload-offset")
        if offset is None:
            return route.continue_()
        offsets.append(int(offset))
        return route.abort() if broken[0] and len(offsets) > 3 else route.continue_()

    page.route("**/ui/uploads/*/", passing)
    page.locator("#id_upload").set_input_files(paper)
    line = page.locator(".k-upload")
    expect(line).to_contain_text("网络中断，正在重试…")
    page.goto(begun)
    expect(line).to_contain_text("再选这个文件，会接着传")
    broken[0], before = False, len(offsets)
    page.locator("#id_upload").set_input_files(paper)
    page.locator("#id_title").fill("示例：断点续传的审计报告")
    page.locator("main .k-form-end button").click()  # it goes when the file has arrived
    page.wait_for_url(re.compile(r"/facts/evidence/\d+/$"))
    assert (offsets[0], offsets[before] > 0, offsets[before:] == sorted(set(offsets[before:]))) == (0, True, True)
    with page.expect_download() as got:
        page.get_by_role("link", name="打开文件").click()
    assert got.value.path().read_bytes() == paper.read_bytes()
