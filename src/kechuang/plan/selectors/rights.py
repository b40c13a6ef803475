"""What a person may do with each row of a list, asked with the list itself."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from kechuang.kernel.access import AccessTable, Actor


def allowed(table: AccessTable, actor: Actor, *actions: str) -> dict[str, Exists]:
    """Return annotations ``may_<action>``: the table's own scopes, evaluated in the list's query."""
    rows = table.model._default_manager.order_by().filter(pk=OuterRef("pk"))
    return {f"may_{action}": Exists(table.visible(rows, actor, action)) for action in actions}
