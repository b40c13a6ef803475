"""Who reads messages and who looks after their delivery."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.access import NOTHING, PUBLIC, AccessTable, Actor, Allow, Office, everything
from kechuang.notify.models import Delivery, Message


def _own(actor: Actor, office: Office) -> Q:
    """Return one's own: a person's messages go with the person, not with an office."""
    return NOTHING if actor.user_id is None else Q(recipient_id=actor.user_id)


MESSAGES = AccessTable(Message, (Allow(("view", "read"), PUBLIC, _own, _("发给您本人的消息")),))

DELIVERIES = AccessTable(
    Delivery,
    (Allow(("view", "retry"), "system_admin", everything, _("系统管理员查看投递情况，看不到消息内容")),),
)
