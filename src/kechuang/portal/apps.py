"""Wiring of the portal."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "kechuang.portal"
    label = "portal"
    verbose_name = "公众门户"

    def ready(self) -> None:
        from kechuang.kernel import events
        from kechuang.portal.listeners import withdraw_concealed
        from kechuang.ui import navigation

        events.listen("platform.corrected", withdraw_concealed)
        navigation.register("data", _("数据与图表"), "portal:figures", order=60)
        navigation.register("data", _("开放数据"), "portal:data", order=70)
