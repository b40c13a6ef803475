"""Addresses of the frame: the mode switch and the style guide."""

from __future__ import annotations

from django.urls import path

from kechuang.ui import views

app_name = "ui"

urlpatterns = [
    path("mode/", views.set_mode, name="mode"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
