"""Addresses of the intake."""

from django.urls import URLPattern, path

from kechuang.calls.views import cases

app_name = "calls"

urlpatterns: list[URLPattern] = [
    path("applications/<int:pk>/", cases.application, name="application"),
    path("calls/<int:pk>/desk/", cases.call_desk, name="call_desk"),
    path("objections/<int:pk>/", cases.objection, name="objection"),
]
