"""Chinese is what the code says; English is read from ``locale/en``. This compiles and judges that file.

No GNU gettext is needed: Django's own reader turns templates into text that babel can extract from.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[1]
PO = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def _sources() -> Iterator[tuple[Path, bytes]]:
    from django.utils.translation.template import templatize

    for path in sorted(PACKAGE.rglob("*.py")):
        yield path, path.read_bytes()
    for path in sorted([*PACKAGE.rglob("templates/**/*.html"), *PACKAGE.rglob("templates/**/*.txt")]):
        yield path, templatize(path.read_text(encoding="utf-8"), origin=str(path)).encode()


def extracted() -> Catalog:
    """Return every sentence of code and templates with its places."""
    found = Catalog(locale="en", project="kechuang", charset="utf-8", fuzzy=False)
    for path, content in _sources():
        place = path.relative_to(PACKAGE.parent).as_posix()
        for line, message, _comments, context in extract("python", io.BytesIO(content), keywords=KEYWORDS):
            found.add(message, locations=[(place, line)], context=context)
    return found


def written() -> Catalog:
    """Return the translations as they stand in the file."""
    if not PO.exists():
        return Catalog(locale="en", charset="utf-8")
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def untranslated() -> list[str]:
    """Return the sentences without an English translation, each with its first place."""
    have = written()
    missing = []
    for message in extracted():
        if not message.id:
            continue
        known = have.get(message.id, message.context)
        strings = known.string if known and isinstance(known.string, tuple) else (known.string if known else "",)
        if known is None or known.fuzzy or not all(strings):
            place, line = message.locations[0]
            missing.append(f"{place}:{line}: {message.id}")
    return missing


def compile_all() -> int:
    """Write the compiled file if the written one is newer; return how many were written."""
    compiled = PO.with_suffix(".mo")
    if not PO.exists() or (compiled.exists() and compiled.stat().st_mtime_ns >= PO.stat().st_mtime_ns):
        return 0
    part = compiled.with_suffix(".part")
    with part.open("wb") as file:
        write_mo(file, written())
    part.replace(compiled)
    return 1


def update() -> None:
    """Bring the file up to date with the code: new sentences empty, gone ones dropped, translations kept."""
    merged = written()
    merged.update(extracted(), no_fuzzy_matching=True)
    merged.obsolete.clear()
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, merged, width=110, sort_output=True, omit_header=False, include_lineno=False)


def main(arguments: list[str]) -> int:
    """``compile``, ``update`` or ``check``; return the exit code."""
    match arguments:
        case ["compile"]:
            compile_all()
        case ["update"]:
            update()
        case ["check"]:
            missing = untranslated()
            print("\n".join(missing[:40]))  # noqa: T201 (a command of its own)
            if missing:
                print(f"{len(missing)} 条还没有英文译文。")  # noqa: T201
                return 1
        case _:
            print("用法：python -m kechuang.site.translations compile | update | check")  # noqa: T201
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
