"""The words of the interface: Chinese in the code, English in one catalogue beside it.

Run as ``python -m kechuang.site.messages collect|check|compile`` (``make messages`` collects). The
Chinese text is the msgid, so Chinese can never be half translated; what ``check`` holds is
that every text has its English and that both name the same values. A text that is counted
(``blocktranslate count``) has two in English, for one and for several.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
CALLS = frozenset({"_", "gettext", "gettext_lazy", "gettext_noop"})
TEXT = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
IN_TEMPLATE = re.compile(rf"\bgettext\({TEXT}\)|(?<!\w)_\({TEXT}\)")
COUNTED = re.compile(rf"\bngettext\({TEXT}, *{TEXT}, *count\)")
VALUES = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Texts of the domain stay Chinese in English pages: names of rules and data, never of the interface.
PURE = ("pure", "catalogue")
FORMS = 2
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


def collected() -> set[str]:
    """Return every text that the program marks for translation, of a counted one the first form."""
    found = {text for path in sorted(ROOT.rglob("*.py")) if _is_interface(path) for text in _of_python(path)}
    return found | {text for path in _templates() for text in _of_template(path)} | set(counted())


def counted() -> dict[str, str]:
    """Return the texts that depend on a number: the form for one, and the form for several."""
    return {one: several for path in _templates() for one, several in _counted_of(path)}


def problems() -> list[str]:
    """Return what is wrong with the English catalogue, a sentence each."""
    english = _read()
    wrong = [f"没有英文：{text}" for text in sorted(collected()) if not all(english.get(text, [""]))]
    wrong += [f"没有复数：{text}" for text in sorted(counted()) if len(english.get(text, ["", ""])) != FORMS]
    for text, translations in sorted(english.items()):
        for translation in filter(None, translations):
            if sorted(VALUES.findall(text)) != sorted(VALUES.findall(translation)):
                wrong.append(f"变量不一致：{text} → {translation}")
            if CHINESE.search(_without_names(translation)):
                wrong.append(f"英文里有汉字：{text} → {translation}")
    return wrong


def collect() -> None:
    """Bring the catalogue in line with the program: new texts empty, vanished ones removed."""
    english = _read()
    pairs = counted()
    catalogue = Catalog(
        locale="en",
        project="kechuang",
        version="1",
        msgid_bugs_address="-",
        last_translator="-",
        language_team="-",
        charset="utf-8",
        fuzzy=False,
        header_comment="# English texts of the interface; brought in line by: python -m kechuang.site.messages collect",
        creation_date=BEGUN,  # a date that moves would make every collection look like a change
        revision_date=BEGUN,
    )
    for text in sorted(collected()):
        known = english.get(text, [""])
        if text in pairs:
            catalogue.add((text, pairs[text]), string=(known + known)[:FORMS])
        else:
            catalogue.add(text, string=known[0])
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, width=0, omit_header=False, sort_output=True)


def compile_all() -> None:
    """Write the binary catalogue Django reads; only when it is older than its source."""
    binary = CATALOGUE.with_suffix(".mo")
    if not CATALOGUE.exists() or (binary.exists() and binary.stat().st_mtime >= CATALOGUE.stat().st_mtime):
        return
    with CATALOGUE.open("rb") as source:
        catalogue = read_po(source, locale="en")
    own = binary.with_name(f"{binary.name}.{os.getpid()}")  # whoever reads meanwhile sees the old one whole
    with own.open("wb") as file:
        write_mo(file, catalogue)
    own.replace(binary)


def _read() -> dict[str, list[str]]:
    """Return each text (of a counted one the first form) with its English, one form or two."""
    if not CATALOGUE.exists():
        return {}
    with CATALOGUE.open("rb") as file:
        entries = [message for message in read_po(file, locale="en") if message.id]
    return {_forms(message.id)[0]: _forms(message.string or [""] * len(_forms(message.id))) for message in entries}


def _forms(text: str | Sequence[str]) -> list[str]:
    return [text] if isinstance(text, str) else [str(form) for form in text]


def _templates() -> list[Path]:
    return sorted(ROOT.rglob("*.html"))


def _is_interface(path: Path) -> bool:
    return path.relative_to(ROOT).parts[0] not in PURE and "migrations" not in path.parts


def _of_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _called(node.func) in CALLS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value:
                yield first.value


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def _of_template(path: Path) -> Iterator[str]:
    for quoted in IN_TEMPLATE.findall(_as_python(path)):
        yield ast.literal_eval(quoted[0] or quoted[1])


def _counted_of(path: Path) -> Iterator[tuple[str, str]]:
    for one, several in COUNTED.findall(_as_python(path)):
        yield ast.literal_eval(one), ast.literal_eval(several)


def _as_python(path: Path) -> str:
    from django.utils.translation.template import templatize

    return templatize(path.read_text(encoding="utf-8"))


def _without_names(text: str) -> str:
    """Drop what stands in Chinese quotation marks or brackets: terms given in the original."""
    return re.sub(r"[“(（][^”)）]*[”)）]", "", text)


def main(arguments: list[str]) -> int:
    """Run one of the three verbs; return the exit status."""
    verb = arguments[0] if arguments else ""
    if verb == "check":
        found = problems()
        print(*found, sep="\n", file=sys.stderr)  # noqa: T201
        print(f"译文：{len(collected())} 条，{len(found)} 个问题。")  # noqa: T201
        return 1 if found else 0
    verbs = {"collect": collect, "compile": compile_all}
    if verb not in verbs:
        print("用法：python -m kechuang.site.messages collect|check|compile", file=sys.stderr)  # noqa: T201
        return 2
    verbs[verb]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
