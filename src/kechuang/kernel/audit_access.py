"""Who reads the audit trail and its seals."""

from django.utils.translation import gettext_lazy as _

from kechuang.kernel.access import PUBLIC, AccessTable, Allow, everything
from kechuang.kernel.models import AuditEvent, AuditSeal

TRAIL = AccessTable(AuditEvent, (Allow(("view", "export"), "auditor", everything, _("审计员查阅、导出全部审计记录")),))
SEALS = AccessTable(
    AuditSeal,
    (
        Allow(("view",), PUBLIC, everything, _("封存的根值对外公开")),
        Allow(("seal",), "auditor", everything, _("审计员可立即封存")),
    ),
)
