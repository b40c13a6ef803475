"""What a token may be asked for, and how long it may live."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """A part of the read API; a token reads the parts it was made for (范围)."""

    REGISTER = "register", _("平台登记库")
    ORGANISATIONS = "organisations", _("单位名录")
    PLAN = "plan", _("方案与指标")
    METRICS = "metrics", _("指标字典")
    DATASETS = "datasets", _("开放数据目录")
    NOTICES = "notices", _("通知公告")


SCOPE_OF = {
    "platforms": Scope.REGISTER,
    "organisations": Scope.ORGANISATIONS,
    "plan": Scope.PLAN,
    "metrics": Scope.METRICS,
    "datasets": Scope.DATASETS,
    "notices": Scope.NOTICES,
}
"""First word of an address below ``/api/v1/`` → the scope it belongs to."""

LONGEST_DAYS = 365
LIFETIMES = ((30, _("30 天")), (90, _("90 天")), (180, _("180 天")), (LONGEST_DAYS, _("一年")))
MOST_TOKENS = 10
"""Tokens in force a person may hold; more would only be forgotten somewhere."""
