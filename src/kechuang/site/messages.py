"""The words of the interface: Chinese in the code, English in one catalogue beside it.

Run as ``python -m kechuang.site.messages collect|check|compile`` (``make messages`` collects). The
Chinese text is the msgid, so Chinese can never be half translated; what ``check`` holds is
that every text has its English and that both name the same values.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
CALLS = frozenset({"_", "gettext", "gettext_lazy", "gettext_noop"})
IN_TEMPLATE = re.compile(r"""gettext\(u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\)|_\(("[^"]*"|'[^']*')\)""")
VALUES = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Texts of the domain stay Chinese in English pages: names of rules and data, never of the interface.
PURE = ("pure", "catalogue")


def collected() -> set[str]:
    """Return every text that the program marks for translation."""
    found = {text for path in sorted(ROOT.rglob("*.py")) if _is_interface(path) for text in _of_python(path)}
    return found | {text for path in sorted(ROOT.rglob("*.html")) for text in _of_template(path)}


def problems() -> list[str]:
    """Return what is wrong with the English catalogue, a sentence each."""
    english = _read()
    wrong = [f"没有英文：{text}" for text in sorted(collected()) if not english.get(text)]
    for text, translation in sorted(english.items()):
        if translation and sorted(VALUES.findall(text)) != sorted(VALUES.findall(translation)):
            wrong.append(f"变量不一致：{text} → {translation}")
        if CHINESE.search(_without_names(translation)):
            wrong.append(f"英文里有汉字：{text} → {translation}")
    return wrong


def collect() -> None:
    """Bring the catalogue in line with the program: new texts empty, vanished ones removed."""
    english = _read()
    catalogue = Catalog(locale="en", project="kechuang", charset="utf-8", fuzzy=False)
    for text in sorted(collected()):
        catalogue.add(text, string=english.get(text, ""))
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
    with binary.open("wb") as file:
        write_mo(file, catalogue)


def _read() -> dict[str, str]:
    if not CATALOGUE.exists():
        return {}
    with CATALOGUE.open("rb") as file:
        return {str(message.id): str(message.string or "") for message in read_po(file, locale="en") if message.id}


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
    from django.utils.translation.template import templatize

    for quoted in IN_TEMPLATE.findall(templatize(path.read_text(encoding="utf-8"))):
        yield ast.literal_eval(quoted[0] or quoted[1])


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
