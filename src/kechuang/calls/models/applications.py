"""An application (申报): whose it is, what was answered, every text ever saved, and what was handed in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.calls.models.calls import Call
from kechuang.calls.models.items import ItemVersion, ServiceItem
from kechuang.directory.models import County, Department, Organisation
from kechuang.facts.models import RuleVersion
from kechuang.kernel.models import AppendOnly, Stateful
from kechuang.kernel.sealing import SealedJSONField


class Application(Stateful):
    """One application for one item by one organisation.

    Its process is its item's. ``county`` and ``department`` are copied when it begins: a later
    move of the organisation or transfer of competence does not carry a running case away.
    ``subject`` is what it is about where that is not the organisation itself (a platform).
    ``year`` is the reference year of its facts. ``number`` (受理编号) is given with the first
    submission; ``phone_tail`` are the last four digits of the contact's telephone, with which
    anybody who knows both may ask how far it is.
    """

    process = ""

    item = models.ForeignKey(ServiceItem, on_delete=models.PROTECT, related_name="applications", verbose_name=_("事项"))
    item_version = models.ForeignKey(
        ItemVersion, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("事项版本")
    )
    rule_version = models.ForeignKey(
        RuleVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    call = models.ForeignKey(
        Call,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="applications",
        verbose_name=_("申报通知"),
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="applications", verbose_name=_("申报单位")
    )
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="+", verbose_name=_("县区"))
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("办理部门"))
    subject_type = models.ForeignKey(ContentType, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    subject_id = models.PositiveBigIntegerField(null=True, blank=True)
    subject = GenericForeignKey("subject_type", "subject_id")
    title = models.CharField(_("名称"), max_length=200)
    year = models.PositiveSmallIntegerField(_("数据年度"))
    number = models.CharField(_("受理编号"), max_length=40, blank=True)
    phone_tail = models.CharField(_("联系电话后四位"), max_length=4, blank=True, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("发起人")
    )
    started_at = models.DateTimeField(_("发起时间"), auto_now_add=True)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    accepted_on = models.DateField(_("受理日期"), null=True, blank=True)
    rank = models.PositiveSmallIntegerField(_("推荐排序"), null=True, blank=True)
    is_sample = models.BooleanField(_("示例"), default=False, editable=False)

    class Meta:
        verbose_name = _("申报")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="calls_one_application_per_number"
            ),
            models.UniqueConstraint(
                fields=["call", "county", "rank"],
                condition=Q(rank__isnull=False, call__isnull=False),
                name="calls_one_application_per_rank",
                violation_error_message=_("这个推荐排序已给了本县区的另一项申报。"),
            ),
            models.CheckConstraint(
                condition=Q(number="", submitted_at=None) | (~Q(number="") & Q(submitted_at__isnull=False)),
                name="calls_number_comes_with_submission",
            ),
        ]
        # An applicant's list, a county's, a department's, and a call's are the lists that are read.
        indexes = [
            models.Index(fields=["organisation", "id"], name="calls_app_of_organisation"),
            models.Index(fields=["county", "state", "id"], name="calls_app_of_county"),
            models.Index(fields=["department", "state", "id"], name="calls_app_of_department"),
            models.Index(fields=["call", "state", "id"], name="calls_app_of_call"),
            models.Index(fields=["subject_type", "subject_id"], name="calls_app_of_subject"),
        ]

    def __str__(self) -> str:
        return self.title


class Participant(models.Model):
    """A colleague of the same organisation invited to one application (协作人).

    ``sections`` are the codes of the sections that may be filled, all when empty.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("人员")
    )
    fills = models.BooleanField(_("可填写"), default=True)
    sections: models.JSONField[list[str], list[str]] = models.JSONField(_("部分"), default=list, blank=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(_("邀请时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("协作人")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(fields=["application", "user"], name="calls_participant_once_per_application")
        ]

    def __str__(self) -> str:
        return str(self.user)


class Answer(models.Model):
    """The answer now standing in one field.

    ``code`` is the field's; a fact's is ``metric@year`` (``metric`` where it has no years). A
    table's value is its list of rows, a file's the list of evidence ids. ``version`` grows with
    each save: who saves says which version was seen, and never overwrites another unseen.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answers")
    code = models.CharField(_("栏目"), max_length=80)
    value = SealedJSONField(_("内容"), null=True)
    version = models.PositiveIntegerField(_("版本"), default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(_("修改时间"))

    class Meta:
        verbose_name = _("填报内容")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(fields=["application", "code"], name="calls_one_answer_per_field"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class AnswerVersion(AppendOnly):
    """Every text that was ever saved, or refused because another had been saved meanwhile.

    Append-only; ``kept`` is false for the loser of two simultaneous edits, whose words are
    shown beside the winner's and never lost.
    """

    written_by = "changed_by_id"

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answer_versions")
    code = models.CharField(_("栏目"), max_length=80)
    version = models.PositiveIntegerField(_("版本"))
    value = SealedJSONField(_("内容"), null=True)
    kept = models.BooleanField(_("已采用"), default=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(_("修改时间"))

    class Meta:
        verbose_name = _("填报历史")
        verbose_name_plural = verbose_name
        indexes = [models.Index(fields=["application", "code", "id"], name="calls_versions_of_a_field")]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Submission(AppendOnly):
    """What was handed in, word for word (提交). Append-only; a correction makes the next one.

    ``key`` comes with the form: the same button pressed twenty times is one submission.
    ``at`` is the database's time, ``fingerprint`` the SHA-256 of ``content`` as canonical JSON.
    """

    written_by = "by_id"

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField(_("第几次"))
    key = models.UUIDField(_("提交标识"))
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("提交人")
    )
    content = SealedJSONField(_("内容"))
    fingerprint = models.CharField(_("指纹"), max_length=64)

    class Meta:
        verbose_name = _("提交")
        verbose_name_plural = verbose_name
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="calls_one_submission_per_number"),
            models.UniqueConstraint(fields=["application", "key"], name="calls_one_submission_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.application} #{self.number}"


class TextPrint(models.Model):
    """The prints of an application's long texts, by which later ones that say much the same are found (查重)."""

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="text_print")
    prints = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        verbose_name = _("文本指纹")
        verbose_name_plural = verbose_name
        indexes = [GinIndex(fields=["prints"], name="calls_texts_alike")]

    def __str__(self) -> str:
        return f"{self.application_id}"
