"""``kechuang migrate``: the tables, brought to what this version expects."""

import click


def pending_migrations() -> list[str]:
    """Return the migrations the database does not have yet, as ``app.name``. Needs Django set up."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def bring_up_to_date(*, quiet: bool = False) -> int:
    """Apply what is pending, holding a lock so that two machines do it one after the other; return how many.

    The shared cache's table is made here as well.
    """
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('kechuang.migrate'))")
        try:
            pending = pending_migrations()
            if pending:
                call_command("migrate", interactive=False, verbosity=0)
                call_command("createcachetable", verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('kechuang.migrate'))")
    if not quiet:
        click.echo(f"数据库已更新（{len(pending)} 步）。" if pending else "数据库已是最新。")
    return len(pending)


@click.command()
def migrate() -> None:
    """建立或更新数据库的表。可重复运行；几台机器同时运行时依次进行。"""
    import django

    django.setup()
    bring_up_to_date()
