"""An application from the first field to the certificate, in the browser, as the people who do it.

The applicant completes the draft with a colleague, the county and the bureau deal with it, a point is
corrected, an objection is answered, the decision opens as official paper, the platform stands in the register.
"""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date

import pytest

from kechuang.catalogue.items import Declaration, FactField, FileField, Question, ServiceItem, TableField
from kechuang.catalogue.loading import installed_root, load
from kechuang.ui.documents.checking import form_check
from tests.papers import pdf

pytestmark = pytest.mark.browser
ITEM = "recognition.etrc.municipal"
OBJECTOR = "示例异议人金某"
PAPER = {"name": "示例材料.pdf", "mimeType": "application/pdf", "buffer": pdf()}
YEAR = date.today().year - 1
TYPED = {
    "integer": "12",
    "number": "12.5",
    "money": "66.8",
    "percent": "35",
    "date": "2025-06-01",
    "year": "2020",
    "boolean": "否",
    "email": "name@example.org",
    "phone": "13800001234",
}
FILL = """values => {
  for (const [code, value] of Object.entries(values)) {
    for (const input of document.querySelectorAll(`[name="${CSS.escape(code)}"]`)) {
      const said = input.parentElement.innerText.trim();
      if (input.type === 'radio') { if (input.value === value || said === value) input.checked = true; }
      else if (input.type === 'checkbox') { if (value === true || input.value === value) input.checked = true; }
      else if (!input.value) { input.value = value; }
    }
  }
}"""


@pytest.fixture(scope="module")
def item() -> ServiceItem:
    return load(installed_root(), "anshun").items[ITEM]


def typed(asked) -> object:
    return asked.choices[0] if asked.choices else TYPED.get(asked.type, "示例内容")


def of_section(section) -> dict[str, object]:
    """Return input name → what a person types there."""
    found: dict[str, object] = {}
    for each in section.fields:
        if isinstance(each, FactField):
            kind = each.metric.kind
            value = "2012-03-01" if kind == "date" else "是" if kind == "boolean" else "120"
            yearly = each.metric.period == "year"
            names = [f"{each.fact}@{YEAR - back}" for back in range(each.years)] if yearly else [each.fact]
            found |= dict.fromkeys(names, value)
        elif isinstance(each, Question):
            found[each.question] = typed(each)
        elif isinstance(each, Declaration):
            found[each.declaration] = True
    return found


def fill(page, case: str, sections, paper) -> None:
    """Fill whole sections: inputs by their names, tables by pasting, files into the vault."""
    for section in sections:
        page.goto(f"/calls/applications/{case}/fill/{section.section}/")
        page.evaluate(FILL, of_section(section))
        page.locator("form.calls-section button", has_text="保存").last.click()
        page.wait_for_load_state()
        for each in section.fields:
            if isinstance(each, TableField) and each.when is None:
                page.goto(f"/calls/applications/{case}/tables/{each.table}/")
                page.locator("summary", has_text="从 Excel 粘贴").click()
                row = "\t".join(str(typed(column)) for column in each.columns)
                page.fill("#pasted", "\n".join([row] * max(each.min_rows, 1)))
                page.get_by_role("button", name="保存并返回").click()
                page.wait_for_load_state()
            if isinstance(each, FileField) and each.when is None:
                page.goto(f"/calls/applications/{case}/attached/{each.file}/")
                page.set_input_files("#upload", files=[paper])
                page.get_by_role("button", name="上传").click()
                page.wait_for_load_state()


def press(page, case: str, label: str, **inputs: str) -> None:
    """Open the case from its address, press a step and send its form."""
    page.goto(f"/calls/applications/{case}/")
    page.get_by_role("link", name=label, exact=True).first.click()
    for name, value in {"reason": "示例意见", **inputs}.items():
        if page.locator(f"main [name={name}]").count():
            page.locator(f"main [name={name}]").fill(value)
    page.locator("main form button.btn-primary").click()
    page.wait_for_load_state()
    assert page.locator(".k-errors").count() == 0, page.locator("main").inner_text()


def sent(page) -> None:
    """Send the one form of the page."""
    page.locator("main form button.btn-primary").click()
    page.wait_for_load_state()


def hand_in(applicant, host, item, case: str) -> str:
    """Fill the form by two people at once, hand it in, and return its number."""
    applicant.goto(f"/calls/applications/{case}/fill/")
    said = applicant.locator("main").inner_text().replace("\n", "")
    assert int(re.search(r"免填\s*(\d+)", said)[1]) >= 15
    mine = [section for section in item.form if section.by == "applicant"]
    fill(applicant, case, mine[: len(mine) // 2], PAPER)
    fill(host, case, mine[len(mine) // 2 :], PAPER)
    applicant.goto(f"/calls/applications/{case}/check/")
    assert applicant.locator("#gaps-title").count() == 0, applicant.locator("main").inner_text()
    sent(applicant)
    return re.search(r"SL-\d{4}-\d{4}", applicant.locator("main").inner_text())[0]


def corrected(officer, applicant, case: str) -> None:
    """Ask for one correction; only its field reopens, and it is handed in again."""
    officer.goto(f"/calls/applications/{case}/steps/correct/")
    officer.locator("details", has_text="摘要").locator("summary").click()
    officer.locator("[name=note__abstract]").fill("示例：摘要没有写明建设目标")
    officer.locator("[name=reason]").fill("示例：一次性告知")
    sent(officer)
    applicant.goto(f"/calls/applications/{case}/fill/outline/")
    assert "摘要没有写明建设目标" in applicant.locator("main").inner_text()
    assert applicant.locator("[name=title]").count() == 0
    applicant.locator("[name=abstract]").fill("示例：补正后的摘要，写明建设目标。")
    applicant.locator("form.calls-section button", has_text="保存").last.click()
    applicant.wait_for_load_state()
    applicant.goto(f"/calls/applications/{case}/check/")
    sent(applicant)


def objected_and_answered(public, officer, head, applicant) -> None:
    """Object under a name, deal with it, and show the applicant the answer without the name."""
    public.goto("/calls/publicities/")
    public.get_by_role("link", name=re.compile("云岭精工|示例工程技术研究中心|示例内容")).first.click()
    public.fill("[name=name]", OBJECTOR)
    public.fill("[name=contact]", "13900000000")
    public.fill("[name=grounds]", "示例：对设备数量有异议")
    sent(public)
    assert "YY-" in public.locator("main").inner_text()
    officer.goto("/my/")
    officer.get_by_role("link", name=re.compile("YY-")).first.click()
    objection = officer.url
    assert OBJECTOR in officer.locator("main").inner_text()
    for page, label in ((officer, "受理"), (officer, "报核查结果"), (head, "异议不成立")):
        page.goto(objection)
        page.get_by_role("link", name=label, exact=True).click()
        page.locator("[name=reason]").fill("示例：经核查，设备数量属实")
        sent(page)
    applicant.goto(objection)
    assert "设备数量属实" in applicant.locator("main").inner_text()
    assert OBJECTOR not in applicant.content()


def papers_are_true(head, case: str) -> None:
    """Check the decision's form and the public page of the certificate."""
    with head.expect_download() as download:
        head.get_by_role("link", name="下载 Word").click()
    with open(download.value.path(), "rb") as letter:  # noqa: PTH123 - the browser's own path
        assert form_check(letter.read()) == []
    head.goto(f"/calls/applications/{case}/")
    head.get_by_role("link", name=re.compile(r"^ZS-")).click()
    assert "证书有效" in head.locator("main").inner_text()


def test_applying_works_without_scripts(desk):
    page = desk("shenbao", scripts=False)
    page.goto("/calls/")
    assert page.get_by_role("link", name=re.compile("工程技术研究中心")).count() >= 1
    page.goto("/my/")
    page.get_by_role("link", name=re.compile("云岭精工")).first.click()
    page.goto(f"/calls/applications/{re.search(r'/applications/([0-9]+)/', page.url)[1]}/fill/outline/")
    page.locator("[name=keywords]").fill("示例关键词")
    page.locator("form.calls-section button", has_text="保存").last.click()
    page.wait_for_load_state()
    page.reload()
    assert page.locator("[name=keywords]").input_value() == "示例关键词"


@pytest.mark.capability("C18", "C22", "C32", "C34", "C59", "C88", "C123")
def test_an_application_from_the_draft_to_the_certificate(desk, site, item):
    applicant, host, officer, head, public = desk("shenbao"), desk("yituo"), desk("jingban"), desk("fuze"), desk()
    applicant.goto("/my/")
    applicant.get_by_role("link", name=re.compile("云岭精工.*工程技术研究中心认定")).first.click()
    case = re.search(r"applications/(\d+)", applicant.url)[1]
    number = hand_in(applicant, host, item, case)
    fill(host, case, [section for section in item.form if section.by == "host_admin"], PAPER)
    press(host, case, "审核通过")
    press(desk("xianqu"), case, "推荐", rank="9")
    corrected(officer, applicant, case)
    press(officer, case, "受理")
    press(officer, case, "组织评审")
    officer.goto(f"/calls/applications/{case}/steps/conclude/")
    officer.locator("[name=points]").fill("88")
    officer.locator("[name=recommended]").check()
    officer.locator("[name=opinion]").fill("示例评审意见")
    sent(officer)
    press(officer, case, "提请审定")
    press(head, case, "审定通过并公示", minutes="示例纪要〔2026〕9号")
    objected_and_answered(public, officer, head, applicant)
    _days_pass(site)
    press(head, case, "发文认定", number="示例科发〔2026〕9号")
    papers_are_true(head, case)
    public.goto("/calls/progress/")
    public.fill("[name=number]", number)
    public.fill("[name=tail]", "1234")
    sent(public)
    assert "已认定" in public.locator("main").inner_text()
    public.goto("/platforms/?q=云岭精工")
    assert "市级" in public.locator("main").inner_text()


def _days_pass(site) -> None:
    """Let the days of publicity pass in this installation: nobody waits a week for a test."""
    moved = (
        "from datetime import timedelta as d; from django.db.models import F; "
        "from kechuang.calls.models import Publicity as p; "
        "p.objects.update(opens_on=F('opens_on')-d(days=30), closes_on=F('closes_on')-d(days=30))"
    )
    command = [sys.executable, "-m", "kechuang.site.cli", "django", "shell", "-c", moved]
    subprocess.run(command, env=site.environment, check=True, capture_output=True)  # noqa: S603 (ourselves)


@pytest.mark.capability("C99")
def test_an_officer_opens_a_case_and_its_step_by_keyboard_alone(desk):
    page = desk("jingban")
    page.goto("/my/?q=石林建材")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/my/" not in url)
    for _key in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className").count("btn"):
            break
    label = page.evaluate("document.activeElement.innerText").strip()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/steps/|/recognitions/|/calls/"))
    assert label
    assert page.locator("main h1, h1").first.inner_text()
