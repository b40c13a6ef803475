"""The lists of messages: one's own, and the deliveries an administrator looks after."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.notify import texts
from kechuang.notify.access import DELIVERIES, MESSAGES
from kechuang.notify.choices import Channel, DeliveryState, Kind
from kechuang.notify.models import Delivery, Message
from kechuang.ui.formats import moment
from kechuang.ui.resource import Column, Resource

UNREAD = {"1": _("未读"), "0": _("已读")}


def _unread(value: Any) -> Any:
    return UNREAD[str(value)]


def _kind(value: Any) -> Any:
    return Kind(value).label


INBOX = Resource(
    name="messages",
    label=_("消息"),
    model=Message,
    access=MESSAGES,
    columns=(
        Column("facts", _("消息"), shown=texts.heading),
        Column("unread", shown=_unread),
        Column("kind", shown=_kind),
        Column("created_at", shown=moment),
    ),
    exported=(
        Column("created_at", shown=moment),
        Column("kind", shown=_kind),
        Column("facts", _("消息"), shown=texts.heading),
        Column("read_at", shown=moment),
    ),
    filters=("unread", "kind"),
    choices={"unread": lambda: list(UNREAD.items())},
    order=("-unread", "-id"),
    detail=lambda key: reverse("notify:message", args=[key]),
    empty=_("没有消息。"),
    advice=_("有事项等您办理，或您提出的事项有进展时，会出现在这里。"),
)

LOG = Resource(
    name="deliveries",
    label=_("消息投递"),
    model=Delivery,
    access=DELIVERIES,
    columns=(
        Column("id", _("序号")),
        Column("channel", shown=lambda value: Channel(value).label),
        Column("recipient__full_name", _("收件人")),
        Column("state", shown=lambda value: DeliveryState(value).label),
        Column("attempts", numeric=True),
        Column("created_at", shown=moment),
        Column("last_error"),
    ),
    filters=("state", "channel"),
    order=("-id",),
    detail=lambda key: reverse("notify:delivery", args=[key]),
    empty=_("没有投递记录。"),
    advice=_("站内消息不经投递；邮件、短信等通道开通后，这里列出每一次投递。"),
)
