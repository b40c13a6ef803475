"""The addresses of the site: each package's own list under its word."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

ROOMS = {"": "cockpit", "my/": "workbench", "plan/": "plan", "platforms/": "platforms", "directory/": "directory"}


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


urlpatterns: list[URLPattern | URLResolver] = [
    path(prefix, include(f"kechuang.{room}.urls")) for prefix, room in ROOMS.items() if _exists(f"kechuang.{room}.urls")
]
