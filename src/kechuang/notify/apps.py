"""Wiring of notify."""

from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "kechuang.notify"
    label = "notify"
    verbose_name = "消息"
