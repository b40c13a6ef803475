"""Addresses of the desk."""

from django.urls import path

from kechuang.workbench import bulk, calendar, desk, people, views

app_name = "workbench"

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("act/", bulk.act, name="act"),
    path("act/<uuid:batch>/undo/", bulk.undo, name="undo"),
    path("views/", desk.views_page, name="views"),
    path("views/save/", desk.save_view, name="save_view"),
    path("views/<int:pk>/remove/", desk.remove_view, name="remove_view"),
    path("calendar/", calendar.years, name="calendar"),
    path("calendar/<int:year>/", calendar.year, name="calendar_year"),
    path("offices/", views.offices, name="offices"),
    path("offices/<int:pk>/delegate/", views.delegate, name="delegate"),
    path("offices/<int:pk>/end/", views.end_office, name="end_office"),
    path("people/", people.people, name="people"),
    path("people/add/", people.add_person, name="add_person"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/disable/", people.disable_person, name="disable_person"),
    path("people/<int:pk>/enable/", people.enable_person, name="enable_person"),
    path("people/<int:pk>/grant/", people.grant_office, name="grant_office"),
    path("people/offices/<int:pk>/end/", people.end_office, name="end_office_of"),
    path("audit/", people.audit, name="audit"),
    path("audit/<int:pk>/", people.event, name="event"),
]
