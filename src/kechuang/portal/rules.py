"""The rules of publication in force here: the catalogue's, read once."""

from __future__ import annotations

from kechuang.catalogue.loading import cities, installed_root
from kechuang.catalogue.publication import OpenDataRules, open_data_rules


def rules() -> OpenDataRules:
    """Return licence, threshold, frequency and what is withheld."""
    root = installed_root()
    return open_data_rules(root, cities(root)[0])
