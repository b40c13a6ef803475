"""An SVG of ours as PNG, drawn by typst with the faces our documents use, in a process of its own with bounds."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pylopdf_fonts_zh_cn

from kechuang.ui.documents import bounded
from kechuang.ui.documents.pdf import MEMORY_BYTES, PROGRAM, TEMPLATES, NotSet, TooLarge

SECONDS = 10
DENSITY = 192
"""Points an inch: two for each of the drawing's own."""


def png(svg: str, width: float, height: float) -> bytes:
    """Return ``svg`` of so many units as PNG, two points a unit. Raises ``TooLarge`` and ``NotSet`` as a PDF does."""
    request = {
        "template": str(TEMPLATES / "picture.typ"),
        "root": str(TEMPLATES),
        "fonts": [str(Path(pylopdf_fonts_zh_cn.sans_path()).parent)],
        "data": json.dumps({"svg": svg, "width": width, "height": height}, ensure_ascii=False),
        "density": DENSITY,
        "memory_bytes": MEMORY_BYTES,
        "seconds": SECONDS,
    }
    try:
        done = bounded.run(PROGRAM, content=json.dumps(request).encode(), seconds=SECONDS)
    except subprocess.TimeoutExpired:
        raise TooLarge("生成图片用时过长，已停止。") from None
    if done.returncode == bounded.REFUSED:
        raise NotSet(done.stderr.decode("utf-8", "replace"))
    if done.returncode:
        raise TooLarge("生成图片所需的内存或时间过多，已停止。")
    return done.stdout
