"""An SVG of ours as PNG, drawn by typst with the faces our documents use, in a process of its own with bounds."""

from __future__ import annotations

import json

from kechuang.ui.documents.pdf import typeset

SECONDS = 10
DENSITY = 192
"""Points an inch: two for each of the drawing's own."""


def png(svg: str, width: float, height: float) -> bytes:
    """Return ``svg`` of so many units as PNG, two points a unit. Raises ``TooLarge`` and ``NotSet`` as a PDF does."""
    values = json.dumps({"svg": svg, "width": width, "height": height}, ensure_ascii=False)
    return typeset(
        "picture",
        values,
        seconds=SECONDS,
        too_long="生成图片用时过长，已停止。",
        too_much="生成图片所需的内存或时间过多，已停止。",
        density=DENSITY,
    )
