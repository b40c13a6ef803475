"""Charts as values: what is drawn is computed here, templates only print it.

A chart is server-drawn SVG wherever that is enough (it prints, it works without
JavaScript, it reads aloud); only the large path chart is also drawn interactively.
Every chart carries the table of its figures.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figures:
    """The table behind a chart: heads and rows as they are printed."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What every chart has: a name on the page, a title, a sentence saying what it shows."""

    key: str
    title: str
    summary: str = ""
    figures: Figures = field(default_factory=lambda: Figures((), ()))
    template: str = "ui/charts/plain.html"
    interactive: bool = False
