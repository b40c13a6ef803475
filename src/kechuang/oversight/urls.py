"""Addresses of the desks and of the public roots."""

from django.urls import path

from kechuang.oversight import auditor, desks, public

app_name = "oversight"

urlpatterns = [
    path("audit/", public.roots, name="roots"),
    path("audit/roots.json", public.roots_json, name="roots_json"),
    path("audit/feed.xml", public.RootsFeed(), name="roots_feed"),
    path("oversight/audit/", auditor.desk, name="auditor"),
    path("oversight/audit/seal/", auditor.seal, name="seal"),
    path("oversight/audit/file/", auditor.file, name="file"),
    path("oversight/audit/subject/", auditor.subject, name="subject"),
    path("oversight/system/", desks.system, name="system"),
    path("oversight/security/", desks.security, name="security"),
    path("oversight/security/unlock/", desks.unlock, name="unlock"),
    path("oversight/security/sessions/<int:pk>/end/", desks.end_session, name="end_session"),
]
