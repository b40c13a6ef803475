"""Addresses of the plan's pages."""

from __future__ import annotations

from django.urls import path

from kechuang.plan.views import checking, guarantees, papers, reading, work

app_name = "plan"

urlpatterns = [
    path("", reading.overview, name="overview"),
    path("all/", reading.plan_list, name="list"),
    path("clauses/", reading.clause_list, name="clauses"),
    path("import/", checking.import_text, name="import"),
    path("<int:pk>/", reading.plan_page, name="plan"),
    path("<int:pk>/check/", checking.check, name="check"),
    path("<int:pk>/difference/", checking.difference, name="difference"),
    path("<int:pk>/facts/", checking.change_plan, name="change_plan"),
    path("<int:pk>/names/", checking.match_name, name="match_name"),
    path("<int:pk>/findings/", checking.settle, name="settle"),
    path("<int:pk>/clauses/add/", checking.add_clause, name="add_clause"),
    path("<int:pk>/indicators/add/", checking.add_indicator, name="add_indicator"),
    path("<int:pk>/publish/", checking.publish, name="publish"),
    path("<int:pk>/discard/", checking.discard, name="discard"),
    path("<int:pk>/revise/", checking.revise, name="revise"),
    path("clauses/<int:pk>/", reading.clause, name="clause"),
    path("clauses/<int:pk>/change/", checking.change_clause, name="change_clause"),
    path("clauses/<int:pk>/remove/", checking.remove, {"noun": "clause"}, name="remove_clause"),
    path("clauses/<int:pk>/duties/new/", work.duty_new, name="duty_new"),
    path("clauses/<int:pk>/reports/new/", work.report_new, name="report_new"),
    path("duties/<int:pk>/", work.duty_edit, name="duty"),
    path("duties/<int:pk>/step/", work.duty_step, name="duty_step"),
    path("duties/<int:pk>/remove/", work.duty_remove, name="duty_remove"),
    path("reports/", work.reports, name="reports"),
    path("reports/<int:pk>/", work.report, name="report"),
    path("reports/<int:pk>/step/", work.report_step, name="report_step"),
    path("papers/", papers.papers, name="papers"),
    path("papers/file/", papers.paper, name="paper"),
    path("guarantees/", guarantees.overview, name="guarantees"),
    path("guarantees/all/", guarantees.record_list, name="guarantee_list"),
    path("guarantees/<int:pk>/", guarantees.record, name="guarantee"),
    path("guarantees/<int:pk>/change/", guarantees.record_change, name="guarantee_change"),
    path("guarantees/<int:pk>/step/", guarantees.record_step, name="guarantee_step"),
    path("clauses/<int:pk>/guarantees/new/", guarantees.record_new, name="guarantee_new"),
    path("periods/", work.periods, name="periods"),
    path("periods/<int:pk>/unlock/", work.unlock, name="unlock"),
    path("indicators/<int:pk>/", reading.indicator, name="indicator"),
    path("indicators/<int:pk>/change/", checking.change_indicator, name="change_indicator"),
    path("indicators/<int:pk>/remove/", checking.remove, {"noun": "indicator"}, name="remove_indicator"),
    path("indicators/<int:pk>/restate/", work.restate, name="restate"),
    path("indicators/<int:pk>/targets/", work.unit_target, name="unit_target"),
    path("targets/<int:pk>/remove/", work.unit_target_remove, name="unit_target_remove"),
    path("milestones/<int:pk>/change/", checking.change_milestone, name="change_milestone"),
    path("milestones/<int:pk>/remove/", checking.remove, {"noun": "milestone"}, name="remove_milestone"),
]
