"""How a paragraph of a Word file is really set: its own properties, its styles' and the defaults together."""

from __future__ import annotations

from collections.abc import Iterator
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


def settings_of(document: Document, paragraphs: list[Paragraph]) -> list[Setting]:
    """Return how each of ``paragraphs`` is set."""
    return [_setting(document, paragraph) for paragraph in paragraphs]


def _setting(document: Document, paragraph: Paragraph) -> Setting:
    own = paragraph._p  # noqa: SLF001 - python-docx has no word for what is asked here
    shape = [found for part in _parents(document, paragraph) if (found := part.find(qn("w:pPr"))) is not None]
    if own.pPr is not None:
        shape.insert(0, own.pPr)
    runs = [run for run in own.iter(qn("w:r")) if "".join(part.text or "" for part in run.iter(qn("w:t"))).strip()]
    chains = [list(_run_properties(document, paragraph, run)) for run in runs]
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


def _parents(document: Document, paragraph: Paragraph) -> Iterator[Any]:
    """Yield the style elements a paragraph inherits from, nearest first, the defaults last."""
    style: Any = paragraph.style
    seen = set()
    while style is not None and style.style_id not in seen:
        seen.add(style.style_id)
        yield style.element
        style = style.base_style
    for name in ("w:pPrDefault", "w:rPrDefault"):
        if (found := document.styles.element.find(f".//{qn(name)}")) is not None:
            yield found


def _run_properties(document: Document, paragraph: Paragraph, run: Any) -> Iterator[Any]:
    if (own := run.find(qn("w:rPr"))) is not None:
        yield own
        reference = own.find(qn("w:rStyle"))
        for style in document.styles:
            if reference is not None and style.style_id == reference.get(qn("w:val")):
                yield from filter(lambda found: found is not None, [style.element.find(qn("w:rPr"))])
    for part in _parents(document, paragraph):
        if (found := part.find(qn("w:rPr"))) is not None:
            yield found


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
