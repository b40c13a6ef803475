"""Who reads released data: everybody, as long as it was not withdrawn."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.access import PUBLIC, AccessTable, Allow, everything
from kechuang.portal.models import Release

RELEASES = AccessTable(
    Release, (Allow(("view",), PUBLIC, everything, _("开放数据对外公开"), only=Q(withdrawn_at=None)),)
)
