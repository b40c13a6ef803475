"""A table as a page prints it: heads, cells, foot, and what to say when it is empty.

Plain values computed before the template, so that a list of fifty rows costs one pass
and the same table can be printed by any page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head. ``sort_url`` is empty where the list cannot be sorted by it;
    ``direction`` is ``ascending``, ``descending`` or empty, as ``aria-sort`` wants it."""

    label: Any
    numeric: bool = False
    sort_url: str = ""
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: ``href`` makes it a link, ``light`` names a light of ``ui.parts``."""

    text: Any
    href: str = ""
    numeric: bool = False
    light: str = ""
    label: Any = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Heads and rows of cells; every row has one cell a head.

    ``empty`` says why there is nothing and ``advice`` what to do about it.
    """

    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: Any = ""
    foot: tuple[Cell, ...] = ()
    empty: Any = ""
    advice: Any = ""
    attributes: dict[str, str] = field(default_factory=dict)
