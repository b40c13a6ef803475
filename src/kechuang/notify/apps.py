"""Wiring of the messages: every step of every process, and every notice wanted, is kept in step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from kechuang.kernel.access import Actor


class NotifyConfig(AppConfig):
    name = "kechuang.notify"
    label = "notify"
    verbose_name = "消息"

    def ready(self) -> None:
        from kechuang.kernel import events, notices
        from kechuang.notify import jobs, listeners, selectors
        from kechuang.review import couriers
        from kechuang.ui import navigation

        def signed_in(actor: Actor) -> bool:
            return actor.user_id is not None

        events.keep_in_step("move.taken", listeners.move_taken)
        events.keep_in_step("case.assigned", listeners.case_acted)
        events.keep_in_step("case.reminded", listeners.case_acted)
        events.keep_in_step("case.copied", listeners.case_copied)
        events.keep_in_step("case.supervised", listeners.case_supervised)
        events.declare("letter.wanted", "一封专函（链接或验证码）等待发出")
        for name in ("move.taken", "case.copied", "case.supervised", notices.EVENT, "letter.wanted"):
            events.listen(name, jobs.wake)
        events.keep_in_step(notices.EVENT, listeners.notice_wanted)
        couriers.register(listeners.expert_reached)
        navigation.register("workbench", _("消息"), "notify:inbox", order=30, visible=signed_in)
        navigation.register(
            "supervision",
            _("消息投递"),
            "notify:deliveries",
            order=85,
            visible=lambda actor: actor.holds("system_admin"),
        )
        navigation.register_badge(_("消息"), "notify:inbox", icon="bell", count=selectors.unread_count)
