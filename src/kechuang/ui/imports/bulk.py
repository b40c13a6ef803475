"""Many rows at once: new ones by COPY, changed ones by COPY into a passing table and one statement from there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL
from psycopg import sql

from kechuang.kernel.access import Actor
from kechuang.ui.imports.declaration import Batch, Change, Create, Difference, Match, Setting, Step, Stood

PASSING = "kechuang_incoming"
BETWEEN = "\x1f"
"""Stands in no text that was read: it counts as a space there."""


def keys_taken(model: type[Model], number: int) -> list[int]:
    """Return ``number`` fresh keys of ``model``, so that rows that point to each other are written together."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, number],
        )
        return [row[0] for row in cursor.fetchall()]


def rows_in(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write ``rows`` (values of ``columns``, database names) into the model's table; return how many."""
    with connection.cursor() as cursor:
        with cursor.copy(_copying(model, columns)) as copy:
            for row in rows:
                copy.write_row(row)
        return int(cursor.rowcount)


def columns_in(model: type[Model], columns: Mapping[str, tuple[Sequence[Any], Any]], places: Sequence[int]) -> int:
    """Write whole columns: database name → (its distinct values, which of them each row has), the rows at ``places``.

    Return how many rows were written.
    """
    from kechuang.ui.imports import frames  # noqa: PLC0415 - loads polars, which only a sheet at hand is worth

    with connection.cursor() as cursor:
        with cursor.copy(_copying(model, list(columns))) as copy:
            for text in frames.copy_texts(list(columns.values()), places):
                copy.write(text)
        return int(cursor.rowcount)


def _copying(model: type[Model], columns: Sequence[str]) -> sql.Composed:
    names = sql.SQL(", ").join(sql.Identifier(column) for column in columns)
    return sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(model._meta.db_table), names)


def rows_changed(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Set ``columns`` of the rows named by their first value, the primary key; return how many were changed."""
    table = sql.Identifier(model._meta.db_table)
    pk = str(model._meta.pk.column)
    key = sql.Identifier(pk)
    every = (pk, *columns)
    names = sql.SQL(", ").join(sql.Identifier(column) for column in every)
    settings = sql.SQL(", ").join(sql.SQL("{0} = incoming.{0}").format(sql.Identifier(column)) for column in columns)
    with connection.cursor() as cursor:
        _passing(cursor, table, names, every, rows)
        cursor.execute(
            sql.SQL("UPDATE {0} AS kept SET {1} FROM {2} AS incoming WHERE kept.{3} = incoming.{3}").format(
                table, settings, sql.Identifier(PASSING), key
            )
        )
        written = cursor.rowcount
        cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(PASSING)))
    return int(written)


def _passing(cursor: Any, table: Any, names: Any, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    name = sql.Identifier(PASSING)
    cursor.execute(
        sql.SQL("CREATE TEMPORARY TABLE {0} ON COMMIT DROP AS SELECT {1} FROM {2} WITH NO DATA").format(
            name, names, table
        )
    )
    with cursor.copy(sql.SQL("COPY {0} ({1}) FROM STDIN").format(name, names)) as copy:
        for row in rows:
            copy.write_row(row)


def among(rows: QuerySet[Any], column: str, texts: Iterable[str]) -> QuerySet[Any]:
    """Narrow ``rows`` to those whose text ``column`` is one of ``texts``; they travel as one value, however many."""
    wanted = RawSQL("SELECT unnest(string_to_array(%s, %s))", [BETWEEN.join(texts), BETWEEN])
    return rows.filter(**{f"{column}__in": wanted})


def plain_match(model: type[Model], key: str, fields: Mapping[str, str]) -> Match:
    """Return a match for a model whose rows are recognised by one column: a query for all rows of the file.

    ``fields``: field of the sheet → attribute of the model (``county`` → ``county_id``).
    """

    def match(actor: Actor, batch: Batch) -> list[Stood | None]:
        wanted = [value for value in batch.columns[key] if value is not None]
        rows = among(model._default_manager.all(), fields[key], wanted).values("pk", *set(fields.values()))
        known = {
            row[fields[key]]: Stood(row["pk"], str(row[fields[key]]), {name: row[at] for name, at in fields.items()})
            for row in rows
        }
        return [known.get(value) for value in batch.columns[key]]

    return match


def plain_create(model: type[Model], fields: Mapping[str, str], empty: Mapping[str, Any] | None = None) -> Create:
    """Return a creation for a model that no law but its table's own constraints governs.

    ``empty``: field → what stands where the cell is empty (default an empty text).
    """
    blank = dict(empty or {})

    def create(actor: Actor, batch: Batch, places: Sequence[int], setting: Setting, step: Step) -> None:
        columns = {}
        for name, attribute in fields.items():
            column, instead = batch.columns[name], blank.get(name, "")
            values = [instead if value is None else value for value in column.values]
            columns[_column(model, attribute)] = (values, column.codes)
        columns_in(model, columns, places)
        step()

    return create


def plain_change(model: type[Model], fields: Mapping[str, str]) -> Change:
    """Return a change of rows for such a model."""

    def change(actor: Actor, batch: Batch, changes: Sequence[Difference], setting: Setting, step: Step) -> None:
        names = [name for name in fields if any(name in one.values for one in changes)]
        if not names:
            return
        rows = ([one.stood.key, *(({**one.stood.values, **one.values})[name] for name in names)] for one in changes)
        rows_changed(model, [_column(model, fields[name]) for name in names], rows)
        step()

    return change


def _column(model: type[Model], attribute: str) -> str:
    """Return the database column of an attribute (``county_id`` as it is)."""
    for one in model._meta.concrete_fields:
        if attribute in (one.name, one.attname):
            return str(one.column)
    raise ValueError(f"{model.__name__} has no column {attribute}")
