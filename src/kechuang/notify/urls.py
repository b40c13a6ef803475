"""Addresses of the messages."""

from django.urls import path

from kechuang.notify import views

app_name = "notify"

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read_all, name="read_all"),
    path("preferences/", views.preferences, name="preferences"),
    path("preferences/<str:channel>/", views.confirm, name="confirm"),
    path("preferences/<str:channel>/code/", views.send_code, name="send_code"),
    path("deliveries/", views.deliveries, name="deliveries"),
    path("deliveries/<int:pk>/", views.delivery, name="delivery"),
    path("deliveries/<int:pk>/retry/", views.retry, name="retry"),
    path("<int:pk>/", views.message, name="message"),
    path("<int:pk>/read/", views.read_one, name="read"),
]
