"""Addresses of the search."""

from django.urls import path

from kechuang.brain import relations_views, views

app_name = "brain"
urlpatterns = [
    path("", views.search, name="search"),
    path("suggest/", views.suggest, name="suggest"),
    path("relations/<slug:kind>/<int:key>/", relations_views.relations, name="relations"),
    path("guide/", views.guide_page, name="guide"),
    path("saved/", views.saved, name="saved"),
    path("saved/save/", views.save, name="save"),
    path("saved/<uuid:token>/alert/", views.alert, name="alert"),
    path("saved/<uuid:token>/drop/", views.drop, name="drop"),
]
