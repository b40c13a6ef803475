"""Wiring of the kernel: triggers are laid on every table after each migration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class KernelConfig(AppConfig):
    name = "kechuang.kernel"
    label = "kernel"
    verbose_name = "内核"

    def ready(self) -> None:
        from kechuang.kernel import events
        from kechuang.kernel.triggers import install_after_migrate

        events.declare("move.taken", "一件事项办理了一步（含会签中的一次签署）")
        post_migrate.connect(install_after_migrate, dispatch_uid="kernel.triggers")
