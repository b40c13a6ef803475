"""Who sees an import: whoever brought the file in; the auditor reads what was brought in."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.access import NOTHING, PUBLIC, AccessTable, Actor, Allow, Office, everything
from kechuang.ui.imports.models import ImportRun


def own(actor: Actor, office: Office) -> Q:
    """Scope of what the person brought in; nothing for the public."""
    return NOTHING if actor.user_id is None else Q(actor_id=actor.user_id)


RUNS = AccessTable(
    ImportRun,
    (
        Allow(("view", "map", "write", "undo"), PUBLIC, own, _("本人的导入")),
        Allow(("view",), "auditor", everything, _("审计员查看导入记录")),
    ),
)
