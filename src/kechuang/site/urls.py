"""The addresses of the site: each package's own list under its word."""

from django.urls import URLPattern, URLResolver, include, path

from kechuang.api.endpoints import urls as read_api
from kechuang.site.views import health, seals_health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health, name="health"),
    path("healthz/audit", seals_health, name="health_audit"),
    path("api/v1/", read_api),
    path("api/", include("kechuang.api.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("ui/", include("kechuang.ui.urls")),
    path("directory/", include("kechuang.directory.urls")),
    path("facts/", include("kechuang.facts.urls")),
    path("plan/", include("kechuang.plan.urls")),
    path("calls/", include("kechuang.calls.urls")),
    path("review/", include("kechuang.review.urls")),
    path("platforms/", include("kechuang.platforms.urls")),
    path("messages/", include("kechuang.notify.urls")),
    path("search/", include("kechuang.brain.urls")),
    path("my/", include("kechuang.workbench.urls")),
    path("", include("kechuang.portal.urls")),
    path("", include("kechuang.oversight.urls")),
    path("", include("kechuang.cockpit.urls")),
]

handler404 = "kechuang.site.views.missing"
