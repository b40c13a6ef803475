"""The site as a Django app: its checks, its few templates, and the server commands stand on."""

import os

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Registers the checks of the installation; under ``kechuang`` it also sees to a running database."""

    name = "kechuang.site"
    label = "kechuang_site"

    def ready(self) -> None:
        from kechuang.kernel import events
        from kechuang.site import checks  # noqa: F401 (registered by being imported)
        from kechuang.site.sign_in_duties import step_proven

        events.keep_in_step("move.taken", step_proven)
        if os.environ.get("KECHUANG_COMMAND"):
            from kechuang.site.database.keeping import keep_running

            keep_running()
