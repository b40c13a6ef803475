"""Wiring of the read API."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "kechuang.api"
    label = "api"
    verbose_name = "数据接口"

    def ready(self) -> None:
        from kechuang.api.selectors import owners_using
        from kechuang.kernel.access import Actor
        from kechuang.oversight.unused import register_use
        from kechuang.ui import navigation

        register_use(owners_using)

        def signed_in(actor: Actor) -> bool:
            return actor.user_id is not None

        navigation.register("data", _("数据接口"), "api:guide", order=80)
        navigation.register("data", _("接口令牌"), "api:tokens", order=85, visible=signed_in)
