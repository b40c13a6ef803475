"""What Django's checks ask of the search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections

from kechuang.brain.models import Rewritten
from kechuang.brain.selectors import engine


def index_answers(
    app_configs: object = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Warn where the optional engine was chosen and its index cannot answer; PostgreSQL answers meanwhile."""
    for alias in databases or ():
        if Rewritten._meta.db_table not in connections[alias].introspection.table_names():
            return []  # not migrated yet
    reason = engine.trouble() if databases else ""
    return [checks.Warning(reason, id="kechuang.W020")] if reason else []
