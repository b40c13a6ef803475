"""Where an import's file lies, what was found in it, and how far long work has come.

Everything of one import lies in a folder of its own under ``MEDIA_ROOT/imports`` and never anywhere a page could lead
to it. Progress is written there too, because a transaction hides its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy

from kechuang.ui.imports.models import ImportRun
from kechuang.ui.imports.reading import Sheet, sheet_read

TOLD_EVERY = 50
STAGES = {
    "columns": gettext_lazy("正在检查各列"),
    "matching": gettext_lazy("正在与已登记的内容比对"),
    "trying": gettext_lazy("正在逐条试写（随后退回）"),
    "writing": gettext_lazy("正在写入"),
    "undoing": gettext_lazy("正在撤回"),
}


def folder_of(run: ImportRun) -> Path:
    """Return where the file of ``run`` and what was found in it lie."""
    return Path(settings.MEDIA_ROOT) / "imports" / run.folder


def source_of(run: ImportRun) -> Path:
    """Return where the file itself lies."""
    return folder_of(run) / "source"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far long work has come: what is being done, how much of how much; no total before it began."""

    stage: str = ""
    done: int = 0
    total: int = 0

    @property
    def words(self) -> Any:
        """What is being done, for a person."""
        return STAGES.get(self.stage, "")


def progress_tell(run: ImportRun, progress: Progress) -> None:
    """Write down how far long work has come."""
    path = folder_of(run) / "progress.json"
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps([progress.stage, progress.done, progress.total]))
    fresh.replace(path)


def progress_of(run: ImportRun) -> Progress:
    """Return how far long work has come."""
    try:
        return Progress(*json.loads((folder_of(run) / "progress.json").read_text()))
    except (OSError, ValueError, TypeError):
        return Progress()


def telling(run: ImportRun) -> Callable[[str, int, int], None]:
    """Return what writes progress down: every stage when it begins, and in it now and then."""
    last = ""

    def told(stage: str, done: int, total: int) -> None:
        nonlocal last
        if stage != last or total < TOLD_EVERY or done % TOLD_EVERY == 0 or done == total:
            progress_tell(run, Progress(stage, done, total))
            last = stage

    return told


def found_of(run: ImportRun) -> dict[str, list[Any]]:
    """Return what the last check found (``faults``, ``changes``, ``skipped``); empty once it was forgotten."""
    path = folder_of(run) / "found.json"
    if not path.exists():
        return {"faults": [], "changes": [], "skipped": []}
    found: dict[str, list[Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def sheet_keep(run: ImportRun, sheet: Sheet) -> None:
    """Lay the chosen sheet beside the file as it was read, so that no later step reads the file once more."""
    from kechuang.ui.imports import frames  # noqa: PLC0415 - loads polars, which only a sheet at hand is worth

    frames.frame_keep(sheet.frame, folder_of(run) / "sheet.arrow")
    beside = json.dumps([sheet.name, sheet.merged, sheet.hidden], ensure_ascii=False)
    (folder_of(run) / "sheet.json").write_text(beside, encoding="utf-8")


def sheet_of(run: ImportRun) -> Sheet:
    """Return the chosen sheet of the file."""
    from kechuang.ui.imports import frames  # noqa: PLC0415 - loads polars, which only a sheet at hand is worth

    try:
        name, merged, hidden = json.loads((folder_of(run) / "sheet.json").read_text(encoding="utf-8"))
        if name == run.sheet:
            frame = frames.frame_kept(folder_of(run) / "sheet.arrow")
            return Sheet(name, frame, [tuple(area) for area in merged], hidden)
    except OSError:
        pass  # a run of an earlier release
    sheet = sheet_read(source_of(run).read_bytes(), run.kind, run.sheet)
    sheet_keep(run, sheet)
    return sheet
