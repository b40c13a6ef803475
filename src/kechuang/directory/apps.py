"""Wiring of the directory."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "kechuang.directory"
    label = "directory"
    verbose_name = "机构与人员"
