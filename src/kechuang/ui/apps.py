"""Wiring of the look."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class UiConfig(AppConfig):
    name = "kechuang.ui"
    label = "ui"
    verbose_name = "界面"

    def ready(self) -> None:
        from kechuang.ui import navigation
        from kechuang.ui.imports import services

        navigation.register(
            "data",
            gettext_lazy("表格导入"),
            "ui:imports",
            order=80,
            visible=lambda actor: bool(actor.offices) and bool(services.importable(actor)),
        )
