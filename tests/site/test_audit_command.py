"""``kechuang audit verify``: on any machine, without server or database."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from kechuang.kernel import seals


@pytest.fixture
def file(tmp_path):
    lines = [seals.canonical({"id": key, "after": {"name": f"示例{key}"}}) for key in (1, 2, 3)]
    entries = tuple((key, seals.fingerprint(line)) for key, line in enumerate(lines, start=1))
    seal = seals.Seal(1, "2026-11-01T00:00:00.000000Z", seals.GENESIS, entries)
    path = tmp_path / "audit.jsonl"
    path.write_bytes(b"".join(line + b"\n" for line in seals.file_lines({}, [(seal, lines)])))
    (tmp_path / "roots.json").write_text(json.dumps({"roots": [{"seal": 1, "root": seal.root}]}))
    (tmp_path / "other.json").write_text(json.dumps({"roots": [{"seal": 1, "root": seals.GENESIS}]}))
    (tmp_path / "broken.json").write_text("[1, 2")
    return path


def command(file, *arguments):
    """Run the command in the file's folder with no database to go to and nothing that could start one."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(file.parent),
        "DATABASE_URL": "postgresql://nobody@192.0.2.1/x",
    }
    done = subprocess.run(
        [sys.executable, "-m", "kechuang.site.cli", "audit", "verify", file.name, *arguments],
        cwd=file.parent,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.capability("C98")
@pytest.mark.capability("C122")
def test_a_sound_file_passes_and_a_tampered_byte_is_named(file):
    code, said = command(file, "--roots", "roots.json")
    assert (code, "通过。自第 1 号封存起，1 次封存、3 条记录，1 个根值与公布的一致" in said) == (0, True)
    file.write_bytes(file.read_bytes().replace("示例2".encode(), "示例9".encode()))
    code, said = command(file)
    assert (code, "第 4 行：事件 #2 被改动" in said) == (1, True)


def test_roots_noted_elsewhere_are_compared_and_must_be_readable(file):
    code, said = command(file, "--roots", "other.json")
    assert (code, "与公布的根值不同" in said) == (1, True)
    code, said = command(file, "--roots", "broken.json")
    assert (code, "不是公布根值的文件" in said) == (2, True)
