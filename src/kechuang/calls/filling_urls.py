"""Addresses of what may be applied for, and of filling an application."""

from django.urls import URLPattern, path

from kechuang.calls.views import browse, browse_start, filling, filling_parts, filling_submit, filling_tables, preview

PATTERNS: list[URLPattern] = [
    path("", browse.items, name="items"),
    path("items/<str:code>/", browse.item, name="item"),
    path("items/<str:code>/blank/", browse.item_blank, name="item_blank"),
    path("items/<str:code>/tables/<slug:table>/", browse.item_table, name="item_table"),
    path("items/<str:code>/start/", browse_start.start_item, name="start_item"),
    path("items/<str:code>/preview/", preview.preview, name="preview"),
    path("notices/<int:pk>/", browse.notice, name="notice"),
    path("notices/<int:pk>/calendar/", browse.notice_ics, name="notice_ics"),
    path("notices/<int:pk>/start/", browse_start.start, name="start"),
    path("applications/<int:pk>/fill/", filling.fill, name="fill"),
    path("applications/<int:pk>/fill/<slug:name>/", filling.section, name="section"),
    path("applications/<int:pk>/fill/<slug:name>/save/", filling.autosave, name="autosave"),
    path("applications/<int:pk>/tables/<slug:code>/", filling_tables.table, name="table"),
    path("applications/<int:pk>/tables/<slug:code>/workbook/", filling_tables.table_file, name="table_file"),
    path("applications/<int:pk>/attached/<slug:code>/", filling_parts.files, name="files"),
    path("applications/<int:pk>/people/", filling_parts.people, name="people"),
    path("applications/<int:pk>/people/<int:key>/remove/", filling_parts.person_remove, name="person_remove"),
    path("applications/<int:pk>/explain/", filling_submit.explain, name="explain"),
    path("applications/<int:pk>/check/", filling_submit.check, name="check"),
    path("applications/<int:pk>/receipt/", filling_submit.receipt, name="receipt"),
]
