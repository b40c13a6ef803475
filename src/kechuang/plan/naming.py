"""How the bodies a plan names are written on paper and pages."""

from __future__ import annotations

import re

LOST_DISTRICT = re.compile(r"县(?:\(\s*\)|（\s*）)")


def official(printed_name: str) -> str:
    """Return a body's name as paper writes it: a text that lost the 区 of 各县（区） is not printed with a hole."""
    return LOST_DISTRICT.sub("县（区）", printed_name)
