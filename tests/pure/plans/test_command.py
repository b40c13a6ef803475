"""``kechuang plan read``: JSON or a table, exit status 0 or 2, one Chinese sentence, no Django."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pure.plans.gold import load

RUN = "import sys; from kechuang.plan.cli import plan; plan(sys.argv[1:], prog_name='kechuang plan')"
TEXT = load()[0].text


def _run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", RUN, *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, check=False, env={"LC_ALL": "C"})  # noqa: S603 - our own words


def test_read_prints_the_json_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_text(TEXT, encoding="gb18030")

    done = _run("read", str(file))

    assert (done.returncode, done.stderr) == (0, b"")
    assert [task["title"] for task in json.loads(done.stdout)["tasks"]] == [
        *("做强高水平平台", "培育新型研发机构", "推进仪器开放共享", "加强组织领导", "强化督促检查"),
    ]


def test_read_takes_standard_input_and_prints_a_table() -> None:
    done = _run("read", "-", "--format", "table", stdin=TEXT.encode())

    assert done.returncode == 0
    assert "任务　二（一）　做强高水平平台" in done.stdout.decode()
    assert "牵头：市科技局　配合：市发展改革委、市财政局" in done.stdout.decode()


@pytest.mark.parametrize(
    ("data", "sentence"),
    ((b"", "文件是空的，没有可读的文字。"), (b"\x89PNG\r\n\x1a\n\x00", "这是图片，不含文字，请先做文字识别。")),
)
def test_an_unreadable_file_is_exit_status_two_and_one_sentence(data: bytes, sentence: str) -> None:
    done = _run("read", "-", stdin=data)

    assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", f"{sentence}\n")


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    missing = tmp_path / "nothing.txt"

    assert _run("read", str(missing)).stderr.decode() == f"找不到文件：{missing}\n"
    assert _run("read", str(tmp_path)).stderr.decode() == f"这是文件夹，不是文件：{tmp_path}\n"
    assert _run("read", str(tmp_path)).returncode == 2


def test_reading_loads_no_django() -> None:
    program = "import sys, kechuang.plan.cli, kechuang.pure.plans; print('django' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)  # noqa: S603 - our own words

    assert done.stdout == "False\n"
