"""All organisations at once: the facts in force as columns, read from PostgreSQL in a few large pieces.

The server puts a whole column together and sends it as two byte strings, the subjects and their values, so that
no row of facts ever becomes a Python object. Texts, sets, dates and booleans come grouped: each value once, with
the subjects that have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, cast, overload

import numpy as np
import numpy.typing as npt
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet

from kechuang.directory.models import Organisation
from kechuang.facts import sources
from kechuang.facts.choices import IN_FORCE, SubjectKind
from kechuang.facts.models import COLUMNS, Metric
from kechuang.facts.selectors.rules import exact, rule_facts
from kechuang.facts.sources import DIRECTORY_METRICS
from kechuang.facts.subjects import Subject
from kechuang.pure.conditions.columns import Amounts, Column, Table, Vocabulary, Words, column_of
from kechuang.pure.conditions.metrics import Dictionary
from kechuang.pure.conditions.metrics import Metric as Measured
from kechuang.pure.conditions.rules import Rule
from kechuang.pure.conditions.values import Kind, Value

Keys = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]
PLACES = 4
"""Decimals of a stored number; the column of facts says so."""
AT_ONCE = 5_000
"""Organisations a register is asked about at once."""

_DIRECTORY = {"kind": "o.kind", "county": "c.code", "industry": "o.industry_code"}
_NUMBERS = """
    SELECT string_agg(int8send(subject_id), ''),
           string_agg(int8send((coalesce(audited_number, number) * 10000)::bigint), '')
      FROM facts_fact
     WHERE metric_id = %s AND {year} AND subject_kind = %s AND status IN (%s, %s)
"""
_GROUPED = """
    SELECT coalesce(audited_{column}, {column}), string_agg(int8send(subject_id), '')
      FROM facts_fact
     WHERE metric_id = %s AND {year} AND subject_kind = %s AND status IN (%s, %s)
     GROUP BY 1
"""
_OF_DIRECTORY = """
    SELECT {column}, string_agg(int8send(o.id), '')
      FROM directory_organisation o JOIN directory_county c ON c.id = o.county_id
     WHERE {column} <> ''
     GROUP BY 1
"""


class Names(Sequence[str]):
    """Keys of organisations as the texts a table wants, written when they are asked for."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        return Names(self.keys[place]) if isinstance(place, slice) else str(int(self.keys[place]))


@dataclass(frozen=True)
class Reading:
    """Organisations by key with the place of each; ``places`` is indexed by key, -1 where it is not among them."""

    keys: Keys
    places: npt.NDArray[np.int32]
    vocabulary: Vocabulary

    @classmethod
    def over(cls, keys: Keys) -> Reading:
        places = np.full(int(keys[-1]) + 1 if len(keys) else 1, -1, dtype=np.int32)
        places[keys] = np.arange(len(keys), dtype=np.int32)
        return cls(keys, places, Vocabulary())

    def rows(self, packed: bytes | memoryview) -> tuple[Rows, npt.NDArray[np.bool_]]:
        """Return the places of packed keys, and which of the keys have one."""
        found = np.frombuffer(packed, dtype=">i8")
        within = found < len(self.places)
        rows = np.full(len(found), -1, dtype=np.int64)
        rows[within] = self.places[found[within]]
        return rows, rows >= 0


def organisations_table(
    rules: Iterable[Rule], metrics: Dictionary, *, year: int, among: QuerySet[Any] | None = None
) -> tuple[Keys, Table]:
    """Return the keys of all organisations (or those ``among``) in order, and what rules ask of them as columns.

    Organisations merged into others are left out. Everything is read as of one moment.
    """
    wanted = sorted({(fact.code, fact.offset) for rule in rules for fact in rule_facts(rule)})
    with _one_moment():
        keys = keys_of(Organisation.objects.all() if among is None else among)
        reading = Reading.over(keys)
        stored = {each.code: each.pk for each in Metric.objects.filter(code__in={code for code, _offset in wanted})}
        columns: dict[tuple[str, int | None], Column] = {}
        for code, offset in wanted:
            metric = metrics[code]
            period = year + offset if metric.yearly else None
            columns[code, period] = _column(reading, metric, stored.get(code), period)
    return keys, Table(Names(keys), columns, metrics, reading.vocabulary)


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read everything from one snapshot; inside an open transaction that transaction decides."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def keys_of(rows: QuerySet[Any]) -> Keys:
    """Return the keys of the organisations among ``rows`` that were not merged into another, in order."""
    try:
        sql, values = rows.filter(merged_into=None).order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return np.zeros(0, dtype=np.int64)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT string_agg(int8send(id), '' ORDER BY id) FROM ({sql}) AS o(id)", values)  # noqa: S608
        packed = cursor.fetchone()[0]
    return np.frombuffer(packed or b"", dtype=">i8").astype(np.int64)


def _column(reading: Reading, metric: Measured, key: int | None, period: int | None) -> Column:
    """Return one metric of one period for all; from a register where one answers it, else from the facts."""
    owner = sources.owner_of("organisation", metric.code)
    if owner is not None and owner.name == "directory" and metric.code in DIRECTORY_METRICS:
        column = _DIRECTORY[metric.code]
        return _grouped(reading, metric.kind, _OF_DIRECTORY.format(column=column), ())
    if owner is not None:
        return column_of(_answered(reading, owner, metric.code, period), metric.kind, reading.vocabulary)
    # A year is part of the address: "is not distinct from" would find no index.
    year = "year IS NULL" if period is None else f"year = {period:d}"
    values = (key or 0, SubjectKind.ORGANISATION.value, *(each.value for each in IN_FORCE))
    if metric.kind is Kind.NUMBER:
        return _numbers(reading, _NUMBERS.format(year=year), values)
    return _grouped(reading, metric.kind, _GROUPED.format(year=year, column=COLUMNS[metric.kind]), values)


def _fetched(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cast("list[tuple[Any, ...]]", cursor.fetchall())


def _numbers(reading: Reading, sql: str, values: Sequence[Any]) -> Amounts:
    [(subjects, packed)] = _fetched(sql, values)
    rows, here = reading.rows(subjects or b"")
    tops = np.frombuffer(packed or b"", dtype=">i8").astype(np.int64)[here]
    return _amounts(reading, rows[here], tops, PLACES)


def _amounts(reading: Reading, rows: Rows, tops: Keys, places: int) -> Amounts:
    """Make a column in its fewest decimals, so that products of numbers stay within 64 bits."""
    while places and not np.any(tops % 10):
        tops, places = tops // 10, places - 1
    size = len(reading.keys)
    column, known = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.bool_)
    column[rows], known[rows] = tops, True
    bound = max(-int(tops.min()), int(tops.max())) if len(tops) else 0
    return Amounts(column, known, Fraction(1, 10**places), bound)


def _grouped(reading: Reading, kind: Kind, sql: str, values: Sequence[Any]) -> Column:
    groups = list(_groups(reading, _fetched(sql, values)))
    if kind is Kind.DATE:
        rows = np.concatenate([rows for _value, rows in groups]) if groups else np.zeros(0, dtype=np.int64)
        days = [np.full(len(rows), cast("date", value).toordinal()) for value, rows in groups]
        return _amounts(reading, rows, np.concatenate(days) if days else np.zeros(0, dtype=np.int64), 0)
    codes = np.full(len(reading.keys), -1, dtype=np.int32)
    for value, rows in groups:
        word = frozenset(value) if isinstance(value, list) else value
        codes[rows] = word if isinstance(word, bool) else reading.vocabulary.place(word)
    return Words(codes)


def _groups(reading: Reading, found: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, Rows]]:
    for value, packed in found:
        rows, here = reading.rows(packed)
        yield value, rows[here]


def _answered(reading: Reading, owner: sources.Registered, code: str, period: int | None) -> Iterator[Value | None]:
    """Yield what a register knows of each organisation, asked some thousands at a time."""
    years = () if period is None else (period,)
    for start in range(0, len(reading.keys), AT_ONCE):
        subjects = [Subject("organisation", int(key)) for key in reading.keys[start : start + AT_ONCE]]
        known: Mapping[Any, Any] = owner.answer(subjects, {code}, years)
        for subject in subjects:
            value = known.get((subject, (code, period)))
            yield None if value is None else exact(value.value)
