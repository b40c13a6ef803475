"""Noting what changed, in the database itself: one insert a statement, raw SQL and bulk statements included."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DEFAULT_DB_ALIAS, connections

from kechuang.kernel.search import Follow, Searched, registered

FUNCTION = """
CREATE OR REPLACE FUNCTION kechuang_out_of_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    source text;
BEGIN
    FOREACH source IN ARRAY CASE TG_OP WHEN 'UPDATE' THEN '{before,changed}' ELSE '{changed}' END::text[] LOOP
        IF TG_ARGV[2] = '' THEN
            EXECUTE format('INSERT INTO brain_outofstep (kind, object_id) SELECT DISTINCT %L, %I FROM %I '
                'WHERE %I IS NOT NULL', TG_ARGV[0], TG_ARGV[1], source, TG_ARGV[1]);
        ELSE
            EXECUTE format('INSERT INTO brain_outofstep (kind, object_id) SELECT DISTINCT %L, t.id FROM %I t '
                'JOIN %I c ON t.%I = c.%I', TG_ARGV[0], TG_ARGV[2], source, TG_ARGV[1], TG_ARGV[3]);
        END IF;
        EXIT WHEN CASE TG_ARGV[2] WHEN '' THEN TG_ARGV[1] ELSE TG_ARGV[3] END = 'id';
    END LOOP;
    RETURN NULL;
END $$;
"""
SEEN = {
    "insert": "REFERENCING NEW TABLE AS changed",
    "update": "REFERENCING OLD TABLE AS before NEW TABLE AS changed",
    "delete": "REFERENCING OLD TABLE AS changed",
}
# Where no row is kept yet, a fresh installation or a type that is searched from this version on: all are noted.
FIRST = """
INSERT INTO brain_outofstep (kind, object_id)
SELECT %s, {key} FROM "{table}"
WHERE NOT EXISTS (SELECT 1 FROM brain_searchrow WHERE kind = %s)
  AND NOT EXISTS (SELECT 1 FROM brain_outofstep WHERE kind = %s)
"""


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """Lay the triggers of every searched type, take away those of types that are searched no more."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    if "brain_outofstep" not in present:
        return
    with connection.cursor() as cursor:
        cursor.execute(FUNCTION)
        laid = set()
        for name, table, statement in _statements():
            if table in present:
                cursor.execute(statement)
                laid.add((name, table))
        cursor.execute(
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.proname = 'kechuang_out_of_step'"
        )
        for name, table in set(cursor.fetchall()) - laid:
            cursor.execute(f'DROP TRIGGER "{name}" ON "{table}"')
        for kind, searched in registered().items():
            meta = searched.model._meta
            if meta.db_table in present:
                cursor.execute(FIRST.format(key=meta.pk.column, table=meta.db_table), [kind, kind, kind])


def _statements() -> Iterator[tuple[str, str, str]]:
    for kind, searched in registered().items():
        follows = (Follow(searched.model, searched.model._meta.pk.column or "id"), *searched.follows)
        for place, follow in enumerate(follows):
            for when, seen in SEEN.items():
                if follow.by and not follow.column and when == "insert":
                    continue  # nothing names a row that did not exist before this statement
                name, table = f"found_{kind}_{place}_{when}", follow.model._meta.db_table
                call = f"kechuang_out_of_step({_arguments(kind, searched, follow)})"
                yield (
                    name,
                    table,
                    (
                        f'CREATE OR REPLACE TRIGGER "{name}" AFTER {when.upper()} ON "{table}" {seen} '
                        f"FOR EACH STATEMENT EXECUTE FUNCTION {call}"
                    ),
                )


def _arguments(kind: str, searched: Searched, follow: Follow) -> str:
    table = searched.model._meta.db_table if follow.by else ""
    named = (follow.by and follow.column) or follow.model._meta.pk.column
    given = (kind, follow.by or follow.column, table, named)
    return ", ".join(f"'{one}'" for one in given)
