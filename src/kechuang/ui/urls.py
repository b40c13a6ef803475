"""Addresses of the frame: the mode switch, the style guide, uploads in pieces, imports."""

from __future__ import annotations

from django.urls import path

from kechuang.ui import views
from kechuang.ui.imports import views as imports
from kechuang.ui.uploads import views as uploads

app_name = "ui"

urlpatterns = [
    path("mode/", views.set_mode, name="mode"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("uploads/", uploads.uploads, name="uploads"),
    path("uploads/<uuid:key>/", uploads.running_upload, name="running_upload"),
    path("imports/", imports.centre, name="imports"),
    path("imports/runs/<int:key>/", imports.run, name="import_run"),
    path("imports/runs/<int:key>/look/", imports.look, name="import_look"),
    path("imports/runs/<int:key>/columns/", imports.columns, name="import_columns"),
    path("imports/runs/<int:key>/write/", imports.write, name="import_write"),
    path("imports/runs/<int:key>/undo/", imports.undo, name="import_undo"),
    path("imports/runs/<int:key>/marked/", imports.marked, name="import_marked"),
    path("imports/<slug:name>/", imports.upload, name="import_upload"),
    path("imports/<slug:name>/template/", imports.template, name="import_template"),
]
