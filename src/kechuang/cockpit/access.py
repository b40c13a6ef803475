"""Who may look ahead: whoever works with the plan; the warnings are about figures of the whole city."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.cockpit.models import TargetWarning
from kechuang.kernel.access import AccessTable, Allow, everything
from kechuang.plan.access import CONCERNED

WARNINGS = AccessTable(
    TargetWarning,
    tuple(Allow(("view",), role, everything, _("预警对参与方案工作的岗位公开")) for role in CONCERNED),
)
