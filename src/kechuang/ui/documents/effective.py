"""How a paragraph of a Word file is really set: its own properties, its styles' and the defaults together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

TWIPS_PER_POINT = 20


@dataclass(frozen=True)
class Setting:
    """A paragraph as it is set: faces and sizes of its visible runs, lengths in points, indents in characters."""

    text: str
    faces: frozenset[str]
    sizes: frozenset[float]
    colors: frozenset[str]
    spacing: float  # between characters, added to each
    alignment: str
    leading: float | None  # of exact leading, else None
    first_characters: float
    hanging: bool
    bottom_line: str  # colour of a rule below, empty for none

    @property
    def size(self) -> float | None:
        """Return the one size of the paragraph, ``None`` for a mixture or an empty paragraph."""
        return next(iter(self.sizes)) if len(self.sizes) == 1 else None


def settings_of(document: Document, paragraphs: Sequence[Paragraph]) -> list[Setting]:
    """Return how each of ``paragraphs`` is set."""
    styles = _Styles(document)
    return [_setting(styles, paragraph) for paragraph in paragraphs]


class _Styles:
    """The styles of a file by their names in the XML; each chain of inheritance is followed once."""

    def __init__(self, document: Document) -> None:
        root = document.styles.element
        self.known = {found.get(qn("w:styleId")): found for found in root.findall(qn("w:style"))}
        own = [found for found in self.known.values() if found.get(qn("w:type")) == "paragraph"]
        self.usual = next((found.get(qn("w:styleId")) for found in own if found.get(qn("w:default")) == "1"), None)
        defaults = (root.find(f".//{qn(name)}") for name in ("w:pPrDefault", "w:rPrDefault"))
        self.defaults = [found for found in defaults if found is not None]
        self.chains: dict[str | None, list[Any]] = {}

    def chain(self, name: str | None) -> list[Any]:
        """Return the style elements a paragraph of style ``name`` inherits from, nearest first, the defaults last."""
        if name not in self.chains:
            found: list[Any] = []
            following = name if name in self.known else self.usual
            while following in self.known and self.known[following] not in found:
                found.append(self.known[following])
                based_on = found[-1].find(qn("w:basedOn"))
                following = None if based_on is None else based_on.get(qn("w:val"))
            self.chains[name] = [*found, *self.defaults]
        return self.chains[name]

    def of_run(self, run: Any, chain: list[Any]) -> list[Any]:
        """Return the run properties that count for ``run``, nearest first."""
        own = run.find(qn("w:rPr"))
        named = None if own is None else own.find(qn("w:rStyle"))
        style = None if named is None else self.known.get(named.get(qn("w:val")))
        parents = ([] if style is None else [style]) + chain
        return [
            found for found in (own, *(part.find(qn("w:rPr")) for part in parents)) if found is not None
        ]  # fmt: skip


def _setting(styles: _Styles, paragraph: Paragraph) -> Setting:
    own = paragraph._p  # noqa: SLF001 - python-docx has no word for what is asked here
    named = own.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    chain = styles.chain(None if named is None else named.get(qn("w:val")))
    shape = [found for part in (own, *chain) if (found := part.find(qn("w:pPr"))) is not None]
    runs = [run for run in own.iter(qn("w:r")) if "".join(part.text or "" for part in run.iter(qn("w:t"))).strip()]
    chains = [styles.of_run(run, chain) for run in runs]
    line = _first(shape, "w:spacing", "w:line")
    exact = _first(shape, "w:spacing", "w:lineRule") == "exact"
    size = max((_size(chain) for chain in chains), default=0.0)
    return Setting(
        text=paragraph.text.strip(),
        faces=frozenset(_face(chain) for chain in chains),
        sizes=frozenset(_size(chain) for chain in chains),
        colors=frozenset(_first(chain, "w:color", "w:val") for chain in chains),
        spacing=_number(_first(chains[0], "w:spacing", "w:val")) / TWIPS_PER_POINT if chains else 0.0,
        alignment=_first(shape, "w:jc", "w:val") or "left",
        leading=_number(line) / TWIPS_PER_POINT if exact and line else None,
        first_characters=_indent(shape, size),
        hanging=bool(_number(_first(shape, "w:ind", "w:hanging") or _first(shape, "w:ind", "w:hangingChars"))),
        bottom_line=_bottom_line(shape),
    )


def _first(chain: list[Any], element: str, attribute: str) -> str:
    for properties in chain:
        for found in properties.findall(qn(element)):
            if (value := found.get(qn(attribute))) is not None:
                return str(value)
    return ""


def _face(chain: list[Any]) -> str:
    return _first(chain, "w:rFonts", "w:eastAsia")


def _size(chain: list[Any]) -> float:
    return _number(_first(chain, "w:sz", "w:val") or "20") / 2


def _indent(shape: list[Any], size: float) -> float:
    if characters := _first(shape, "w:ind", "w:firstLineChars"):
        return _number(characters) / 100
    twips = _number(_first(shape, "w:ind", "w:firstLine"))
    return twips / TWIPS_PER_POINT / size if size else 0.0


def _bottom_line(shape: list[Any]) -> str:
    for properties in shape:
        for found in properties.findall(f"{qn('w:pBdr')}/{qn('w:bottom')}"):
            return str(found.get(qn("w:color")) or "auto")
    return ""


def _number(text: str) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0
