"""Wiring of the desk: its pages in the rail."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from kechuang.kernel.access import Actor


class WorkbenchConfig(AppConfig):
    name = "kechuang.workbench"
    label = "workbench"
    verbose_name = "工作台"

    def ready(self) -> None:
        from kechuang.directory.selectors import ROLE_LABELS
        from kechuang.ui import case_panel, navigation
        from kechuang.workbench.offers import offered

        def signed_in(actor: Actor) -> bool:
            return actor.user_id is not None

        def holding(*roles: str) -> Callable[[Actor], bool]:
            return lambda actor: actor.holds(*roles)

        people = holding("system_admin", "security_admin", "auditor")
        navigation.register("workbench", _("待办"), "workbench:desk", order=10, visible=signed_in)
        navigation.register("workbench", _("我的岗位"), "workbench:offices", order=20, visible=signed_in)
        case_panel.role_labels.update(ROLE_LABELS)
        case_panel.offer("workbench", offered)
        navigation.register("supervision", _("工作日历"), "workbench:calendar", order=85, visible=signed_in)
        navigation.register("supervision", _("账号与岗位"), "workbench:people", order=80, visible=people)
        navigation.register("supervision", _("审计记录"), "workbench:audit", order=90, visible=holding("auditor"))
