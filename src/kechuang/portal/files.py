"""Writing a data set's files: row by row, hashed while written, however long they are."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from kechuang.portal.datasets import DataSet
from kechuang.ui.exports import harmless

FORMATS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
BOM = "\ufeff"  # without it Excel and WPS read the Chinese as another encoding


@dataclass(frozen=True, slots=True)
class Written:
    """A file as it was written: where, its length in bytes and its SHA-256."""

    format: str
    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a walk over the rows left: the files, how many rows, and a digest of the rows alone."""

    files: tuple[Written, ...]
    rows: int
    fingerprint: str


class _Sink:
    """A file that counts and hashes what goes into it."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream, self.size, self.digest = stream, 0, hashlib.sha256()

    def write(self, text: str) -> None:
        data = text.encode()
        self.stream.write(data)
        self.size += len(data)
        self.digest.update(data)


def folder() -> Path:
    """Return where released files lie."""
    return Path(settings.MEDIA_ROOT) / "open-data"


def harvest(dataset: DataSet, rows: Iterable[tuple[Any, ...]], *, version: str, as_of: date) -> Harvest:
    """Write both files of one version and return what they are; a file appears whole or not at all."""
    place = folder() / dataset.code
    place.mkdir(parents=True, exist_ok=True)
    temporary = {kind: place / f".{version}.{os.getpid()}.{kind}" for kind in FORMATS}
    try:
        with temporary["csv"].open("wb") as table, temporary["json"].open("wb") as records:
            sinks = {"csv": _Sink(table), "json": _Sink(records)}
            count, fingerprint = _fill(dataset, rows, sinks, version=version, as_of=as_of)
        files = []
        for kind, sink in sinks.items():
            path = f"{dataset.code}/{version}.{kind}"
            temporary[kind].replace(folder() / path)
            files.append(Written(kind, path, sink.size, sink.digest.hexdigest()))
    finally:
        for unfinished in temporary.values():
            unfinished.unlink(missing_ok=True)
    return Harvest(tuple(files), count, fingerprint)


def _fill(
    dataset: DataSet, rows: Iterable[tuple[Any, ...]], sinks: dict[str, _Sink], *, version: str, as_of: date
) -> tuple[int, str]:
    names = [column.name for column in dataset.columns]
    head = {"dataset": dataset.code, "version": version, "as_of": as_of.isoformat(), "fields": names}
    sinks["csv"].write(BOM + _line([str(column.label) for column in dataset.columns]))
    sinks["json"].write(f'{{{_json(head)[1:-1]}, "rows": [')
    count, whole = 0, hashlib.sha256()
    for row in rows:
        plain = [plainly(value) for value in row]
        record = _json(dict(zip(names, plain, strict=True)))
        whole.update(record.encode())
        sinks["csv"].write(_line([_cell(value) for value in plain]))
        sinks["json"].write(f"{',' if count else ''}\n{record}")
        count += 1
    sinks["json"].write("\n]}\n")
    return count, whole.hexdigest()


def plainly(value: Any) -> Any:
    """Return a value as JSON has it; an empty text stands for what is not registered, so it becomes ``None``."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return None if value == "" else value


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else harmless(value)


def _line(cells: list[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def rows_of(path: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a JSON file, one line each."""
    with (folder() / path).open(encoding="utf-8") as file:
        next(file)
        for line in file:
            if line.startswith("{"):
                yield json.loads(line.rstrip().rstrip(","))


def remove(path: str) -> None:
    """Remove a released file; one that is gone already is no error."""
    (folder() / path).unlink(missing_ok=True)
