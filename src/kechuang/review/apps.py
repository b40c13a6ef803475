"""Wiring of review."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "kechuang.review"
    label = "review"
    verbose_name = "评审"
