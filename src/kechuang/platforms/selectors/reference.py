"""The small tables every form and filter offers: types, directions, counties, departments.

They are read once for each request however often a page asks: a filter is validated,
printed and read aloud from the same choices.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db.models import CharField, Value

from kechuang.directory.models import County, Department
from kechuang.platforms.models import PlatformKind
from kechuang.platforms.own import OwnField, own_fields_in, told

Choices = list[tuple[str, str]]


@lru_cache(maxsize=1)
def _kinds() -> list[tuple[str, str, list[str], list[dict[str, Any]]]]:
    return list(PlatformKind.objects.values_list("code", "name", "directions", "extra_fields"))


@lru_cache(maxsize=1)
def _places() -> dict[str, Choices]:
    counties, departments = (
        model._default_manager.order_by()
        .annotate(table=Value(table, CharField()))
        .values_list("table", "pk", "short_name", "order")
        for table, model in (("county", County), ("department", Department))
    )
    found: dict[str, Choices] = {"county": [], "department": []}
    for table, key, name, _order in sorted(counties.union(departments, all=True), key=lambda row: (row[3], row[1])):
        found[table].append((str(key), name))
    return found


def kind_choices() -> Choices:
    """Return (code, name) of every type, in the catalogue's order."""
    return [(code, name) for code, name, _directions, _own in _kinds()]


def direction_choices() -> Choices:
    """Return every industrial direction a type may name, as value and text."""
    return [(one, one) for one in dict.fromkeys(one for _code, _name, named, _own in _kinds() for one in named)]


def county_choices() -> Choices:
    """Return (key, short name) of every county."""
    return _places()["county"]


def department_choices() -> Choices:
    """Return (key, short name) of every department."""
    return _places()["department"]


def own_words(values: dict[str, Any]) -> str:
    """Return the values of a type's own fields in one line; a code means the same field in every type."""
    return told(_own(), values)


@lru_cache(maxsize=1)
def _own() -> tuple[OwnField, ...]:
    fields = (field for _code, _name, _directions, own in _kinds() for field in own_fields_in(own))
    return tuple({field.code: field for field in fields}.values())


def forget(**_: Any) -> None:
    """Read the tables anew at the next question; called when a request begins."""
    _kinds.cache_clear()
    _own.cache_clear()
    _places.cache_clear()
