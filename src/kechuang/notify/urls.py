"""Addresses of the messages."""

from django.urls import path

from kechuang.notify import views

app_name = "notify"

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read_all, name="read_all"),
    path("preferences/", views.preferences, name="preferences"),
    path("deliveries/", views.deliveries, name="deliveries"),
    path("deliveries/<int:pk>/", views.delivery, name="delivery"),
    path("deliveries/<int:pk>/retry/", views.retry, name="retry"),
    path("<int:pk>/", views.message, name="message"),
    path("<int:pk>/read/", views.read_one, name="read"),
]
