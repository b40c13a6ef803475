"""What is kept of an upload while it runs: whose it is, how much has come, until when it may be continued."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class RunningUpload(models.Model):
    """One file on its way in pieces (续传). Its bytes lie apart from everything that is served.

    ``name``, ``size`` and ``modified`` (the browser's milliseconds) are how the same file is known again;
    ``page`` and ``field`` say where it was chosen. ``used_at`` is set once, with what it became.
    """

    key = models.UUIDField(_("编号"), primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("上传人")
    )
    name = models.CharField(_("文件名"), max_length=255)
    size = models.PositiveBigIntegerField(_("大小（字节）"))
    received = models.PositiveBigIntegerField(_("已收到（字节）"), default=0)
    modified = models.PositiveBigIntegerField(_("文件修改时间"), default=0)
    page = models.CharField(_("页面"), max_length=200, blank=True)
    field = models.CharField(_("栏目"), max_length=100, blank=True)
    touched_at = models.DateTimeField(_("最近收到时间"))
    expires_at = models.DateTimeField(_("保留至"), db_index=True)
    used_at = models.DateTimeField(_("使用时间"), null=True)

    class Meta:
        verbose_name = _("续传")
        verbose_name_plural = verbose_name
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="kernel_running_upload_has_a_size"),
            models.CheckConstraint(condition=Q(received__lte=F("size")), name="kernel_running_upload_within_its_size"),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(received=F("size")), name="kernel_running_upload_used_when_whole"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_whole(self) -> bool:
        """Whether every byte has come."""
        return self.received == self.size

    def is_over(self, at: datetime) -> bool:
        """Say whether it may no longer be continued or used at ``at``."""
        return self.expires_at <= at
