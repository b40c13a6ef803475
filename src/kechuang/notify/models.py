"""Messages, what is still to be said, and every attempt to say it outside the house."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.notify.choices import Channel, DeliveryState, Kind


class Announcement(models.Model):
    """A step that was taken, or a hand-over or reminder, that is to be told (待告知): the outbox.

    It is written in the transaction of the act itself, so that nothing decided goes unsaid and nothing
    rolled back is said. A job turns it into messages and sets ``spread_at``; what may still be taken back waits.
    """

    move = models.OneToOneField(
        "kernel.Move", null=True, on_delete=models.CASCADE, related_name="+", editable=False, verbose_name=_("办理记录")
    )
    act = models.OneToOneField(
        "kernel.CaseAct", null=True, on_delete=models.CASCADE, related_name="+", editable=False, verbose_name=_("处置")
    )
    created_at = models.DateTimeField(_("产生时间"), auto_now_add=True)
    spread_at = models.DateTimeField(_("告知时间"), null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    next_try_at = models.DateTimeField(_("下次尝试"), default=timezone.now)
    last_error = models.TextField(_("最近错误"), blank=True)

    class Meta:
        verbose_name = _("待告知事项")
        verbose_name_plural = verbose_name
        constraints = [
            models.CheckConstraint(
                condition=Q(move=None, act__isnull=False) | Q(move__isnull=False, act=None),
                name="notify_announcement_is_of_one_thing",
            )
        ]
        # The job asks only for what is still to be told.
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=Q(spread_at=None), name="notify_announcement_open")
        ]

    def __str__(self) -> str:
        return f"move {self.move_id}" if self.move_id else f"act {self.act_id}"


class Digest(models.Model):
    """The one summary (每日汇总) a person gets on a working day."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("人员")
    )
    day = models.DateField(_("日期"))
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("产生时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("每日汇总")
        verbose_name_plural = verbose_name
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="notify_one_digest_a_person_a_day")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.day}"


class Message(models.Model):
    """What one person is told (消息). Being here *is* its delivery within the house.

    ``facts`` names a situation of ``notify.texts`` and holds what is put into it, so that the words come from
    one closed table and are printed in the reader's language. ``key`` is what it is about; a person is
    told the same thing once.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("收件人")
    )
    key = models.CharField(_("事由"), max_length=120, editable=False)
    move = models.ForeignKey(
        "kernel.Move", null=True, on_delete=models.CASCADE, related_name="+", editable=False, verbose_name=_("办理记录")
    )
    kind = models.CharField(_("性质"), max_length=20, choices=Kind)
    facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("内容"))
    url = models.CharField(_("办理页面"), max_length=400, blank=True)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("收到时间"), auto_now_add=True)
    read_at = models.DateTimeField(_("阅读时间"), null=True, blank=True)
    # A number, not a truth value: pages of a list are asked for by the values of their last row.
    unread = models.GeneratedField(
        verbose_name=_("阅读"),
        expression=Case(When(read_at=None, then=Value(1)), default=Value(0)),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    digest = models.ForeignKey(
        Digest, null=True, on_delete=models.SET_NULL, related_name="messages", verbose_name=_("每日汇总")
    )

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = verbose_name
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="notify_told_once")]
        indexes = [
            # One's own list, unread first; the bell counts the head of the same index.
            models.Index(fields=["recipient", "-unread", "-id"], name="notify_message_list"),
            # The digest asks for what nobody has read and no digest has carried.
            models.Index(
                fields=["recipient"], condition=Q(read_at=None, digest=None), name="notify_message_undigested"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Delivery(models.Model):
    """One message or digest on its way through one channel (投递).

    ``token`` goes to the provider as the idempotency key and never changes, however often the row is tried.
    The address is looked up when it is sent: a telephone number stands in one place only.
    """

    message = models.ForeignKey(
        Message, null=True, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("消息")
    )
    digest = models.ForeignKey(
        Digest, null=True, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("每日汇总")
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("收件人")
    )
    channel = models.CharField(_("通道"), max_length=20, choices=Channel)
    state = models.CharField(_("状态"), max_length=20, choices=DeliveryState, default=DeliveryState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    next_try_at = models.DateTimeField(_("下次尝试"), default=timezone.now)
    claim = models.UUIDField(null=True, editable=False)
    claimed_at = models.DateTimeField(_("领取时间"), null=True, editable=False)
    first_sent_at = models.DateTimeField(_("首次发送"), null=True, editable=False)
    sent_at = models.DateTimeField(_("发出时间"), null=True, editable=False)
    last_error = models.TextField(_("最近错误"), blank=True)
    reference = models.CharField(_("通道回执"), max_length=120, blank=True)
    token = models.UUIDField(_("投递编号"), default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("产生时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("投递")
        verbose_name_plural = verbose_name
        constraints = [
            models.CheckConstraint(
                condition=Q(message=None, digest__isnull=False) | Q(message__isnull=False, digest=None),
                name="notify_delivery_carries_one_thing",
            ),
            models.UniqueConstraint(fields=["message", "channel"], name="notify_message_once_a_channel"),
            models.UniqueConstraint(fields=["digest", "channel"], name="notify_digest_once_a_channel"),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(state__in=("queued", "failed")),
                name="notify_delivery_due",
            ),
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="notify_delivery_sending"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.token}"


class ChannelHealth(models.Model):
    """Whether a channel is to be tried now (通道状态): it rests while its provider fails again and again."""

    channel = models.CharField(_("通道"), max_length=20, choices=Channel, primary_key=True)
    failures = models.PositiveIntegerField(_("连续失败"), default=0)
    resting_until = models.DateTimeField(_("暂停至"), null=True)
    last_error = models.TextField(_("最近错误"), blank=True)
    last_sent_at = models.DateTimeField(_("最近发出"), null=True)

    class Meta:
        verbose_name = _("通道状态")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return self.channel


class Preference(models.Model):
    """When a person wants to be told (消息偏好). Without a row the defaults of its columns hold."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("人员")
    )
    digest_hour = models.PositiveSmallIntegerField(
        _("每日汇总时间"), default=9, validators=[MinValueValidator(8), MaxValueValidator(17)]
    )
    quiet = models.BooleanField(
        _("非工作时间不打扰"), default=True, help_text=_("须办理的消息也等到下一个工作时间才发到邮箱、手机。")
    )

    class Meta:
        verbose_name = _("消息偏好")
        verbose_name_plural = verbose_name
        constraints = [
            models.CheckConstraint(
                condition=Q(digest_hour__gte=8, digest_hour__lte=17), name="notify_digest_in_working_hours"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}"


class ChannelChoice(models.Model):
    """Whether a person wants one kind of message through one channel (通道选择)."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("人员")
    )
    channel = models.CharField(_("通道"), max_length=20, choices=Channel)
    kind = models.CharField(_("性质"), max_length=20, choices=Kind)
    wanted = models.BooleanField(_("接收"))

    class Meta:
        verbose_name = _("通道选择")
        verbose_name_plural = verbose_name
        constraints = [models.UniqueConstraint(fields=["person", "channel", "kind"], name="notify_one_choice")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.channel} {self.kind}"


class ChannelAddress(models.Model):
    """Where a person is reached through a channel other than mail (通道地址); stored encrypted.

    Nothing is sent there until the person has typed in a code that arrived there: a mistyped number is a stranger's.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("人员")
    )
    channel = models.CharField(_("通道"), max_length=20, choices=Channel)
    sealed = models.TextField(_("地址（密文）"))
    confirmed_at = models.DateTimeField(_("核验时间"), null=True, editable=False)
    code = models.CharField(_("验证码摘要"), max_length=64, blank=True, editable=False)
    code_sent_at = models.DateTimeField(_("验证码发出时间"), null=True, editable=False)
    code_tries = models.PositiveSmallIntegerField(_("验证码尝试次数"), default=0, editable=False)

    class Meta:
        verbose_name = _("通道地址")
        verbose_name_plural = verbose_name
        constraints = [models.UniqueConstraint(fields=["person", "channel"], name="notify_one_address_a_channel")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.channel}"
