"""Who may look ahead (whoever works with the plan), and who has reports made in batches (who sees the whole city)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.cockpit.models import ReportBatch, TargetWarning
from kechuang.kernel.access import AccessTable, Allow, everything
from kechuang.plan.access import CONCERNED

WARNINGS = AccessTable(
    TargetWarning,
    tuple(Allow(("view",), role, everything, _("预警对参与方案工作的岗位公开")) for role in CONCERNED),
)

BATCHES = AccessTable(
    ReportBatch,
    (
        Allow(("view", "add"), "conference_office", everything, _("联席会议办公室成批出具报告")),
        Allow(("view", "add"), "leader", everything, _("市领导成批调阅报告")),
        Allow(("view",), "auditor", everything, _("审计员查看出具过的报告")),
    ),
)
