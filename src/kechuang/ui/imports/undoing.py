"""Taking an import back as one act, from what the database itself recorded of it.

The audit trail holds every row the import wrote, with what stood before. An undo removes what was created and puts back
what was changed, unless somebody has since changed or used one of the rows: then it refuses and says which.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import ForeignKey, Model
from django.utils.translation import gettext as _
from psycopg import sql

from kechuang.kernel.access import Actor
from kechuang.kernel.cases import cases_keep
from kechuang.kernel.desks import desks
from kechuang.kernel.errors import Refused
from kechuang.kernel.models import AuditEvent, Stateful
from kechuang.ui.imports.checking import Told, told_to_nobody
from kechuang.ui.imports.declaration import Imports

MOST_TOLD = 10
TELL = "SELECT set_config('kechuang.actor', %s, false), set_config('kechuang.request', %s, false)"
FIRST = """
SELECT DISTINCT ON (row) row, operation, (coalesce(after, before) ->> %(main)s)::bigint FROM kernel_auditevent
WHERE id BETWEEN %(first)s AND %(last)s AND request = %(request)s AND "table" = %(table)s ORDER BY row, id
"""
LATER = """
SELECT DISTINCT e.row FROM kernel_auditevent e
WHERE e."table" = %(table)s AND e.row = ANY(%(rows)s) AND e.id > %(first)s AND e.request <> %(request)s
"""


@dataclass
class Undone:
    """What an undo has to take back of one table: keys created, changed, removed; and the main rows they belong to."""

    model: type[Model]
    created: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    main: set[int] = field(default_factory=set)

    @property
    def touched(self) -> list[int]:
        """Every row the import wrote."""
        return [*self.created, *self.changed, *self.removed]


def request_of(run: int) -> str:
    """Return under which name the audit trail knows what an import wrote."""
    return f"import:{run}"


@contextmanager
def recorded_as(actor: Actor, request: str) -> Iterator[None]:
    """Have what is written inside recorded under ``request``; afterwards whoever acted before acts again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('kechuang.actor', true), ''), "
            "coalesce(current_setting('kechuang.request', true), '')"
        )
        before = cursor.fetchone()
        cursor.execute(TELL, [str(actor.user_id or ""), request])
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            with suppress(DatabaseError), connection.cursor() as cursor:
                cursor.execute(TELL, list(before))


def audit_place() -> int:
    """Return the key of the newest audit event; what an import writes comes after it."""
    last = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first()
    return int(last or 0)


@transaction.atomic
def take_back(imports: Imports, *, request: str, first: int, last: int, told: Told = told_to_nobody) -> int:
    """Undo what was written under ``request`` between two audit events; return how many rows of the main table.

    Raises ``Refused`` naming the rows that were changed or used since; then nothing is taken back.
    """
    found = _all_written(imports, request=request, first=first, last=last)
    _locked(found)
    _refuse_changed(found, request=request, first=first)
    _refuse_used(found, imports)
    total, done = sum(len(one.touched) for one in found), 0
    told("undoing", 0, total)
    try:
        for one in found:
            _delete(one)
            done += len(one.created)
            told("undoing", done, total)
        for one in found:
            _restore(one, request=request, first=first, last=last)
        if imports.recompose:
            imports.recompose(_main(found))
        for one in found:
            if issubclass(one.model, Stateful) and one.model in desks():
                cases_keep(one.model, sorted(one.touched))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except DatabaseError as fault:
        raise Refused(_("有的记录已被别处引用或改动，不能整批撤销；请逐条更正。")) from fault
    return len(_main(found))


def _all_written(imports: Imports, *, request: str, first: int, last: int) -> list[Undone]:
    return [_written(model, main, request=request, first=first, last=last) for model, main in imports.written.items()]


def _main(found: Sequence[Undone]) -> set[int]:
    return set().union(*(one.main for one in found))


def _written(model: type[Model], main: str, *, request: str, first: int, last: int) -> Undone:
    table = model._meta.db_table
    found = Undone(model)
    with connection.cursor() as cursor:
        cursor.execute(FIRST, {"first": first, "last": last, "request": request, "table": table, "main": main})
        events = cursor.fetchall()
    begun = {int(row): operation for row, operation, _main in events}
    found.main = {int(key) for _row, _operation, key in events if key is not None}
    there = set(model._default_manager.filter(pk__in=list(begun)).values_list("pk", flat=True))
    for key, operation in begun.items():
        if operation == "INSERT":
            if key in there:
                found.created.append(key)
        elif key in there:
            found.changed.append(key)
        else:
            found.removed.append(key)
    return found


def _locked(found: Sequence[Undone]) -> None:
    """Hold every row, so that nobody changes one between the question and the act."""
    for one in found:
        keys = one.model._default_manager.select_for_update(of=("self",)).order_by("pk")
        list(keys.filter(pk__in=[*one.created, *one.changed]).values_list("pk", flat=True))


def _refuse_changed(found: Sequence[Undone], *, request: str, first: int) -> None:
    told: list[str] = []
    for one in found:
        rows = [str(key) for key in one.touched]
        with connection.cursor() as cursor:
            cursor.execute(LATER, {"table": one.model._meta.db_table, "rows": rows, "first": first, "request": request})
            later = [int(row) for (row,) in cursor.fetchall()]
        told += _names(one.model, later)
    if told:
        raise Refused(_("导入之后又有人改动了：%(rows)s。不能整批撤销，请逐条更正。") % {"rows": _listed(told)})


def _refuse_used(found: Sequence[Undone], imports: Imports) -> None:
    """Refuse when a row that would go is pointed at by one that the import did not write."""
    own = {one.model: set(one.created) for one in found}
    told: list[str] = []
    for one in found:
        for relation in one.model._meta.related_objects:
            pointing = relation.related_model
            if not one.created or not isinstance(relation.field, ForeignKey) or pointing in imports.derived:
                continue
            rows = pointing._default_manager.filter(**{f"{relation.field.name}__in": one.created})
            used = rows.exclude(pk__in=own.get(pointing, ())).values_list(relation.field.attname, flat=True)[:MOST_TOLD]
            told += [
                _("%(row)s（已用于%(what)s）") % {"row": name, "what": pointing._meta.verbose_name}
                for name in _names(one.model, sorted(set(used)))
            ]
    if told:
        raise Refused(_("有的记录已被使用：%(rows)s。不能整批撤销，请逐条处理。") % {"rows": _listed(told)})


def _names(model: type[Model], keys: Sequence[int]) -> list[str]:
    rows = model._default_manager.filter(pk__in=keys[:MOST_TOLD])
    names = [str(row) for row in rows]
    return names + [f"#{key}" for key in keys[len(names) :]]


def _listed(told: Sequence[str]) -> str:
    shown = "、".join(dict.fromkeys(told[:MOST_TOLD]))
    return _("%(shown)s等 %(count)d 条") % {"shown": shown, "count": len(told)} if len(told) > MOST_TOLD else shown


def _delete(one: Undone) -> None:
    """Remove what was created, by its keys alone: nothing else may go with it."""
    if one.created:
        statement = sql.SQL("DELETE FROM {} WHERE {} = ANY(%s)").format(
            sql.Identifier(one.model._meta.db_table), sql.Identifier(str(one.model._meta.pk.column))
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [one.created])


def _restore(one: Undone, *, request: str, first: int, last: int) -> None:
    """Put changed rows back as they were, and removed ones where they were."""
    table = one.model._meta.db_table
    columns = [str(column.column) for column in one.model._meta.concrete_fields]
    key = str(one.model._meta.pk.column)
    given: dict[str, Any] = {"request": request, "first": first, "last": last, "table": table}
    for statement, keys in ((_put_back(table, key, columns), one.changed), (_put_in(table, columns), one.removed)):
        if keys:
            with connection.cursor() as cursor:
                cursor.execute(statement, {**given, "rows": [str(one_key) for one_key in keys]})


def _before(table: str, columns: Sequence[str]) -> sql.Composable:
    """Select the columns of what stood before the import first touched each row."""
    names = sql.SQL(", ").join(sql.SQL("stood.{}").format(sql.Identifier(name)) for name in columns)
    return sql.SQL(
        "SELECT {names} FROM (SELECT DISTINCT ON (row) row, before FROM kernel_auditevent "
        'WHERE id BETWEEN %(first)s AND %(last)s AND request = %(request)s AND "table" = %(table)s '
        "AND row = ANY(%(rows)s) ORDER BY row, id) AS event, "
        "LATERAL jsonb_populate_record(NULL::{table}, event.before) AS stood"
    ).format(names=names, table=sql.Identifier(table))


def _put_back(table: str, key: str, columns: Sequence[str]) -> sql.Composable:
    settings = sql.SQL(", ").join(
        sql.SQL("{0} = old.{0}").format(sql.Identifier(name)) for name in columns if name != key
    )
    return sql.SQL("UPDATE {table} AS kept SET {settings} FROM ({before}) AS old WHERE kept.{key} = old.{key}").format(
        table=sql.Identifier(table), settings=settings, before=_before(table, columns), key=sql.Identifier(key)
    )


def _put_in(table: str, columns: Sequence[str]) -> sql.Composable:
    names = sql.SQL(", ").join(sql.Identifier(name) for name in columns)
    return sql.SQL("INSERT INTO {table} ({names}) {before}").format(
        table=sql.Identifier(table), names=names, before=_before(table, columns)
    )


def rows_written(imports: Imports, *, request: str, first: int, last: int, most: int) -> list[Any]:
    """Return the first ``most`` rows of the main table that the import wrote and that are still there."""
    keys = sorted(_main(_all_written(imports, request=request, first=first, last=last)))[:most]
    return list(imports.main._default_manager.filter(pk__in=keys).order_by("pk"))
