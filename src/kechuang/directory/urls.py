"""Addresses of organisations."""

from django.urls import path

from kechuang.directory import views

app_name = "directory"
urlpatterns = [
    path("", views.organisation_list, name="list"),
    path("register/", views.register, name="organisation_register"),
    path("doubles/", views.doubles, name="doubles"),
    path("<int:key>/", views.organisation, name="organisation"),
    path("<int:key>/change/", views.change, name="organisation_change"),
    path("<int:key>/merge/", views.merge, name="organisation_merge"),
    path("periods/<int:key>/correct/", views.correct, name="organisation_correct"),
]
