"""Makes the pictures of the guide from a running sample city: ``python tools/screenshots.py URL ACCOUNTS``.

``ACCOUNTS`` is the file into which ``kechuang run`` printed its table of accounts. Each picture is one page of one
role at 1366 × 800, written to ``docs/guide/`` with no more colours than keep it small. It is an error when a page
does not answer 200.
"""

from __future__ import annotations

import io
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "guide"
ACCOUNT = re.compile(r"│\s*(\S+)\s*│\s*(\w+)\s*│\s*([\w-]+)\s*│")
SIZE = {"width": 1366, "height": 800}
WIDTH = 1024
COLOURS = 32
MOST_BYTES = 60 * 1024
CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic")


@dataclass(frozen=True)
class Shot:
    """One picture: its name, who looks (empty: the public), at which page."""

    name: str
    who: str
    page: str


SHOTS = (
    Shot("home", "", "/"),
    Shot("overview", "lingdao", "/cockpit/"),
    Shot("platforms", "", "/platforms/"),
    Shot("platform", "jingban", "/platforms/PT-2015-0001/"),
    Shot("desk", "jingban", "/my/"),
    Shot("search", "jingban", "/search/?q=示例"),
    Shot("calls", "shenbao", "/calls/"),
    Shot("cases", "jingban", "/calls/applications/"),
    Shot("facts", "shenbao", "/facts/own/"),
    Shot("sheets", "zhuanjia", "/review/desk/"),
    Shot("rounds", "mishu", "/review/rounds/"),
    Shot("plan", "lianxi", "/plan/"),
    Shot("audit", "shenji", "/oversight/audit/"),
    Shot("people", "anquan", "/my/people/"),
)


def small(picture: bytes) -> bytes:
    """Return a screenshot as a palette PNG of ``WIDTH`` pixels, with fewer colours until it is small enough."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image = image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.LANCZOS)
    colours = COLOURS
    while True:
        buffer = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
        if buffer.tell() <= MOST_BYTES or colours <= 4:  # noqa: PLR2004 - fewer cannot be read
            return buffer.getvalue()
        colours //= 2


def signed_in(browser: Browser, url: str, who: str, passwords: dict[str, str]) -> Page:
    """Return a page at which ``who`` is signed in."""
    context = browser.new_context(base_url=url, locale="zh-CN", viewport=SIZE)
    page = context.new_page()
    if who:
        page.goto("/accounts/login/")
        page.fill("input[name=login]", who)
        page.fill("input[name=password]", passwords[who])
        page.click("main form button[type=submit], main form button:not([type])")
        page.wait_for_load_state()
    return page


def main(url: str, accounts: Path) -> int:
    """Take every picture; return how many pages did not answer."""
    passwords = {name: password for _role, name, password in ACCOUNT.findall(accounts.read_text(encoding="utf-8"))}
    FOLDER.mkdir(parents=True, exist_ok=True)
    failed = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        pages: dict[str, Page] = {}
        for shot in SHOTS:
            page = pages.setdefault(shot.who, None) or signed_in(browser, url, shot.who, passwords)  # type: ignore[arg-type]
            pages[shot.who] = page
            answer = page.goto(shot.page)
            if answer is None or answer.status != 200:  # noqa: PLR2004 - HTTP
                failed += 1
                print(f"{shot.name}: {shot.page} {answer and answer.status}")
                continue
            content = small(page.screenshot())
            (FOLDER / f"{shot.name}.png").write_bytes(content)
            print(f"{shot.name}.png {len(content) // 1024} KB")
        browser.close()
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/"), Path(sys.argv[2])))
