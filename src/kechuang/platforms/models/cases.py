"""What cases about a platform have in common."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import Department, Organisation
from kechuang.kernel.models import Stateful
from kechuang.platforms.models.platform import Platform


class OfPlatform(Stateful):
    """A case about one platform; name, host and department are those of the day it began, as its papers name them."""

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="%(class)ss")
    platform_name = models.CharField(_("平台"), max_length=200)
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("依托单位"))
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("归口部门"))

    class Meta:
        abstract = True
