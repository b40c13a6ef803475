"""Addresses of the page that explains the read API, and of one's own tokens; the API itself stands in the site's."""

from django.urls import path, re_path

from kechuang.api import views

app_name = "api"
urlpatterns = [
    path("", views.guide, name="guide"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", views.token_revoke, name="token_revoke"),
    re_path(r"^(?P<rest>(?!tokens$)[\s\S]+)\Z", views.unknown, name="unknown"),
]
