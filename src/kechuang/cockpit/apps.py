"""Wiring of the cockpit."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CockpitConfig(AppConfig):
    name = "kechuang.cockpit"
    label = "cockpit"
    verbose_name = "驾驶舱"

    def ready(self) -> None:
        from kechuang.cockpit import access
        from kechuang.plan.access import concerned
        from kechuang.ui import navigation

        navigation.register("plan", _("总览"), "cockpit:cockpit", order=5)
        navigation.register(
            "plan",
            _("成批报告"),
            "cockpit:batches",
            order=60,
            visible=lambda actor: access.BATCHES.may_any(actor, "view"),
        )
        navigation.register("plan", _("预警与推演"), "cockpit:ahead", order=6, visible=concerned)
