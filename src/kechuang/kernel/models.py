"""What the kernel stores: process versions, moves, numbers, attachments, running uploads, the audit trail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.append_only import AppendOnly
from kechuang.kernel.audit_models import AuditDropped, AuditSeal
from kechuang.kernel.case_models import (
    CalendarDay,
    CalendarNotice,
    Case,
    CaseAct,
    CaseCopy,
    CaseDesk,
    CaseHand,
    CaseWatch,
    SavedView,
)
from kechuang.kernel.upload_models import RunningUpload


class CatalogueVersion(models.Model):
    """A numbered state of the catalogue as it was loaded; what ran under it stays on it."""

    city = models.CharField(_("城市"), max_length=40)
    fingerprint = models.CharField(_("指纹"), max_length=64, unique=True)
    loaded_at = models.DateTimeField(_("载入时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("规则库版本")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return f"{self.city} #{self.pk}"


class ProcessVersion(models.Model):
    """One version of a process table (流程).

    ``definition`` is what the catalogue said, as JSON text: the order of states and steps
    matters, and a jsonb column would sort it away.
    """

    name = models.CharField(_("流程"), max_length=60)
    number = models.PositiveIntegerField(_("版本号"))
    label = models.CharField(_("名称"), max_length=60)
    start = models.CharField(_("起始状态"), max_length=40)
    definition = models.TextField(_("定义"))
    fingerprint = models.CharField(_("指纹"), max_length=64)
    loaded_at = models.DateTimeField(_("载入时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("流程版本")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(fields=["name", "number"], name="kernel_one_version_per_number"),
            models.UniqueConstraint(fields=["name", "fingerprint"], name="kernel_one_version_per_content"),
        ]

    def __str__(self) -> str:
        return f"{self.label} v{self.number}"


class ProcessTransition(models.Model):
    """One allowed change of state of one process version; the trigger reads these rows."""

    version = models.ForeignKey(ProcessVersion, on_delete=models.CASCADE, related_name="transitions")
    source = models.CharField(_("由"), max_length=40)
    target = models.CharField(_("至"), max_length=40)

    class Meta:
        verbose_name = _("流程步骤")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(fields=["version", "source", "target"], name="kernel_one_row_per_transition")
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class Stateful(models.Model):
    """Any model whose ``state`` moves along the process version it was begun under.

    ``process`` names the catalogue's process; ``kernel.triggers`` lays the trigger that
    refuses every change of state the version does not list, whoever asks for it.
    """

    process: str

    state = models.CharField(_("状态"), max_length=40, editable=False)
    process_version = models.ForeignKey(
        ProcessVersion, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("流程版本")
    )

    class Meta:
        abstract = True


class Move(models.Model):
    """One step taken in a process: who, when, from where to where, and why.

    Append-only. It is the legal record of a decision, not a debugging aid. A ``partial``
    one is a signature that did not yet move the case: others have still to sign (会签).
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey()
    process = models.CharField(_("流程"), max_length=60)
    step = models.CharField(_("步骤"), max_length=40)
    label = models.CharField(_("步骤名称"), max_length=60)
    source = models.CharField(_("由"), max_length=40)
    target = models.CharField(_("至"), max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("经办人")
    )
    office = models.CharField(_("岗位"), max_length=120, blank=True)
    on_behalf_of = models.CharField(_("代办"), max_length=120, blank=True)
    role = models.CharField(_("角色"), max_length=40, blank=True)
    partial = models.BooleanField(_("会签未齐"), default=False)
    reason = models.TextField(_("理由"), blank=True)
    taken_at = models.DateTimeField(_("办理时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("办理记录")
        verbose_name_plural = verbose_name
        # The timeline of one object is read on its page, oldest first.
        indexes = [models.Index(fields=["content_type", "object_id", "id"], name="kernel_move_subject")]

    def __str__(self) -> str:
        return f"{self.process}:{self.step} #{self.object_id}"


class NumberSeries(models.Model):
    """The last number given in a series of one year; the row is locked while one is taken."""

    code = models.CharField(_("序列"), max_length=40)
    year = models.PositiveSmallIntegerField(_("年度"))
    last = models.PositiveIntegerField(_("已用至"), default=0)

    class Meta:
        verbose_name = _("编号序列")
        verbose_name_plural = verbose_name
        constraints = [models.UniqueConstraint(fields=["code", "year"], name="kernel_one_series_per_year")]

    def __str__(self) -> str:
        return f"{self.code}-{self.year}: {self.last}"


class Attachment(models.Model):
    """A file that was taken in: its bytes are named by their hash and never change.

    It is given out only once it is clean. One that waits (待查毒) has its bytes but keeps them to itself;
    one that was refused (未通过) keeps its reason and no bytes.
    """

    class Check(models.TextChoices):
        WAITING = "waiting", _("待查毒")
        CLEAN = "clean", _("已查验")
        REFUSED = "refused", _("未通过")

    name = models.CharField(_("文件名"), max_length=200)
    media_type = models.CharField(_("类型"), max_length=100)
    size = models.PositiveBigIntegerField(_("大小（字节）"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("上传人")
    )
    uploaded_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    check_state = models.CharField(_("查验"), max_length=8, choices=Check.choices, default=Check.WAITING)
    check_reason = models.CharField(_("未通过的原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("附件")
        verbose_name_plural = verbose_name
        # The few that wait are asked for every few minutes; the many that do not stay out of the index.
        indexes = [
            models.Index(fields=["id"], condition=models.Q(check_state="waiting"), name="kernel_attachment_waiting")
        ]

    def __str__(self) -> str:
        return self.name


class AuditEvent(models.Model):
    """One change of one row of any table, written by the database's own trigger.

    ``operation`` is INSERT, UPDATE, DELETE or TRUNCATE; SEEN and TAKEN, written by ``audit_reads``, tell that a
    person looked at the row or took it away.

    Append-only, for the application's account as for everybody: the trigger on this
    very table refuses to change or remove what was written. ``before`` and ``after`` hold the row as
    JSON, secrets left out. ``actor`` is the person the connection acted for, ``None``
    for the program itself and for raw SQL; the trail outlives the account, so no
    constraint ties the two.
    """

    at = models.DateTimeField(_("时间"), db_index=True)
    transaction = models.BigIntegerField(_("事务"))
    table = models.CharField(_("表"), max_length=63)
    row = models.CharField(_("行"), max_length=64)
    operation = models.CharField(_("操作"), max_length=8)
    before: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(_("之前"), null=True)
    after: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(_("之后"), null=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("经办人"),
    )
    request = models.CharField(_("请求"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("审计记录")
        verbose_name_plural = verbose_name
        # "What happened to this row" and "what did this person do" are the two questions asked.
        indexes = [
            models.Index(fields=["table", "row", "id"], name="kernel_audit_of_a_row"),
            models.Index(fields=["actor", "id"], name="kernel_audit_of_a_person"),
            # What was deleted is no longer found through the tables it stood in.
            models.Index(fields=["table", "id"], condition=models.Q(operation="DELETE"), name="kernel_audit_deleted"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.table} #{self.row}"


__all__ = [
    "AppendOnly",
    "Attachment",
    "AuditDropped",
    "AuditEvent",
    "AuditSeal",
    "CalendarDay",
    "CalendarNotice",
    "Case",
    "CaseAct",
    "CaseCopy",
    "CaseDesk",
    "CaseHand",
    "CaseWatch",
    "CatalogueVersion",
    "Move",
    "NumberSeries",
    "ProcessTransition",
    "ProcessVersion",
    "RunningUpload",
    "SavedView",
    "Stateful",
]
