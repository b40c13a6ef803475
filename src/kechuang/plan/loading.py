"""Plans of the catalogue as rows."""

from __future__ import annotations

from kechuang.catalogue.whole import Catalogue
from kechuang.plan.services import plan_load_catalogue


def load(catalogue: Catalogue) -> None:
    """Store every plan the catalogue knows; known facts change nothing."""
    plan_load_catalogue(catalogue)
