"""The site as a Django app: its checks, its few templates, and the server commands stand on."""

import os

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Registers the checks of the installation; under ``kechuang`` it also sees to a running database."""

    name = "kechuang.site"
    label = "kechuang_site"

    def ready(self) -> None:
        from kechuang.site import checks  # noqa: F401 (registered by being imported)

        if os.environ.get("KECHUANG_COMMAND"):
            from kechuang.site.database.keeping import keep_running

            keep_running()
