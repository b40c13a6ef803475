"""What results are narrowed by, in words: type, county, department, level, year."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.brain.asking import MOST_COUNTED
from kechuang.directory.models import County, Department
from kechuang.kernel.search import registered

SOUND = re.compile(r"[kcdly]:[\w.-]{1,57}")
GROUPS: dict[str, str | Promise] = {
    "k": gettext_lazy("类型"),
    "c": gettext_lazy("县区"),
    "d": gettext_lazy("部门"),
    "l": gettext_lazy("级别"),
    "y": gettext_lazy("年度"),
}
MOST_VALUES = 12


@dataclass(frozen=True, slots=True)
class Value:
    """One value results can be narrowed by; ``number`` is how many there would be, in words."""

    code: str
    label: str
    number: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """All values of one kind that occur."""

    label: str
    values: tuple[Value, ...]


def sound(asked: Iterable[str]) -> list[str]:
    """Return the facets among ``asked`` that could be one: one value of each group, the last one given."""
    return list({facet[0]: facet for facet in asked if SOUND.fullmatch(facet)}.values())


def counted(number: int, *, capped: bool = False) -> str:
    """Return a number as it is shown: exact up to a thousand, then 1000+."""
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else f"{number}+" if capped else str(number)


def groups(counts: dict[str, int], chosen: list[str], *, capped: bool) -> list[Group]:
    """Return what the results can be narrowed by; a group with one value that all share is no choice."""
    shown = []
    for letter, title in GROUPS.items():
        found = {facet: number for facet, number in counts.items() if facet.startswith(f"{letter}:")}
        named = _named(letter, found)
        order = _order(letter, found)
        values = tuple(
            Value(facet, named[facet], counted(found[facet], capped=capped), facet in chosen)
            for facet in sorted(found, key=order)[:MOST_VALUES]
            if facet in named
        )
        if len(values) > 1 or any(value.chosen for value in values):
            shown.append(Group(str(title), values))
    return shown


def label_of(facet: str) -> str:
    """Return what one facet is called, "" for one that is unknown."""
    return _named(facet[0], [facet]).get(facet, "")


def _order(letter: str, found: dict[str, int]) -> Callable[[str], Any]:
    kinds = list(registered())
    if letter == "k":
        return lambda facet: kinds.index(facet[2:]) if facet[2:] in kinds else len(kinds)
    if letter == "y":
        return lambda facet: tuple(-ord(digit) for digit in facet)
    return lambda facet: (-found[facet], facet)


def _named(letter: str, facets: Iterable[str]) -> dict[str, str]:
    codes = {facet: facet[2:] for facet in facets}
    if letter == "y":
        return {facet: _("%(year)s 年") % {"year": code} for facet, code in codes.items()}
    if letter in "cd":
        model: Any = County if letter == "c" else Department
        keys = [int(code) for code in codes.values() if code.isdecimal()]
        names = {str(row.pk): row.short_name for row in model.objects.filter(pk__in=keys)} if keys else {}
    elif letter == "k":
        names = {kind: str(searched.label) for kind, searched in registered().items()}
    else:
        names = {code: str(word) for one in registered().values() for code, word in one.levels().items()}
    return {facet: names[code] for facet, code in codes.items() if code in names}
