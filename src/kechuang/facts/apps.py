"""Wiring of facts."""

from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "kechuang.facts"
    label = "facts"
    verbose_name = "事实"
