"""``migrate`` as Django has it, with models rendered one by one (``kechuang.site.migrating``).

Everything that makes tables goes through here: ``kechuang migrate`` and ``run``, and every test database.
"""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.executor import MigrationExecutor

from kechuang.site.migrating import LightExecutor

NAME = "MigrationExecutor"
"""What Django's command calls its executor; it takes no other by any option."""


class Command(migrate.Command):
    """Django's command with our executor."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate."""
        vars(migrate)[NAME] = LightExecutor
        try:
            super().handle(*args, **options)
        finally:
            vars(migrate)[NAME] = MigrationExecutor
