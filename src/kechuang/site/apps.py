"""The site as a Django app: its checks and its few templates."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Registers the checks of the whole installation."""

    name = "kechuang.site"
    label = "kechuang_site"

    def ready(self) -> None:
        from kechuang.site import checks  # noqa: F401 (registered by being imported)
