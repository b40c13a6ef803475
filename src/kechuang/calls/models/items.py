"""Service items of the catalogue as rows, and their numbered versions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import Department


class ServiceItem(models.Model):
    """A service item (政务服务事项). ``code`` is the catalogue's and never changes.

    ``department`` is who deals with it today; ``offered`` is false once the catalogue no longer
    holds it: what was begun goes on, nothing new begins.
    """

    code = models.CharField(_("代码"), max_length=100, unique=True)
    title = models.CharField(_("事项名称"), max_length=120)
    group = models.CharField(_("类别"), max_length=40)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="service_items", verbose_name=_("办理部门")
    )
    always_open = models.BooleanField(_("常年受理"), default=False)
    template = models.BooleanField(_("模板"), default=False)
    offered = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = _("服务事项")
        verbose_name_plural = verbose_name
        ordering = ["group", "title"]

    def __str__(self) -> str:
        return self.title


class ItemVersion(models.Model):
    """One version of an item: form, limits, process, papers, effect as the catalogue said them.

    ``definition`` is the JSON text of ``catalogue.items.ServiceItem``; what was begun under a
    version stays on it.
    """

    item = models.ForeignKey(ServiceItem, on_delete=models.CASCADE, related_name="versions", verbose_name=_("事项"))
    number = models.PositiveIntegerField(_("版本号"))
    definition = models.TextField(_("定义"))
    fingerprint = models.CharField(_("指纹"), max_length=64)
    loaded_at = models.DateTimeField(_("载入时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("事项版本")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="calls_one_item_version_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.item} v{self.number}"
