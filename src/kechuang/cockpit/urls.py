"""Addresses of the cockpit."""

from django.urls import path

from kechuang.cockpit import ahead_views, batch_views, views, wide_views

app_name = "cockpit"
urlpatterns = [
    path("cockpit/", views.cockpit, name="cockpit"),
    path("cockpit/changes/", views.changes, name="changes"),
    path("cockpit/ahead/", ahead_views.ahead, name="ahead"),
    path("cockpit/ahead/candidates/", ahead_views.candidates, name="candidates"),
    path("cockpit/wall/", wide_views.wall, name="wall"),
    path("cockpit/genealogy/", wide_views.genealogy, name="genealogy"),
    path("cockpit/compare/", wide_views.compare, name="compare"),
    path("cockpit/reports/", batch_views.batches, name="batches"),
    path("cockpit/reports/<int:key>/", batch_views.batch, name="batch"),
    path("cockpit/reports/<int:key>/again/", batch_views.again, name="batch_again"),
    path("cockpit/reports/<int:key>/archive/", batch_views.archive, name="batch_archive"),
    path("cockpit/county/<slug:code>/", views.county, name="county"),
    path("cockpit/department/<slug:code>/", views.department, name="department"),
]
