"""The site's addresses and, beside them, the register's read API alone."""

from django.urls import include, path
from ninja import NinjaAPI

from kechuang.platforms.api import router

api = NinjaAPI(urls_namespace="register_test")
api.add_router("/platforms", router)
urlpatterns = [path("", include("kechuang.site.urls")), path("test-api/", api.urls)]
