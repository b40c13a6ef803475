"""What the frame itself remembers: imports of spreadsheets."""

from kechuang.ui.imports.models import ImportHead, ImportRun

__all__ = ["ImportHead", "ImportRun"]
