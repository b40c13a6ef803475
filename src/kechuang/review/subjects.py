"""Names of disciplines (GB/T 13745) and industries (GB/T 4754), read once from the catalogue's tables."""

from __future__ import annotations

import csv
from functools import lru_cache

from kechuang.catalogue.loading import installed_root

TABLES = {"discipline": "disciplines.csv", "industry": "industries.csv"}


@lru_cache(maxsize=2)
def names(tree: str) -> dict[str, str]:
    """Return code → name of one tree."""
    path = installed_root() / "base" / TABLES[tree]
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


def known(tree: str, code: str) -> bool:
    """Tell whether a code stands in the tree."""
    return code in names(tree)


def said(code: str, tree: str = "discipline") -> str:
    """Return a code with its name: 520.20 人工智能; an unknown code alone."""
    name = names(tree).get(code, "")
    return f"{code} {name}".strip()
