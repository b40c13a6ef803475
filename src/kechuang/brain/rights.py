"""Who may find a row, as keys that an index can hold: read off the access tables, never written a second time.

A line of an access table that reaches the whole city gives its rows the key of its role (``leader``); one that
reaches what belongs to an office's unit gives ``county_officer:c3``, one for the person alone ``expert:p7``. To
read them off, a line is asked for the scope of an office whose bound is not a number but a *column* of the units'
table: the database then answers which units each row belongs to, however the line reaches them.
A row that everybody may find carries nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import IntegerField, Model, Q
from django.db.models.expressions import RawSQL

from kechuang.directory.models import County, Department, Organisation
from kechuang.kernel.access import NOTHING, PUBLIC, AccessTable, Actor, Allow, Office
from kechuang.kernel.search import Searched

EVERYBODY = [PUBLIC]
ACTION = "view"
BOUNDS: dict[str, tuple[str, type[Model]]] = {
    "d": ("department_id", Department),
    "c": ("county_id", County),
    "o": ("organisation_id", Organisation),
    "p": ("", get_user_model()),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One line of a table read for one bound: ``where`` over rows (and ``bound.id``), and the key it gives.

    ``letter`` is "" where the line asks for no bound; ``each`` tells whether the key ends with the unit's own.
    """

    role: str
    letter: str
    where: Q
    each: bool

    @property
    def key(self) -> str:
        """The key without the unit."""
        return f"{self.role}:{self.letter}" if self.letter else self.role


def keys_of(actor: Actor) -> list[str]:
    """Return every key that opens rows to ``actor``: one for everybody, a few for each office held today."""
    found = dict.fromkeys(EVERYBODY)
    for office in (Office(PUBLIC), *actor.offices):
        found[office.role] = None
        bounds = {letter: getattr(office, name) for letter, (name, _model) in BOUNDS.items() if name}
        for letter, key in {**bounds, "p": actor.user_id}.items():
            if key is not None:
                found[f"{office.role}:{letter}"] = None
                found[f"{office.role}:{letter}{key}"] = None
    return list(found)


def readings(table: AccessTable) -> list[Reading]:
    """Return what the lines of ``table`` say about finding. Raises ``LookupError`` on a line no single bound opens."""
    return [reading for line in table.lines if ACTION in line.actions for reading in _read(line)]


def _read(line: Allow) -> Iterator[Reading]:
    free = line.where(Actor(user_id=None), Office(line.role))
    if not _is_nothing(free):
        yield Reading(line.role, "", free & line.only, each=False)
        return
    found = False
    for letter, (name, _model) in BOUNDS.items():
        column: Any = RawSQL('"bound"."id"', (), output_field=IntegerField())
        office = Office(line.role, **{name: column} if name else {})
        where = line.where(Actor(user_id=None if name else column), office)
        if not _is_nothing(where):
            found = True
            yield Reading(line.role, letter, where & line.only, each=bool(where))
    if not found:
        raise LookupError(f"no single bound opens the line of {line.role}: {line.because}")


def _is_nothing(where: Q) -> bool:
    if where == NOTHING:
        return True
    inner = [child == ("pk__in", ()) or (isinstance(child, Q) and _is_nothing(child)) for child in where.children]
    return bool(inner) and not where.negated and (any(inner) if where.connector == Q.AND else all(inner))


def scopes_of(searched: Searched, keys: Sequence[int]) -> dict[int, list[str]]:
    """Return the keys of everybody who may find each row of ``keys``: one query."""
    if not keys:
        return {}
    parts: list[str] = []
    params: list[Any] = []
    for reading in readings(searched.access):
        sql, given = _rows(searched, reading.where, keys)
        parts.append(_union(reading, sql))
        params += given
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(parts), params)
        found = cursor.fetchall()
    return _gathered(found)


def _rows(searched: Searched, where: Q, keys: Sequence[int]) -> tuple[str, tuple[Any, ...]]:
    rows = searched.model._default_manager.filter(where, searched.only, pk__in=list(keys)).order_by()
    sql, params = rows.values_list("pk").query.sql_with_params()
    return sql, params


def _union(reading: Reading, sql: str) -> str:
    # The role and the tables are names of the program, nothing that was typed.
    if not reading.each:
        return f"SELECT '{reading.key}', found.* FROM ({sql}) found"  # noqa: S608
    table = BOUNDS[reading.letter][1]._meta.db_table
    return f"SELECT '{reading.key}' || bound.id, found.* FROM \"{table}\" bound, LATERAL ({sql}) found"  # noqa: S608


def _gathered(found: Iterable[tuple[str, int]]) -> dict[int, list[str]]:
    scopes: dict[int, set[str]] = defaultdict(set)
    for scope, key in found:
        scopes[key].add(scope)
    return {key: EVERYBODY if PUBLIC in kept else sorted(kept) for key, kept in scopes.items()}
