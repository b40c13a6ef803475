"""What is remembered of imports: each file that was brought in, and which head of a ledger means which field."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportRun(models.Model):
    """One file on its way in (表格导入): looked at, checked, written, perhaps taken back.

    The file itself lies beside it under ``folder`` until it is forgotten. ``audit_first`` and ``audit_last`` bound
    what the database recorded of it, from which an undo is made.
    """

    class State(models.TextChoices):
        MAPPING = "mapping", _("待指定列")
        CHECKING = "checking", _("检查中")
        CHECKED = "checked", _("已检查")
        WRITING = "writing", _("写入中")
        DONE = "done", _("已写入")
        UNDOING = "undoing", _("撤销中")
        UNDONE = "undone", _("已撤销")
        FAILED = "failed", _("未写入")

    resource = models.CharField(_("类别"), max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("经办人")
    )
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.MAPPING)
    file_name = models.CharField(_("文件名"), max_length=200)
    kind = models.CharField(_("格式"), max_length=8)
    size = models.PositiveBigIntegerField(_("大小（字节）"))
    folder = models.CharField(_("存放处"), max_length=64, unique=True, editable=False)
    sheet = models.CharField(_("工作表"), max_length=120)
    head = models.PositiveIntegerField(_("表头行"), default=0)
    depth = models.PositiveSmallIntegerField(_("表头行数"), default=1)
    mapping: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(
        _("列的对应"), default=dict, blank=True
    )
    reason = models.CharField(_("事由"), max_length=200, blank=True)
    changed_on = models.DateField(_("变更生效日期"), null=True, blank=True)
    summary: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("结果"), default=dict, blank=True)
    problem = models.TextField(_("问题"), blank=True)
    audit_first = models.BigIntegerField(_("审计自"), null=True, editable=False)
    audit_last = models.BigIntegerField(_("审计至"), null=True, editable=False)
    uploaded_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    written_at = models.DateTimeField(_("写入时间"), null=True, blank=True)
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("表格导入")
        verbose_name_plural = verbose_name
        # A person's own imports, the latest first; the forgetting walks the same way.
        indexes = [models.Index(fields=["actor", "-id"], name="ui_import_of_a_person")]

    def __str__(self) -> str:
        return self.file_name


class ImportHead(models.Model):
    """That a head of a ledger means a field here, or none, as an office once said (列名对应)."""

    resource = models.CharField(_("类别"), max_length=40)
    office = models.CharField(_("岗位范围"), max_length=120)
    label = models.CharField(_("表头"), max_length=200)
    field = models.CharField(_("对应"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("列名对应")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(fields=["resource", "office", "label"], name="ui_one_meaning_a_head_and_office")
        ]

    def __str__(self) -> str:
        return f"{self.label} → {self.field}"
