"""What rooms above add to an organisation's page: their own sections, and what a merger does to them.

The directory lies below them and cannot ask; each hands its functions up when the
program starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from kechuang.directory.models import Organisation
from kechuang.kernel.access import Actor
from kechuang.ui.parts import Section

Panel = Callable[[Organisation, Actor, date], Section]
Effect = Callable[[Organisation, Organisation], Iterable[str]]
_panels: dict[str, tuple[int, Panel]] = {}
_effects: dict[str, Effect] = {}


def register(name: str, panel: Panel, *, order: int = 0, effect: Effect | None = None) -> None:
    """Show ``panel`` on every organisation's page; ``effect`` says in lines what merging one into another does."""
    _panels[name] = (order, panel)
    if effect is not None:
        _effects[name] = effect


def sections(organisation: Organisation, actor: Actor, on: date) -> list[Section]:
    """Return the sections of all rooms, in their order."""
    return [panel(organisation, actor, on) for _order, panel in sorted(_panels.values(), key=lambda row: row[0])]


def effects(absorbed: Organisation, into: Organisation) -> list[str]:
    """Return what will follow from merging ``absorbed`` into ``into``, line by line."""
    return [line for effect in _effects.values() for line in effect(absorbed, into)]


def forget(name: str) -> None:
    """Take a room's part away again; for a room that is switched off, and for tests."""
    _panels.pop(name, None)
    _effects.pop(name, None)
