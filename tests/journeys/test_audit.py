"""The auditor takes the trail away and checks it elsewhere; a byte altered on the way is named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.capability("C122")]


def verify(folder: Path, file: str, *arguments: str) -> tuple[int, str]:
    """Run the command in a folder of its own: no home of the site, no database, nothing set."""
    done = subprocess.run(  # noqa: S603 (ourselves)
        [sys.executable, "-m", "kechuang.site.cli", "audit", "verify", file, *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "DATABASE_URL": "postgresql://nobody@192.0.2.1/none"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_file_is_checked_on_another_machine_and_a_tampered_byte_is_named(desk, tmp_path):
    page = desk("shenji")
    page.goto("/oversight/audit/")
    page.get_by_role("button", name="立即封存").click()
    assert "已封存" in page.locator(".k-message").first.inner_text()
    # Before the file: a job seals on, and the file then holds this root.
    roots = desk().request.get("/audit/roots.json")
    (tmp_path / "roots.json").write_bytes(roots.body())
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载审计文件").click()
    file = tmp_path / "audit.jsonl"
    waiting.value.save_as(file)

    code, said = verify(tmp_path, "audit.jsonl", "--roots", "roots.json")
    assert (code, "通过" in said, "个根值与公布的一致" in said) == (0, True, True)

    lines = file.read_bytes().splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if "示例云岭精工".encode() in line)
    lines[place] = lines[place].replace("示例云岭精工".encode(), "示例云岭精金".encode())
    (tmp_path / "tampered.jsonl").write_bytes(b"".join(lines))
    code, said = verify(tmp_path, "tampered.jsonl")
    assert (code, f"第 {place + 1} 行：事件 #" in said, "被改动" in said) == (1, True, True)


def test_who_looked_at_a_person_is_found_by_name(desk):
    page = desk("xitong")
    page.goto("/my/people/")
    page.get_by_role("link", name="jingban").click()
    page.wait_for_load_state()
    asked = desk("shenji")
    asked.goto("/oversight/audit/subject/?kind=person&words=jingban")
    assert "jingban" in asked.content() or "示例张经办" in asked.locator("h1").inner_text()
    row = asked.locator("tbody tr").filter(has_text="示例蒋系统").first
    assert "查看" in row.inner_text()
