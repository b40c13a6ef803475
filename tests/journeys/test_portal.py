"""A citizen at the portal: from a figure to its list, open data taken away and verified; and every public link."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.portal.crawl import Answer, Crawl

pytestmark = pytest.mark.browser
EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "api.md"


@pytest.mark.capability("C92")
def test_a_citizen_follows_a_figure_to_its_list_and_verifies_what_he_takes_away(site, desk, tmp_path):
    page = desk(scripts=False)
    page.goto("/")
    page.get_by_role("link", name=re.compile("^数据与图表")).click()
    page.locator(".p-figure h2 a", has_text="各级平台").click()
    number = page.locator("table.k-table tbody tr", has_text="省级").locator("a").first
    counted = int(number.inner_text())
    number.click()
    assert page.locator("h1").inner_text() == "平台名录"
    assert page.locator("table tbody tr").count() == counted <= 50

    page.goto("/")
    page.get_by_role("link", name=re.compile("^开放数据")).click()
    page.locator(".p-data").get_by_role("link", name="平台名录", exact=True).click()
    row = page.locator("#files + .k-table-wrap tbody tr").first
    told = row.locator("code").inner_text()
    with page.expect_download() as coming:
        row.locator("th a").click()
    saved = tmp_path / coming.value.suggested_filename
    coming.value.save_as(saved)
    assert hashlib.sha256(saved.read_bytes()).hexdigest() == told
    assert saved.read_text(encoding="utf-8-sig").splitlines()[0].startswith("编号,平台名称,类别,级别")
    line = urllib.request.urlopen(f"{site.url}{row.get_by_role('link', name='校验文件').get_attribute('href')}").read()  # noqa: S310 - ourselves
    assert line.decode().split() == [told, saved.name]


def test_the_worked_example_runs_against_the_running_site(site):
    printed = re.search(r"```python\n(.*?)```", EXAMPLE.read_text(encoding="utf-8"), re.DOTALL)
    assert printed is not None
    program = printed.group(1).replace("http://localhost:8000", site.url)
    done = subprocess.run(  # noqa: S603 - our own page
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].endswith("字节，校验无误")


class Stay(urllib.request.HTTPRedirectHandler):
    """Let the crawl see where it is sent."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


def test_the_public_finds_no_dead_link_and_nobodys_number(site):
    opener = urllib.request.build_opener(Stay)

    def asked(address: str) -> Answer:
        try:
            with opener.open(f"{site.url}{address}", timeout=30) as answer:
                return Answer(answer.status, answer.headers.get("Content-Type", ""), answer.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                return Answer(refusal.code, "", b"", refusal.headers.get("Location", ""))

    crawl = Crawl(site.url, asked, variants=1, pages=1)
    crawl.walk("/", "/notices/")
    assert crawl.wrong == []
    assert crawl.leaks == []
    assert len(crawl.seen) > 80
