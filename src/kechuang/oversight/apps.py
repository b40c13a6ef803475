"""Wiring of the three desks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from kechuang.directory.models import User
    from kechuang.kernel.access import Actor


class OversightConfig(AppConfig):
    name = "kechuang.oversight"
    label = "oversight"
    verbose_name = "监督"

    def ready(self) -> None:
        from kechuang.kernel import events
        from kechuang.oversight import sign_ins
        from kechuang.ui import navigation

        sign_ins.listen()

        def holding(role: str) -> Callable[[Actor], bool]:
            return lambda actor: actor.holds(role)

        navigation.register(
            "supervision", _("系统管理台"), "oversight:system", order=70, visible=holding("system_admin")
        )
        navigation.register(
            "supervision", _("安全管理台"), "oversight:security", order=70, visible=holding("security_admin")
        )
        navigation.register("supervision", _("审计台"), "oversight:auditor", order=70, visible=holding("auditor"))
        events.keep_in_step("user.disabled", _sign_out)


def _sign_out(fact: tuple[User, str]) -> None:
    from kechuang.oversight.services import sessions_end

    sessions_end(user=fact[0])
