"""The frame's work in the background: imports of spreadsheets."""

from kechuang.ui.imports.jobs import forget, go_on

__all__ = ["forget", "go_on"]
