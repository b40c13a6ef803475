"""The dry run: every cell understood, doubles found, rows matched, differences told; nothing written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.ui.imports.declaration import Batch, Column, Difference, Fault, Imports, Setting, differences
from kechuang.ui.imports.reading import DATA_ROWS, Sheet
from kechuang.ui.imports.recognising import Layout, Skipped, data_rows, filled_down
from kechuang.ui.imports.values import column_values

CHUNK = 200
Told = Callable[[str, int, int], None]
"""Is told what is being done (a key of ``keeping.STAGES``), and how much of how much."""


def told_to_nobody(_stage: str, _done: int, _total: int) -> None:
    """Follow work that nobody waits for."""


@dataclass
class Checked:
    """What a file would do: rows to create (places), rows to change, rows that stand as they are, what is wrong."""

    batch: Batch
    creates: list[int] = field(default_factory=list)
    changes: list[Difference] = field(default_factory=list)
    same: int = 0
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def faults(self) -> list[Fault]:
        """Every wrong cell in the order of the sheet, each once."""
        return sorted(dict.fromkeys(self.batch.faults), key=lambda one: (one.row, one.column))

    @property
    def total(self) -> int:
        """How many rows the table has."""
        return len(self.batch.numbers)


def batch_of(
    sheet: Sheet, layout: Layout, imports: Imports, told: Told = told_to_nobody
) -> tuple[Batch, list[Skipped]]:
    """Turn the table of a sheet into columns of values; raises ``Refused`` where there is nothing to read."""
    from kechuang.ui.imports import frames  # noqa: PLC0415 - loads polars, which only a sheet at hand is worth

    fields = imports.by_name
    places = {name: column for column, name in layout.mapping.items() if name in fields}
    missing = [str(one.label) for one in imports.fields if one.required and one.name not in places]
    if missing:
        raise Refused(_("还没有为必填的“%(labels)s”指定列。") % {"labels": "、".join(missing)}, field="mapping")
    sheet = filled_down(sheet, layout)
    examples = {places[one.name]: one.example for one in imports.fields if one.name in places and one.example}
    rows, skipped = data_rows(sheet, layout, examples)
    if not rows:
        raise Refused(_("表头下面没有数据行，请核对表头所在的行。"), field="mapping")
    if len(rows) > DATA_ROWS:
        raise Refused(_("一次最多导入 100000 行，请分成几个文件。"), field="mapping")
    batch = Batch(fields, [row + 1 for row in rows], {}, places)
    for number, (name, column) in enumerate(places.items()):
        told("columns", number, len(places))
        if column >= sheet.width:
            continue
        cells = frames.rows_of(sheet.frame, column, rows)
        values, wrong = column_values(fields[name], cells)
        batch.columns[name] = values
        for place, sentence in wrong:
            batch.fault(place, name, sentence, value=cells[place] or "")
    for name in fields:
        batch.columns.setdefault(name, Column([None] * len(rows)))
    _doubles(batch, imports)
    return batch, skipped


def _doubles(batch: Batch, imports: Imports) -> None:
    """Tell of every row that says who it is in the words of an earlier one."""
    for group in imports.unique:
        if not all(name in batch.places for name in group):
            continue
        first: dict[Any, int] = {}
        columns = [batch.columns[name] for name in group]
        keys = columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))
        for place, key in enumerate(keys):
            if key is None or (isinstance(key, tuple) and None in key):
                continue
            before = first.setdefault(key, place)
            if before != place:
                sentence = _("与第 %(row)d 行重复：“%(label)s”相同。") % {
                    "row": batch.numbers[before],
                    "label": "、".join(str(batch.fields[name].label) for name in group),
                }
                batch.fault(place, group[0], sentence)


def check(
    sheet: Sheet, layout: Layout, imports: Imports, *, actor: Actor, setting: Setting, told: Told = told_to_nobody
) -> Checked:
    """Say what ``sheet`` would do and everything that is wrong with it; nothing is written.

    Where the services must be asked themselves, they write inside transactions that are rolled back.
    """
    batch, skipped = batch_of(sheet, layout, imports, told)
    told("matching", 0, len(batch.numbers))
    checked = matched(batch, imports, actor=actor)
    checked.skipped = skipped
    if imports.rehearsed:
        _rehearse(checked, imports, actor, setting, told)
    return checked


def matched(batch: Batch, imports: Imports, *, actor: Actor) -> Checked:
    """Part the rows into those that are new, those that differ from what stands, and those that stand already."""
    checked = Checked(batch)
    stands = imports.match(actor, batch)
    names = [name for name in batch.fields if name in batch.places]
    targets: dict[int, int] = {}
    spoiled = {batch.joined[place] for place in batch.wrong if place in batch.joined}
    for place, stood in enumerate(stands):
        if place in batch.joined or place in batch.wrong or place in spoiled:
            continue
        if stood is None:
            checked.creates.append(place)
            continue
        before = targets.setdefault(stood.key, place)
        if before != place:
            twice = _("与第 %(row)d 行说的是同一条记录：%(label)s。")
            batch.fault(place, None, twice % {"row": batch.numbers[before], "label": stood.label})
            continue
        values = differences(names, batch, place, stood)
        if values:
            checked.changes.append(Difference(place, stood, values))
        else:
            checked.same += 1
    return checked


def _rehearse(checked: Checked, imports: Imports, actor: Actor, setting: Setting, told: Told) -> None:
    """Write in pieces and roll each back, so that no lock is held for longer than a piece takes."""
    total = len(checked.creates) + len(checked.changes)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        told("trying", done, total)

    for creates in _pieces(checked.creates):
        with transaction.atomic():
            imports.create(actor, checked.batch, creates, setting, step)
            transaction.set_rollback(True)
    for changes in _pieces(checked.changes):
        with transaction.atomic():
            imports.change(actor, checked.batch, changes, setting, step)
            transaction.set_rollback(True)


def _pieces(whole: Sequence[Any]) -> list[Sequence[Any]]:
    return [whole[start : start + CHUNK] for start in range(0, len(whole), CHUNK)]


def carry_out(checked: Checked, imports: Imports, *, actor: Actor, setting: Setting, told: Told) -> None:
    """Write every row, all in the caller's transaction. Raises ``Refused`` when one of them is refused."""
    total = len(checked.creates) + len(checked.changes)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        told("writing", done, total)

    told("writing", 0, total)
    if not checked.batch.wrong:
        imports.create(actor, checked.batch, checked.creates, setting, step)
        imports.change(actor, checked.batch, checked.changes, setting, step)
    if checked.batch.wrong:
        first = checked.faults[0]
        raise Refused(_("%(cell)s：%(why)s") % {"cell": first.cell, "why": first.sentence})
