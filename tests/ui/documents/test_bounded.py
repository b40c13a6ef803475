"""A program of ours gets its input and nothing of our surroundings."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from kechuang.ui.documents import bounded


def program(folder: Path, text: str) -> Path:
    path = folder / "program.py"
    path.write_text(text, encoding="utf-8")
    return path


def test_program_gets_input_and_arguments_and_gives_output_back(tmp_path):
    told = program(tmp_path, "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read() + sys.argv[1].encode())")
    assert bounded.run(told, "示例", content=b"a", seconds=20).stdout == "a示例".encode()


def test_program_does_not_see_our_secrets(tmp_path, monkeypatch):
    monkeypatch.setenv("KECHUANG_SECRET_KEY", "geheim")
    monkeypatch.setenv("DATABASE_URL", "postgres://geheim")
    told = program(tmp_path, "import json, os; print(json.dumps(dict(os.environ)))")
    seen = json.loads(bounded.run(told, content=b"", seconds=20).stdout)
    assert set(seen) <= {*bounded.KEPT, *bounded.LEAN, "LC_CTYPE"}
    assert seen["RAYON_NUM_THREADS"] == "1"


def test_program_that_goes_on_is_ended(tmp_path):
    with pytest.raises(subprocess.TimeoutExpired):
        bounded.run(program(tmp_path, "while True: pass"), content=b"", seconds=0.5)
