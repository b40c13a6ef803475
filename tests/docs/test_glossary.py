"""The glossary has a line for every model and every state, with the words people read."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.utils.translation import override

from kechuang.catalogue import installed_root, load
from kechuang.site.reference import ROOT

GLOSSARY = ROOT / "docs" / "glossary.md"
SOURCE = ROOT / "src" / "kechuang"


def lines_of(heading: str) -> list[tuple[str, str, str]]:
    """Return (Chinese, English, cell of names) of one table."""
    part = GLOSSARY.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("|")][2:]
    return [(row[0].strip(), row[1].strip(), row[2].strip()) for row in rows]


def named(heading: str) -> dict[str, str]:
    return {name.strip("`"): chinese for chinese, _english, name in lines_of(heading)}


def test_every_model_has_its_line() -> None:
    with override("zh-hans"):
        ours = {
            model._meta.label: str(model._meta.verbose_name)
            for model in apps.get_models()
            if model.__module__.startswith("kechuang.")
        }
    assert named("Models") == ours


def test_every_state_of_every_process_has_its_line() -> None:
    processes = load(installed_root(), "anshun").processes
    states = {f"{name}.{state.name}": state.label for name, process in processes.items() for state in process.states}
    assert named("States") == states


def test_every_role_has_its_line() -> None:
    roles = {role.code: role.label for role in load(installed_root(), "anshun").roles}
    told = named("Words")
    assert {code: told.get(code) for code in roles} == roles


@pytest.mark.parametrize("heading", ("Models", "States", "Words"))
def test_every_line_has_its_english(heading: str) -> None:
    assert [row for row in lines_of(heading) if not re.fullmatch(r"[\x20-\x7e]+", row[1])] == []


def test_every_name_stands_in_the_code() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted(Path(SOURCE).rglob("*.py")))
    names = [name for _c, _e, cell in lines_of("Words") for name in re.findall(r"`([^`]+)`", cell)]
    assert [name for name in names if not re.search(rf"\b{re.escape(name)}\b", code)] == []
