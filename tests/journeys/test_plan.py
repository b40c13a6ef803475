"""The officer's page: a text is read, shown beside what was read, published, and read again."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser
TEXT = """示例市科技创新平台培育行动方案（2027—2028年）

一、工作任务
（一）培育示例平台。组织示例企业申报平台，逐家辅导。（市科技局、市财政局按职责分工负责）
（二）共享示例设备。推动设备对外开放。（市科技局牵头，市教育局配合）

二、保障措施
（一）加强组织领导。定期会商。
"""


@pytest.mark.capability("C101")
def test_a_pasted_text_becomes_a_draft_beside_its_text(desk):
    page = desk("lianxi")
    page.goto("/plan/import/")
    page.fill("textarea[name=text]", TEXT)
    page.locator("main form button.btn-primary").click()
    page.wait_for_load_state()
    read = page.locator("main").inner_text()
    for title in ("培育示例平台", "共享示例设备", "加强组织领导"):
        assert title in read
    assert "市财政局" in read


def test_a_file_that_is_no_text_is_told_in_a_sentence(desk, tmp_path):
    page = desk("lianxi")
    broken = tmp_path / "plan.docx"
    broken.write_bytes(b"PK\x03\x04" + bytes(range(256)) * 8)
    page.goto("/plan/import/")
    page.set_input_files("input[type=file]", str(broken))
    page.locator("main form button.btn-primary").click()
    page.wait_for_load_state()
    assert page.locator("h1").inner_text() == "导入方案"
    assert page.locator(".k-error-summary, .k-errors, [role=alert]").first.is_visible()


def test_others_are_told_that_they_do_not_import_plans(desk):
    page = desk("jingban")
    assert page.goto("/plan/import/").status == 403
