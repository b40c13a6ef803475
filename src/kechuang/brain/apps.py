"""Wiring of the search."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BrainConfig(AppConfig):
    name = "kechuang.brain"
    label = "brain"
    verbose_name = "检索"

    def ready(self) -> None:
        from django.core.checks import Tags, register
        from django.db.models.signals import post_migrate

        from kechuang.brain import checks, triggers
        from kechuang.kernel.triggers import after_migrate
        from kechuang.ui import navigation

        post_migrate.connect(after_migrate(triggers.install), weak=False, dispatch_uid="brain.triggers")
        register(checks.index_answers, Tags.database)
        navigation.register(
            "workbench",
            _("已存检索"),
            "brain:saved",
            order=40,
            visible=lambda actor: actor.user_id is not None,
        )
