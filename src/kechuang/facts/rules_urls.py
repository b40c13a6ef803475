"""Addresses of rules and of what they say."""

from django.urls import path

from kechuang.facts.views import rules, rules_everyone, rules_trial, rules_units

urlpatterns = [
    path("", rules.rule_list, name="rules"),
    path("own/", rules_units.own_rules, name="own_rules"),
    path("of/<int:key>/", rules_units.unit_rules, name="unit_rules"),
    path("<str:code>/", rules.rule, name="rule"),
    path("<str:code>/units/", rules_everyone.rule_units, name="rule_units"),
    path("<str:code>/units/<int:key>/", rules_units.verdict, name="verdict"),
    path("<str:code>/trial/", rules_trial.rule_trial, name="rule_trial"),
]
