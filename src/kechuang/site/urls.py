"""The addresses of the site: each package's own list under its word."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from kechuang.site.views import health

ROOMS = {
    "": "cockpit",
    "my/": "workbench",
    "plan/": "plan",
    "platforms/": "platforms",
    "review/": "review",
    "directory/": "directory",
    "ui/": "ui",
}


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health, name="health"),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    *(
        path(prefix, include(f"kechuang.{room}.urls"))
        for prefix, room in ROOMS.items()
        if _exists(f"kechuang.{room}.urls") and _exists(f"kechuang.{room}.views")
    ),
]
