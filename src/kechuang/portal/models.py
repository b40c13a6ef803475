"""Releases of open data: which files were published when, and what they hold."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Release(models.Model):
    """One version of a data set (数据版本), named by its day; the second of a day ends in ``.2``.

    A version never changes. It is withdrawn, its files removed, when it holds what must no
    longer be public; the line stays, so that whoever cited it learns why.
    """

    dataset = models.CharField(_("数据集"), max_length=40)
    version = models.CharField(_("版本"), max_length=16)
    made_at = models.DateTimeField(_("发布时间"), auto_now_add=True)
    checked_on = models.DateField(_("核对日期"))
    as_of = models.DateField(_("数据截至"))
    fingerprint = models.CharField(_("内容摘要"), max_length=64)
    rows = models.PositiveIntegerField(_("行数"))
    withdrawn_at = models.DateTimeField(_("撤下时间"), null=True, blank=True)
    withdrawn_because = models.CharField(_("撤下原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("开放数据版本")
        verbose_name_plural = verbose_name
        ordering = ["dataset", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "version"], name="portal_one_release_per_version"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_because=""), name="portal_withdrawn_for_a_reason"
            ),
            models.CheckConstraint(condition=Q(checked_on__gte=F("as_of")), name="portal_checked_after_it_was_true"),
        ]

    def __str__(self) -> str:
        return f"{self.dataset} {self.version}"


class ReleaseFile(models.Model):
    """One file of a release (数据文件): its place under the media folder, its length in bytes, its SHA-256."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="files")
    format = models.CharField(_("格式"), max_length=8)
    path = models.CharField(_("存放位置"), max_length=200)
    size = models.PositiveBigIntegerField(_("字节数"))
    sha256 = models.CharField(_("校验值"), max_length=64)

    class Meta:
        verbose_name = _("数据文件")
        verbose_name_plural = verbose_name
        ordering = ["format"]
        constraints = [
            models.UniqueConstraint(fields=["release", "format"], name="portal_one_file_per_format"),
        ]

    def __str__(self) -> str:
        return self.path
