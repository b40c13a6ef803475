"""Wiring of calls."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "kechuang.calls"
    label = "calls"
    verbose_name = "申报"
