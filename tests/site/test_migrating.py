"""The tables made with models rendered one by one are those Django makes; ``KECHUANG_DEEP=1`` compares all of them."""

from __future__ import annotations

import os

import pytest
from django.db import connections, migrations, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState

from kechuang.site.migrating import LightExecutor, is_of_own_tables

DEEP = bool(os.environ.get("KECHUANG_DEEP"))
ROOM = "directory"
TABLES = """
SELECT table_name, column_name, ordinal_position, data_type, character_maximum_length, is_nullable, column_default,
       is_identity, generation_expression
FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 3
"""
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, contype, condeferrable, condeferred, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2
"""
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2"


def made_by(executor: type[MigrationExecutor], name: str) -> list[list[tuple[object, ...]]]:
    """Return what an empty database ``name`` looks like after ``executor`` has run, for as long the default one."""
    standing = connections["default"]
    with standing.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    connections.databases[name] = {**standing.settings_dict, "NAME": name}
    connection = connections["default"] = connections.create_connection(name)
    try:
        runs = executor(connection)
        runs.migrate([key for key in runs.loader.graph.leaf_nodes() if DEEP or key[0] == ROOM])
        with connection.cursor() as cursor:
            found = []
            for question in (TABLES, CONSTRAINTS, INDEXES):
                cursor.execute(question)
                found.append(cursor.fetchall())
            return found
    finally:
        connection.close()
        connections["default"] = standing
        del connections.databases[name]
        with standing.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def test_the_tables_are_the_same_either_way(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        base = connections["default"].settings_dict["NAME"]
        light, whole = made_by(LightExecutor, f"{base}_light"), made_by(MigrationExecutor, f"{base}_whole")
    assert [len(rows) > 50 for rows in whole] == [True, True, True]
    assert light == whole


def state() -> ProjectState:
    columns = [("id", models.BigAutoField(primary_key=True)), ("code", models.CharField(max_length=9, unique=True))]
    return ProjectState({("room", "row"): ModelState("room", "Row", [*columns, ("note", models.TextField())])})


@pytest.mark.parametrize(
    ("step", "alone"),
    (
        (migrations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True))]), True),
        (migrations.AddField("row", "more", models.TextField(default="")), True),
        (migrations.AlterField("row", "note", models.CharField(max_length=5)), True),
        (migrations.AlterField("row", "note", models.CharField(max_length=5, unique=True)), False),
        (migrations.AlterField("row", "code", models.TextField()), False),
        (migrations.AlterField("row", "unknown", models.TextField()), False),
        (migrations.RunPython(migrations.RunPython.noop), False),
        (migrations.RenameField("row", "note", "remark"), False),
        (migrations.SeparateDatabaseAndState([migrations.RunSQL("SELECT 1")], []), True),
        (migrations.SeparateDatabaseAndState([], [migrations.RenameModel("Row", "Line")]), False),
    ),
)
def test_only_what_looks_at_its_own_table_is_run_the_light_way(step, alone):
    migration = migrations.Migration("0002_more", "room")
    migration.operations = [step]
    assert is_of_own_tables(migration, state()) is alone
