"""A round of expert review in the browser: from applications to a ranking that anybody can check.

The secretary lists, draws, invites and assigns; six experts answer by link and one-time code; one of them scores
at a telephone's width with the line broken half-way; the draw and the assignment are checked by the command line.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
TITLE = "示例链上评审"
PHONE = 390
READERS = 5
CONTENT = "示例课题面向山区道路，研制低功耗监测终端，比较三种供电方式，并在两处站点验证。"
Desk = Callable[..., Page]


def sent(page: Page, label: str = "") -> None:
    """Press the form's own button and want it taken."""
    button = page.get_by_role("button", name=label, exact=True) if label else page.locator("form.k-form .btn-primary")
    button.first.click()
    page.wait_for_load_state()
    assert page.locator(".k-error").count() == 0, page.locator("main").inner_text()


def planned(secretary: Page) -> str:
    """Plan a blind round; return its address."""
    secretary.goto("/review/rounds/add/")
    secretary.fill("[name=title]", TITLE)
    secretary.locator("[name=scheme]").select_option(label="科技项目网络评审")
    secretary.locator("[name=kind]").select_option("remote")
    secretary.fill("[name=deadline_at]", "2031-06-01T17:00")
    sent(secretary)
    return secretary.url


def listed(secretary: Page, round_: str) -> None:
    """Take an application of the intake, whose field the secretary names, and enter another proposal by hand."""
    secretary.goto("/my/?q=石林建材")
    secretary.get_by_role("link", name=re.compile("石林建材.*认定")).first.click()
    secretary.get_by_role("link", name="组织评审").first.click()
    sent(secretary)
    secretary.goto(f"{round_}proposals/take/")
    secretary.get_by_label(re.compile("石林建材")).check()
    secretary.fill("[name=discipline_code]", "520.20")
    sent(secretary)
    secretary.goto(f"{round_}proposals/add/")
    values = {"number": "SL-示例-02", "title": "示例山区监测终端", "discipline_code": "520.40", "amount": "300000"}
    for name, value in {**values, "people_lines": "示例申报甲", "content": CONTENT}.items():
        secretary.fill(f"[name={name}]", value)
    secretary.fill("[name=organisation]", "示例青峰药业有限公司")
    sent(secretary)


def drawn(secretary: Page, public: Page, round_: str) -> None:
    """Publish the hashes, let the public see them before, and draw."""
    secretary.goto(f"{round_}commit/")
    secretary.fill("[name=quota_520]", "6")
    secretary.fill("[name=alternates_520]", "0")
    sent(secretary)
    public.goto("/review/draws/")
    public.get_by_role("link", name=TITLE).click()
    before = public.locator("main").inner_text()
    assert "已公布摘要，待抽取" in before
    (commitment, _pool) = re.findall(r"\b[0-9a-f]{64}\b", before)
    secretary.goto(f"{round_}draw/")
    secretary.fill("[name=public_value]", "示例开奖 2031001 期 05 11 17")
    sent(secretary)
    public.reload()
    assert commitment in public.locator("main").inner_text()


def invited(secretary: Page, round_: str) -> list[str]:
    """Invite everybody; return the links, shown this once."""
    secretary.goto(f"{round_}invite/")
    sent(secretary)
    links = re.findall(r"http://\S+/review/invitations?/\S+", secretary.locator("main").inner_text())
    assert len(links) == READERS + 1
    return links


def accepted(page: Page, link: str, log: Path) -> None:
    """Answer an invitation: ask for the code, read it where this installation prints it, pledge, accept."""
    page.goto(link)
    said = log.stat().st_size
    sent(page, "获取验证码")
    page.fill("[name=code]", _code(log, said))
    sent(page, "确认")
    page.locator("[name=pledged]").check()
    sent(page, "接受邀请")
    expect(page.locator("main")).to_contain_text("已接受")


def _code(log: Path, since: int) -> str:
    until = time.monotonic() + 10
    while not (found := re.search(r"验证码 (\d{6})", log.read_bytes()[since:].decode("utf-8", "replace"))):
        assert time.monotonic() < until, log.read_text(encoding="utf-8")[since:]
        time.sleep(0.05)
    return found[1]


def assigned(secretary: Page, round_: str) -> list[Path]:
    """Have the assignment solved; return its two files."""
    secretary.goto(f"{round_}assignment/")
    secretary.get_by_label("先保最差一对").check()
    sent(secretary, "开始计算")
    results = secretary.get_by_role("link", name="下载结果与证明")
    results.wait_for(timeout=30_000)
    return [downloaded(secretary, name) for name in ("下载问题文件", "下载结果与证明")]


def downloaded(page: Page, name: str) -> Path:
    """Press a link that hands out a file."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    return Path(download.value.path())


def checked(command: str, *files: Path) -> int:
    """Check files by the command line, as somebody without this installation would; return its exit code."""
    words = [sys.executable, "-m", "kechuang.site.cli", "review", command, *map(str, files)]
    return subprocess.run(words, env={"LC_ALL": "C.UTF-8"}, check=False, capture_output=True).returncode  # noqa: S603


def moved(secretary: Page, round_: str, step: str) -> None:
    """Take a step of the round."""
    secretary.goto(f"{round_}steps/{step}/")
    sent(secretary)


def scored_on_a_telephone(page: Page) -> None:
    """Fill the first sheet field by field; the line breaks half-way and nothing is lost."""
    page.goto("/review/desk/")
    page.locator("section", has_text=TITLE).get_by_role("link", name="下一份未评").click()
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    state = page.locator("[data-state]")
    points = page.locator("[name^='points.']")
    points.first.fill("25")
    points.first.blur()
    expect(state).to_contain_text("已保存")
    page.context.set_offline(True)
    page.locator("[name^='comment.']").first.fill("示例依据：断网时写下的话")
    page.locator("[name^='comment.']").first.blur()
    expect(state).to_contain_text("未保存")
    page.context.set_offline(False)
    expect(state).to_contain_text("已保存", timeout=10_000)
    page.reload()
    assert page.locator("[name^='comment.']").first.input_value() == "示例依据：断网时写下的话"
    scored(page, 0)


def scored(page: Page, lean: int) -> None:
    """Fill in what is empty of the sheet that is open, and sign it."""
    page.evaluate(FILL, lean)
    page.get_by_role("button", name="签名提交本份").click()
    page.get_by_role("heading", name="签名提交").wait_for()
    sent(page, "签名提交本份")
    assert "本份已签名" in page.locator("main").inner_text()


def sheets_signed(page: Page, lean: int) -> None:
    """Sign every sheet left on an expert's desk."""
    page.goto("/review/desk/")
    mine = page.locator("section", has_text=TITLE)
    while mine.get_by_role("link", name="下一份未评").count():
        mine.get_by_role("link", name="下一份未评").click()
        page.wait_for_load_state()
        scored(page, lean)
        page.goto("/review/desk/")


FILL = """lean => {
  for (const box of document.querySelectorAll('.r-scores input[type=text], .r-scores textarea')) {
    if (box.value) continue;
    const most = Number((box.closest('fieldset')?.innerText.match(/0–(\\d+)/) || [])[1] || 0);
    box.value = box.name.startsWith('points.') ? Math.floor(most * 0.8) + lean : '示例意见：目标清楚。';
  }
  const choice = document.querySelector('.r-scores [name=recommendation]');
  if (choice.tagName === 'SELECT') choice.value = 'support';
  else document.querySelector('.r-scores [name=recommendation][value=support]').checked = true;
}"""


def ranked(secretary: Page, round_: str) -> None:
    """Close, sum up, and end the round with one proposal above the line."""
    moved(secretary, round_, "close")
    secretary.goto(f"{round_}results/compute/")
    secretary.fill("[name=cut]", "1")
    sent(secretary)
    said = secretary.locator("main").inner_text()
    assert "示例工程技术研究中心" in said
    assert "示例山区监测终端" in said
    moved(secretary, round_, "decide")


@pytest.mark.capability("C44", "C46", "C47", "C48", "C51", "C54", "C55", "C57", "C109")
def test_a_round_from_applications_to_a_ranking_that_anybody_can_check(desk: Desk, site) -> None:
    log = Path(site.environment["KECHUANG_HOME"]) / "run.log"
    secretary, public = desk("mishu"), desk()
    round_ = planned(secretary)
    listed(secretary, round_)
    drawn(secretary, public, round_)
    experts = []
    for link in invited(secretary, round_):
        experts.append(desk(width=PHONE))
        accepted(experts[-1], link, log)
    instance, result = assigned(secretary, round_)
    assert checked("verify-assignment", instance, result) == 0
    secretary.goto(round_)
    secretary.get_by_role("link", name="已抽取").click()
    protocol = downloaded(secretary, "下载抽取记录")
    assert checked("verify-draw", protocol) == 0
    moved(secretary, round_, "open")
    scored_on_a_telephone(experts[0])
    for lean, page in enumerate(experts):
        sheets_signed(page, lean % 3)
    ranked(secretary, round_)
    public.reload()
    assert "记录已公开" in public.locator("main").inner_text()
    forged = protocol.with_suffix(".forged")
    forged.write_text(protocol.read_text(encoding="utf-8").replace("2031001", "2031002"), encoding="utf-8")
    assert checked("verify-draw", downloaded(public, "下载抽取记录")) == 0
    assert checked("verify-draw", forged) == 1
