"""Ledgers as officers send them, made for tests: lists of rows as xlsx or csv bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from kechuang.kernel.access import Actor
from kechuang.pure.identifiers import check_character
from kechuang.ui.imports import services
from kechuang.ui.imports.models import ImportRun

HEADS = ("名称", "统一社会信用代码", "单位类型", "县区", "起始日期", "行业代码", "地址")


def usci(number: int) -> str:
    """Return an invented code with a sound check character."""
    first = f"91520402MA6{number:06d}"
    return first + check_character(first)


def workbook(
    rows: Sequence[Sequence[Any]], *, merged: Sequence[tuple[int, int, int, int, str]] = (), name: str = "台账"
) -> bytes:
    """Return an xlsx; ``merged`` are (top, left, bottom, right, text)."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(name)
        for place, row in enumerate(rows):
            page.write_row(place, 0, row)
        for area in merged:
            page.merge_range(*area)
    return memory.getvalue()


def text_file(rows: Sequence[Sequence[Any]], coding: str) -> bytes:
    """Return a csv in the given encoding."""
    memory = io.StringIO()
    csv.writer(memory).writerows(rows)
    return memory.getvalue().encode(coding)


def unit(number: int, county: str, **values: Any) -> list[Any]:
    """Return one row of a ledger of organisations."""
    row = dict(zip(HEADS, (f"示例导入{number}号", usci(number), "企业", county, "2015-06-01", "", ""), strict=True))
    return list((row | values).values())


def brought(
    data: bytes, *, resource: Any, actor: Actor, write: bool = False, name: str = "台账.xlsx", **more: Any
) -> ImportRun:
    """Take a file the whole way by the services: upload, map as guessed, check, and write where asked."""
    run = services.run_begin(resource=resource, upload=SimpleUploadedFile(name, data), actor=actor)
    mapping = {int(column): field for column, field in run.mapping.items()}
    run = services.run_check(services.run_map(run=run, mapping=mapping, actor=actor, **more), actor)
    return services.run_write(services.run_release(run=run, actor=actor), actor) if write else run


def taken_back(run: ImportRun, actor: Actor) -> ImportRun:
    """Undo what was written."""
    return services.run_undo(services.run_undo_begin(run=run, actor=actor), actor)


def told(run: ImportRun) -> list[tuple[int, int, str]]:
    """Return (row, column, sentence) of every fault a check found."""
    return [(row, column, sentence) for row, column, _label, _value, sentence in services.found_of(run)["faults"]]
