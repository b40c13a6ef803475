"""The one shape every file format is brought into: paragraphs and grids, in order."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A printed paragraph; ``line`` is the 1-based line of the extracted text."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: rows of cells, spanning cells repeated in every place they cover.

    ``merges_known`` is False where the source cannot tell a merged cell from an empty one.
    ``caption`` is the text of a row that spans the whole width above the header.
    """

    line: int
    rows: tuple[tuple[str, ...], ...]
    merges_known: bool = True


Block = Paragraph | Grid


def as_text(blocks: list[Block]) -> str:
    """Return the text an officer is shown, one line a paragraph, table cells split by tabs."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append(block.text)
        else:
            lines += ["\t".join(cell.replace("\n", " ") for cell in row) for row in block.rows]
    return "\n".join(lines)


def numbered(blocks: list[Block]) -> list[Block]:
    """Return ``blocks`` with lines counted as :func:`as_text` prints them."""
    result: list[Block] = []
    line = 1
    for block in blocks:
        if isinstance(block, Paragraph):
            result.append(Paragraph(line, block.text))
            line += block.text.count("\n") + 1
        else:
            result.append(Grid(line, block.rows, block.merges_known))
            line += len(block.rows)
    return result
