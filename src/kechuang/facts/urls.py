"""Addresses of facts: the dictionary, organisations, the vault, yearly sheets, verification, questions."""

from django.urls import include, path

from kechuang.facts.views import metrics, outside, questions, sheets, subjects, vault, verifying, workbooks

app_name = "facts"

urlpatterns = [
    path("rules/", include("kechuang.facts.rules_urls")),
    path("metrics/", metrics.dictionary, name="metrics"),
    path("metrics/<str:code>/", metrics.metric, name="metric"),
    path("own/", subjects.own, name="own"),
    path("units/<int:key>/", subjects.unit, name="unit"),
    path("units/<int:key>/statistics/", subjects.statistics, name="statistics"),
    path("units/<int:key>/verify/", verifying.verify, name="verify"),
    path("units/<int:key>/vault/", vault.vault, name="vault"),
    path("units/<int:key>/vault/keep/", vault.keep, name="evidence_keep"),
    path("units/<int:key>/metrics/<str:code>/", subjects.history, name="history"),
    path("units/to-verify/", verifying.units, name="units_to_verify"),
    path("subjects/<slug:kind>/<int:key>/", subjects.unit, name="subject_unit"),
    path("subjects/<slug:kind>/<int:key>/verify/", verifying.verify, name="subject_verify"),
    path("subjects/<slug:kind>/<int:key>/metrics/<str:code>/", subjects.history, name="subject_history"),
    path("facts/<int:key>/withdraw/", subjects.withdraw, name="withdraw"),
    path("evidence/<int:key>/", vault.evidence, name="evidence"),
    path("evidence/<int:key>/change/", vault.change, name="evidence_change"),
    path("evidence/<int:key>/withdraw/", vault.withdraw, name="evidence_withdraw"),
    path("evidence/<int:key>/file/", vault.download, name="evidence_file"),
    path("sheets/", sheets.sheet_list, name="sheets"),
    path("sheets/open/", sheets.sheet_open, name="sheet_open"),
    path("sheets/<int:key>/", sheets.sheet, name="sheet"),
    path("sheets/<int:key>/field/", sheets.field, name="sheet_field"),
    path("sheets/<int:key>/workbook/", workbooks.give, name="workbook"),
    path("sheets/<int:key>/import/", workbooks.take, name="workbook_in"),
    path("sheets/<int:key>/steps/<slug:name>/", sheets.step, name="sheet_step"),
    path("outside/", outside.take, name="outside"),
    path("outside/template/", outside.template, name="outside_template"),
    path("questions/", questions.question_list, name="questions"),
    path("questions/<int:key>/", questions.question, name="question"),
    path("questions/<int:key>/retract/", questions.retract, name="question_retract"),
]
