"""Addresses of the intake."""

from django.urls import URLPattern, path

from kechuang.calls.filling_urls import PATTERNS
from kechuang.calls.views import calls_desk, cases, objections, papers, partners, public, ratings, steps

app_name = "calls"

urlpatterns: list[URLPattern] = [
    *PATTERNS,
    path("desk/", calls_desk.calls, name="calls"),
    path("desk/draft/", calls_desk.call_draft, name="call_draft"),
    path("desk/<int:pk>/", calls_desk.call_desk, name="call_desk"),
    path("desk/<int:pk>/edit/", calls_desk.call_edit, name="call_edit"),
    path("desk/<int:pk>/amend/", calls_desk.call_amend, name="call_amend"),
    path("desk/<int:pk>/places/", calls_desk.call_quotas, name="call_quotas"),
    path("desk/<int:pk>/<slug:name>/", calls_desk.call_step, name="call_step"),
    path("applications/", calls_desk.applications, name="applications"),
    path("applications/<int:pk>/", cases.application, name="application"),
    path("applications/<int:pk>/files/<int:key>/", cases.evidence, name="evidence"),
    path("applications/<int:pk>/papers/<slug:kind>/", papers.paper, name="paper"),
    path("applications/<int:pk>/scans/<int:key>/", papers.scan, name="scan"),
    path("applications/<int:pk>/steps/<slug:name>/", steps.step, name="step"),
    path("applications/<int:pk>/rating/", ratings.rate, name="rate"),
    path("applications/<int:pk>/partners/", partners.partners, name="partners"),
    path("partners/<int:pk>/", partners.partner, name="partner"),
    path("partners/<int:pk>/<slug:name>/", partners.partner_step, name="partner_step"),
    path("ratings/", ratings.ratings, name="ratings"),
    path("redresses/<int:pk>/", ratings.redress, name="redress"),
    path("redresses/<int:pk>/<slug:name>/", ratings.redress_step, name="redress_step"),
    path("objections/<int:pk>/", objections.objection, name="objection"),
    path("objections/<int:pk>/evidence/", objections.objection_evidence, name="objection_evidence"),
    path("objections/<int:pk>/<slug:name>/", objections.objection_step, name="objection_step"),
    path("publicities/", public.publicities, name="publicities"),
    path("publicities/<int:pk>/", public.publicity, name="publicity"),
    path("publicities/<int:pk>/objected/", public.objected, name="objected"),
    path("verify/", public.verify_number, name="verify_number"),
    path("verify/<slug:token>/", public.verify, name="verify"),
    path("progress/", public.progress, name="progress"),
]
