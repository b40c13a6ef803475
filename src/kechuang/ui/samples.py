"""Sample data of the style guide. Invented; every name says 示例."""

from __future__ import annotations

from typing import Any


def showcase() -> dict[str, Any]:
    """Return the context of the style guide page."""
    return {"heading": "样式示例"}
