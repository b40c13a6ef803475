"""The command line: Chinese help, sentences instead of tracebacks, nothing imported that is not needed."""

import errno
import os
import socket
import subprocess
import sys

import click
import pytest

from kechuang.site import cli
from kechuang.site.failures import exit_code_and_sentence
from kechuang.site.stop import Stop, sentence_for
from kechuang.site.words import SAYS, speak_chinese

PRODUCTION = {
    "KECHUANG_MODE": "production",
    "KECHUANG_SECRET_KEY": "k3y-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMN",
    "KECHUANG_HOSTS": "kechuang.example",
}


@pytest.fixture
def busy_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_help_lists_every_visible_command_in_chinese(kechuang):
    said = kechuang("--help", LC_ALL="C")
    assert said.returncode == 0
    listed = [line.split()[0] for line in said.stdout.partition("命令:")[2].splitlines() if line.startswith("  ")]
    visible = [name for name, entry in cli.ENTRIES.items() if not entry.hidden]
    assert listed[: len(visible)] == visible
    assert "Usage" not in said.stdout
    assert "Options" not in said.stdout


@pytest.mark.parametrize("name", tuple(cli.ENTRIES))
def test_every_command_exists_and_explains_itself(name):
    command = cli.cli.get_command(click.Context(cli.cli), name)
    assert command is not None
    assert command.help


def test_reading_a_plan_does_not_import_django():
    program = (
        "import sys; from kechuang.site.cli import main; main(['plan', 'read', '--help']);"
        "print('django' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)
    assert said.stdout.splitlines()[-1] == "False"


@pytest.mark.parametrize(
    ("arguments", "said"),
    (
        (("nope",), "没有 nope 这个命令。"),
        (("serve", "--nope"), "没有 --nope 这个选项。"),
        (("serve", "--port", "x"), "'--port' 的值不对：x 不是数字。"),
        (("db", "dump"), "缺少参数 'FILE'。"),
        (("serve", "--port", "70000"), "端口 70000 不对，应在 1 到 65535 之间。"),
        (("serve", "--bind", "0.0.0.0"), "local 方式只能监听本机"),
    ),
)
def test_a_mistake_is_one_chinese_sentence_and_exit_2(kechuang, arguments, said):
    done = kechuang(*arguments, LC_ALL="C")
    assert done.returncode == 2
    assert done.stderr.startswith(said)
    assert done.stdout == ""


def test_a_busy_port_names_the_next_one(kechuang, busy_port):
    done = kechuang("serve", "--port", str(busy_port))
    assert (done.returncode, done.stderr) == (
        2,
        f"端口 {busy_port} 已被占用。请关掉占用它的程序，或换一个端口：--port {busy_port + 1}\n",
    )


@pytest.mark.parametrize(
    ("change", "arguments", "said"),
    (
        ({"KECHUANG_DEBUG": "1"}, ("serve",), "正式运行不得打开 KECHUANG_DEBUG"),
        ({"KECHUANG_SECRET_KEY": ""}, ("serve",), "正式运行须用 KECHUANG_SECRET_KEY"),
        ({}, ("serve", "--bind", "0.0.0.0"), "正式运行监听非本机地址时须设置 KECHUANG_HTTPS=1"),
        ({"KECHUANG_DEBUG": "1"}, ("worker",), "正式运行不得打开 KECHUANG_DEBUG"),
        ({}, ("run",), "kechuang run 只供本机试用"),
        (
            {"KECHUANG_TLS_CERTIFICATE": "/no/c", "KECHUANG_TLS_KEY": "/no/k"},
            ("serve",),
            "KECHUANG_TLS_CERTIFICATE 指的",
        ),
    ),
)
def test_production_refuses_to_start_unsafe(kechuang, change, arguments, said):
    done = kechuang(*arguments, **{**PRODUCTION, **change})
    assert done.returncode == 2
    assert done.stderr.startswith(said)


@pytest.mark.parametrize("code", (errno.ENOSPC, errno.EACCES, errno.ENOENT, errno.EROFS, errno.EIO))
def test_what_the_system_refuses_is_a_chinese_sentence(code):
    sentence = sentence_for(OSError(code, os.strerror(code), "/somewhere/file"))
    assert sentence.endswith("。")
    assert ("/somewhere/file" in sentence) == (code != errno.ENOSPC)


def test_a_full_disk_ends_with_a_sentence(kechuang):
    done = kechuang("db", "start", KECHUANG_HOME="/dev/full/x")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_unreachable_database_is_a_sentence_without_the_password(kechuang):
    done = kechuang("migrate", DATABASE_URL="postgresql://u:hidden@127.0.0.1:1/x")
    assert done.returncode == 2
    assert done.stderr.startswith("连不上数据库。")
    assert "hidden" not in done.stderr


def test_check_names_what_is_wrong_and_hides_secrets(kechuang):
    done = kechuang("check", DATABASE_URL="postgresql://u:hidden@127.0.0.1:1/x", KECHUANG_PROT="1")
    assert done.returncode == 1
    assert "✗ 环境变量 KECHUANG_PROT 不认识" in done.stdout
    assert "✗ 连不上数据库" in done.stdout
    assert "hidden" not in done.stdout + done.stderr
    shown = kechuang("check", "--settings", DATABASE_URL="postgresql://u:hidden@127.0.0.1:1/x").stdout
    assert "DATABASE_URL = 已设置" in shown


def test_a_new_key_is_good_enough_for_production(kechuang):
    key = kechuang("check", "--new-key").stdout.strip()
    done = kechuang("check", "--settings", **{**PRODUCTION, "KECHUANG_SECRET_KEY": key})
    assert (done.returncode, len(key) >= 50) == (0, True)
    assert key not in done.stdout


def test_what_nobody_foresaw_is_written_down_not_shown(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def fail(**_arguments: object) -> None:
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr(cli.cli, "main", fail)
    assert cli.main([]) == 1
    said = capsys.readouterr().err
    assert "Traceback" not in said
    (written,) = tmp_path.glob("kechuang-error-*.txt")
    assert "ZeroDivisionError: of ours" in written.read_text(encoding="utf-8")
    assert str(written) in said


def test_expected_ends_have_their_codes():
    assert exit_code_and_sentence(Stop("停。")) == (2, "停。")
    assert exit_code_and_sentence(BrokenPipeError()) == (0, "")
    assert exit_code_and_sentence(KeyError("x")) is None


def test_the_words_are_those_click_looks_up():
    speak_chinese()
    assert click.core._("Options") == SAYS["Options"]
    assert click.exceptions._("No such option {name!r}.") == SAYS["No such option {name!r}."]
