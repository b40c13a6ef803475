"""Storing many new rows at once by COPY: a large assignment writes a hundred thousand of them."""

from __future__ import annotations

from typing import TypeVar

from django.db import connection, models
from psycopg import sql

Row = TypeVar("Row", bound=models.Model)


def rows_copy(rows: list[Row]) -> list[Row]:
    """Store new ``rows`` of one model and return them with their keys. Call it inside a transaction.

    Triggers and constraints hold as for an INSERT; what ``save`` does beyond its fields is not done.
    """
    if not rows:
        return rows
    meta = rows[0]._meta
    fields = [field for field in meta.local_concrete_fields if not field.generated]
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
                copying.write_row(
                    [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
                )
    for row in rows:
        row._state.adding = False
    return rows
