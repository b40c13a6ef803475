"""How a row of a resource is written: one declaration from which template, checks, import and undo are derived.

A room declares the fields an officer fills in, how rows are recognised among those that stand already, and which of
its services write them. Whatever the services refuse is told at the cell it belongs to.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from django.db import transaction
from django.db.models import Model

from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused

Label = Any
Kind = Literal["text", "choice", "day", "usci", "number", "whole"]
CREATE, CHANGE, SAME, WRONG = "create", "change", "same", "wrong"


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the sheet: what it is called, what it may hold, and how people call it otherwise.

    ``choices`` gives word → value, ``also`` words taken beside those offered; ``aliases`` are heads under which
    ledgers hold the same thing; ``length`` is in characters. ``key`` marks what recognises a row.
    """

    name: str
    label: Label
    kind: Kind = "text"
    required: bool = False
    length: int = 200
    choices: Callable[[], Mapping[str, Any]] | None = None
    also: Callable[[], Mapping[str, Any]] | None = None
    example: str = ""
    hint: Label = ""
    aliases: tuple[str, ...] = ()
    key: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: row and column as the sheet counts them (row from 1, column from 0; -1 for the row as a whole)."""

    row: int
    column: int
    label: str
    value: str
    sentence: str

    @property
    def cell(self) -> str:
        """The address a spreadsheet shows, e.g. ``C12``; ``12`` for a whole row."""
        return f"{column_letters(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Stood:
    """A row that stands already: its key, how it is named, and its fields in the values a sheet would hold."""

    key: int
    label: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """What goes for the whole file: why, and whether what differs was wrong (no day) or is true from ``on``."""

    reason: str
    on: date | None = None


class Column(Sequence[Any]):
    """The values of one column row by row, each distinct one understood and kept once."""

    def __init__(self, values: Sequence[Any], codes: Any = None) -> None:
        """``codes`` (a polars series) says for each row which of ``values`` it is; without, they are the rows' own."""
        self.values, self.codes = values, codes

    @cached_property
    def _rows(self) -> list[Any]:
        return list(self.values) if self.codes is None else [self.values[code] for code in self.codes.to_list()]

    def __len__(self) -> int:
        return len(self.values if self.codes is None else self.codes)

    def __getitem__(self, place: Any) -> Any:
        return self._rows[place]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def __setitem__(self, place: int, value: Any) -> None:
        rows = self._rows
        rows[place] = value
        self.values, self.codes = rows, None


@dataclass
class Batch:
    """The rows of a sheet column by column: values as the services take them, ``None`` where nothing stands.

    ``numbers`` are the rows' numbers in the sheet, ``places`` the sheet's column of each field that is mapped.
    ``joined`` are rows that only say more of an earlier one (→ that one); ``kept`` is what the room's matching noted
    by row for its writing.
    """

    fields: Mapping[str, Field]
    numbers: list[int]
    columns: dict[str, Column]
    places: dict[str, int]
    faults: list[Fault] = field(default_factory=list)
    wrong: set[int] = field(default_factory=set)
    told: set[tuple[int, str]] = field(default_factory=set)
    joined: dict[int, int] = field(default_factory=dict)
    kept: dict[int, Any] = field(default_factory=dict)

    def row(self, place: int) -> dict[str, Any]:
        """Return the filled fields of one row; an empty cell says nothing and changes nothing."""
        return {name: column[place] for name, column in self.columns.items() if column[place] is not None}

    def empty(self, place: int, name: str) -> bool:
        """Tell whether a row leaves a field empty; a cell that could not be understood is not empty."""
        return self.columns[name][place] is None and (place, name) not in self.told

    def fault(self, place: int, name: str | None, sentence: str, *, value: Any = None) -> None:
        """Write down what is wrong with one cell, or with a row as a whole where no field is named or mapped."""
        column = self.places.get(name or "", -1)
        label = str(self.fields[name].label) if name and name in self.fields else ""
        said = self.columns[name][place] if value is None and name in self.columns else value
        self.wrong.add(place)
        self.told.add((place, name or ""))
        self.faults.append(Fault(self.numbers[place], column, label, "" if said is None else str(said), sentence))

    def each(self, places: Iterable[int], act: Callable[[int], object], step: Callable[[], object]) -> None:
        """Do ``act`` for every place in a savepoint of its own; what is refused becomes the fault of its cell."""
        for place in places:
            try:
                with transaction.atomic():
                    act(place)
            except Refused as refusal:
                name = refusal.field if refusal.field in self.fields else None
                self.fault(place, name, str(refusal))
            step()


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that would change: which of its fields hold what now, and what afterwards."""

    place: int
    stood: Stood
    values: Mapping[str, Any]


Match = Callable[[Actor, Batch], Sequence["Stood | None"]]
Step = Callable[[], object]
Create = Callable[[Actor, Batch, Sequence[int], Setting, Step], None]
Change = Callable[[Actor, Batch, Sequence[Difference], Setting, Step], None]


@dataclass(frozen=True)
class Imports:
    """How rows of a resource come in.

    ``action`` is asked of the resource's ``access`` table (or of ``access`` here) before anybody sees a page.
    ``unique`` are the groups of fields no two rows of a file may share. ``match`` finds what stands already, one answer
    a row; ``create`` and ``change`` write through the room's services and tell refusals as faults. ``rehearsed`` has
    the dry run write everything and roll back, so that it tells what only the services know. ``written`` are the
    models whose rows an undo takes back, the resource's own first, each with the column that holds the key of that
    first one; ``derived`` are those that ``recompose`` (keys of the first) brings in step again.
    """

    fields: tuple[Field, ...]
    match: Match
    create: Create
    change: Change
    written: Mapping[type[Model], str]
    unique: tuple[tuple[str, ...], ...] = ()
    action: str = "add"
    access: Any = None
    rehearsed: bool = False
    dated: bool = True
    derived: tuple[type[Model], ...] = ()
    recompose: Callable[[set[int]], None] | None = None
    notes: tuple[Label, ...] = ()

    @property
    def main(self) -> type[Model]:
        """The model of the rows themselves."""
        return next(iter(self.written))

    @property
    def by_name(self) -> dict[str, Field]:
        """The fields by their names."""
        return {one.name: one for one in self.fields}


def column_letters(column: int) -> str:
    """Return how a spreadsheet names a column counted from 0: A … Z, AA …; empty below 0."""
    letters, left = "", column
    while left >= 0:
        letters = chr(ord("A") + left % 26) + letters
        left = left // 26 - 1
    return letters


def differences(field_names: Iterable[str], batch: Batch, place: int, stood: Stood) -> dict[str, Any]:
    """Return the filled fields of a row that differ from what stands; what the stand does not know is left.

    What stands in letters of full width and is typed in plain ones is the same.
    """
    return {
        name: value
        for name in field_names
        if (value := batch.columns[name][place]) is not None
        and name in stood.values
        and not _same(value, stood.values[name])
    }


def _same(value: Any, stood: Any) -> bool:
    if value == stood:
        return True
    plain = (unicodedata.normalize("NFKC", text) if isinstance(text, str) else text for text in (value, stood))
    return next(plain) == next(plain)
