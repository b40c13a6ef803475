"""The closed lists of messages: kinds, channels, states of a delivery."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Whether somebody must act, or only should know."""

    URGENT = "urgent", _("立即告知")
    FOR_INFORMATION = "for_information", _("供了解")


class Channel(models.TextChoices):
    """The ways out of the house. In-app is no channel: the message itself is what is read there."""

    MAIL = "mail", _("电子邮件")
    SMS = "sms", _("短信")
    WECOM = "wecom", _("企业微信")
    DINGTALK = "dingtalk", _("钉钉")


class DeliveryState(models.TextChoices):
    """How far one delivery is.

    ``UNCERTAIN`` is a delivery whose outcome nobody knows: the worker died, or the provider fell silent, between
    sending and noting, and the provider would deliver it twice if it were sent again.
    """

    QUEUED = "queued", _("待发")
    SENDING = "sending", _("发送中")
    SENT = "sent", _("已发出")
    FAILED = "failed", _("失败待重试")
    UNCERTAIN = "uncertain", _("结果不明")
    GIVEN_UP = "given_up", _("已放弃")
