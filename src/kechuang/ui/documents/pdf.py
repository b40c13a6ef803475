"""PDF by typst: our own templates, data handed over as data, fonts from a package.

Nothing a person typed becomes markup: the values reach the template as JSON and are printed as
text. Every document is set in a process of its own with bounds on time, memory and size, so that
no input can hang the process that answers requests.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn

from kechuang.kernel.errors import Refused
from kechuang.ui.documents import bounded, qr
from kechuang.ui.documents.papers import Paper
from kechuang.ui.documents.plain import printable
from kechuang.ui.documents.standard import title_lines

TEMPLATES = Path(__file__).parent / "templates"
PROGRAM = Path(__file__).parent / "typesetting.py"
MEDIA_TYPE = "application/pdf"

SECONDS = 20
MEMORY_BYTES = 2_000_000_000  # of addresses, of which a form of 20 pages uses a tenth
LONGEST = 2_000_000  # characters of JSON; a form of 400 pages
DATED_BY = ("issued_on", "received_at", "made_at")
WIDE_TITLE, NARROW_TITLE = 34.0, 21.0  # characters of a heading on a line
LONGEST_WEB = 200_000  # above this, set the document in a job


_DAY = re.compile(r"(\d{4})[年-](\d{1,2})[月-](\d{1,2})")


class TooLarge(Refused):
    """The document is too large to be set here; the sentence says so to the person."""


class NotSet(Exception):
    """The document could not be set: a fault of a template, for the log."""


def printed(paper: Paper, *, seconds: int = SECONDS) -> bytes:
    """Return ``paper`` as a tagged PDF with a title: PDF/UA-1, and PDF/A-2a where it bears a day.

    Raises as ``render`` does.
    """
    return render(paper.template, asdict(paper), seconds=seconds)


def is_long(paper: Paper) -> bool:
    """Say whether ``paper`` should be set in a job instead of while a person waits."""
    return len(_as_data(asdict(paper))) > LONGEST_WEB


def render(template: str, data: Mapping[str, Any], *, seconds: int = SECONDS) -> bytes:
    """Return ``templates/<template>.typ`` filled with ``data`` (JSON values), as PDF.

    A value under ``check_url`` becomes a QR code. Equal input gives equal bytes. Raises ``TooLarge``
    when there is more than two million characters or setting takes more than ``seconds`` or
    2 GB, ``NotSet`` when the template fails.
    """
    values = _as_data(data)
    if len(values) > LONGEST:
        raise TooLarge("内容过多，无法生成一份 PDF。请拆分后再生成。")
    return typeset(
        template,
        values,
        seconds=seconds,
        too_long="生成 PDF 用时过长，已停止。请拆分后再生成。",
        too_much="生成 PDF 所需的内存或时间过多，已停止。请拆分后再生成。",
        dated='"day": null' not in values,
    )


def typeset(template: str, values: str, *, seconds: int, too_long: str, too_much: str, **more: object) -> bytes:
    """Return what typst makes of the template and its JSON ``values``, in a process bounded by 2 GB and ``seconds``.

    ``more`` goes to the program as it is. Raises ``TooLarge`` with the words given, ``NotSet`` when the template fails.
    """
    request = {
        "template": str(TEMPLATES / f"{template}.typ"),
        "root": str(TEMPLATES),
        "fonts": [str(Path(pylopdf_fonts_zh_cn.sans_path()).parent)],
        "data": values,
        "memory_bytes": MEMORY_BYTES,
        "seconds": seconds,
        **more,
    }
    try:
        done = bounded.run(PROGRAM, content=json.dumps(request).encode(), seconds=seconds)
    except subprocess.TimeoutExpired:
        raise TooLarge(too_long) from None
    if done.returncode == bounded.REFUSED:
        raise NotSet(done.stderr.decode("utf-8", "replace"))
    if done.returncode:  # killed by a bound
        raise TooLarge(too_much)
    return done.stdout


def _as_data(data: Mapping[str, Any]) -> str:
    values = _clean(dict(data))
    url = values.get("check_url")
    if title := values.get("title"):
        values["title_lines"] = title_lines(title, WIDE_TITLE if values.get("wide") else NARROW_TITLE)
    values["day"] = _day_of(values)
    values["qr"] = str(qr.svg(url)) if url else ""
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def _day_of(values: Mapping[str, Any]) -> list[int] | None:
    """Return year, month and day the paper bears, ``None`` where it bears none that is a day."""
    for name in DATED_BY:
        if found := _DAY.search(str(values.get(name) or "")):
            year, month, day = (int(part) for part in found.groups())
            try:
                return [*date(year, month, day).timetuple()[:3]]
            except ValueError:
                continue
    return None


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {str(key): _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return value
