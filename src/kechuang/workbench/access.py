"""Who reads the audit trail."""

from django.utils.translation import gettext_lazy as _

from kechuang.kernel.access import AccessTable, Allow, everything
from kechuang.kernel.models import AuditEvent

TRAIL = AccessTable(AuditEvent, (Allow(("view",), "auditor", everything, _("审计员查阅全部审计记录")),))
