"""Places: the city with its counties, and the nation's divisions with their changes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kechuang.catalogue.shapes import Code, Entry, Label

DivisionCode = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{5}$")]
"""A six-digit code of GB/T 2260."""


class Tile(Entry):
    """A place on the schematic tile map: row 0 is north, column 0 is west. No borders are drawn."""

    row: int
    column: int


class County(Entry):
    """A county-level unit (县级单位) of the city.

    ``division`` is its GB/T 2260 code; a management committee (管委会) has none.
    """

    code: Code
    name: Label
    short_name: Label
    kind: Literal["district", "county", "autonomous_county", "management_committee"]
    division: DivisionCode | None
    tile: Tile
    former_names: tuple[str, ...] = ()


class City(Entry):
    """The city this installation serves.

    ``collective_names`` are the printed ways of naming all counties at once, among them
    copies that lost a character; ``today_zone`` is where its days begin.
    """

    code: Code
    name: Label
    division: DivisionCode
    province: DivisionCode
    government_office: Label
    today_zone: str = "Asia/Shanghai"
    collective_names: tuple[str, ...]
    counties: tuple[County, ...]


class Division(Entry):
    """One row of GB/T 2260: level 1 province, 2 city, 3 county."""

    code: DivisionCode
    name: Label
    level: int = Field(ge=1, le=3)
    parent: str


class DivisionChange(Entry):
    """A change of a code or name, as found by comparing yearly lists; ``year`` is the list's year."""

    year: int
    kind: Label
    old_code: str
    old_name: str
    new_code: str
    new_name: str


class WorkdayException(Entry):
    """A day that is not what its weekday says: a holiday in the week or a worked weekend day."""

    day: date
    works: bool
    name: str
