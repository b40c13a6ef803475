"""Storing many new rows at once by COPY: a large assignment writes a hundred thousand of them."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from psycopg import sql

Row = TypeVar("Row", bound=models.Model)
PLAIN = frozenset(
    {
        models.AutoField,
        models.BigAutoField,
        models.BooleanField,
        models.CharField,
        models.ForeignKey,
        models.IntegerField,
        models.OneToOneField,
        models.PositiveIntegerField,
        models.PositiveSmallIntegerField,
        models.SmallIntegerField,
        models.TextField,
    }
)
"""Fields whose value goes to the database as it stands in the row; any other class is asked what to write."""


def rows_copy(rows: list[Row]) -> list[Row]:
    """Store new ``rows`` of one model and return them with their keys. Call it inside a transaction.

    Triggers and constraints hold as for an INSERT; what ``save`` does beyond its fields is not done.
    """
    if not rows:
        return rows
    meta = rows[0]._meta
    # The connection itself: through Django's proxy each of a million values would look it up anew.
    connection = connections[DEFAULT_DB_ALIAS]
    fields = [field for field in meta.local_concrete_fields if not field.generated]
    written = [_written(field, connection) for field in fields]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(meta.db_table), sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in fields)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [meta.db_table, len(rows)]
        )
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key
        with cursor.copy(statement) as copying:
            for row in rows:
                copying.write_row([value(row) for value in written])
    for row in rows:
        row._state.adding = False
    return rows


def _written(field: Any, connection: Any) -> Callable[[models.Model], Any]:
    """Return what a row gives for ``field`` as it is written."""
    if type(field) in PLAIN:
        return attrgetter(field.attname)
    return lambda row: field.get_db_prep_save(field.pre_save(row, add=True), connection)
