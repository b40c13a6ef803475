"""The recognitions a ledger tells of: one level a row, or a pair of columns for each level a platform went through.

Officers keep both kinds. Several rows of one platform are one platform: what a later row says of it goes to the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.platforms import services
from kechuang.platforms.models import Level, Platform, PlatformKind, Recognition
from kechuang.ui.imports.declaration import Batch, Field

LEVELS = {str(level.label): level.value for level in Level if level != Level.CULTIVATED}
WORDS = {value: word for word, value in LEVELS.items()}
SINGLE = {name: name for name in ("recognised_on", "document_number", "recognised_by", "certificate")}
"""Columns of a row that tells of one level."""
Bodies = Mapping[tuple[int, str], str]
"""(type, level) → who recognises it today."""


def _columns(level: str) -> dict[str, str]:
    """Return the columns that tell of one level beside the others."""
    return {"recognised_on": f"{level}_on", "document_number": f"{level}_number"}


def level_fields() -> tuple[Field, ...]:
    """Return the pair of columns of each level."""
    fields: list[Field] = []
    for word, level in LEVELS.items():
        on, number = _columns(level).values()
        times = (f"{word}{said}" for said in ("认定时间", "批准时间", "批准日期", "获批时间", "时间", "日期"))
        papers = (f"{word}{said}" for said in ("文号", "批准文号", "认定文件", "认定文件号", "文件号"))
        fields += [
            Field(on, format_lazy("{}{}", Level(level).label, gettext_lazy("认定日期")), "day", aliases=tuple(times)),
            Field(
                number,
                format_lazy("{}{}", Level(level).label, gettext_lazy("认定文号")),
                length=80,
                aliases=tuple(papers),
            ),
        ]
    return tuple(fields)


@dataclass(frozen=True, slots=True)
class Told:
    """A recognition as a row tells of it: ``names`` are the columns its parts stand in."""

    level: str
    place: int
    names: Mapping[str, str]
    values: Mapping[str, Any]

    @property
    def on(self) -> date | None:
        """The day of it, where the row says one."""
        return self.values.get("recognised_on")


def recognitions_told(batch: Batch, place: int) -> list[Told]:
    """Return the recognitions that one row tells of, the lowest level first."""
    row = batch.row(place)
    found = {level: _columns(level) for level in WORDS if any(name in row for name in _columns(level).values())}
    if level := row.get("level"):
        beside = {part: name for part, name in found.get(level, {}).items() if name in row}
        found[level] = {**SINGLE, **beside}
    return [
        Told(level, place, names, {part: row[name] for part, name in names.items() if name in row})
        for level, names in sorted(found.items(), key=lambda one: list(WORDS).index(one[0]))
    ]


def gathered(batch: Batch, firsts: Mapping[int, int]) -> dict[int, list[Told]]:
    """Return for each platform's first row all that is told of its recognitions, later rows (→ first) joined to it.

    A later row that says nothing new, or something else, is told at its cell.
    """
    told = {place: recognitions_told(batch, place) for place in range(len(batch.numbers)) if place not in firsts}
    for place, first in firsts.items():
        mine = recognitions_told(batch, place)
        known = {one.level for one in told[first]}
        if not mine or any(one.level in known for one in mine):
            label = f"{batch.fields['name'].label}、{batch.fields['host'].label}"
            twice = _("与第 %(row)d 行重复：“%(label)s”相同。")
            batch.fault(place, "name", twice % {"row": batch.numbers[first], "label": label})
        _join(batch, place, first)
        told[first] += mine
    for levels in told.values():
        levels.sort(key=lambda one: (one.on or date.max, list(WORDS).index(one.level)))
    return told


def _join(batch: Batch, place: int, first: int) -> None:
    """Give the first row what it leaves empty; two rows of one platform must not differ."""
    batch.joined[place] = first
    of_a_level = {"level", *SINGLE, *(name for level in WORDS for name in _columns(level).values())}
    for name, value in batch.row(place).items():
        column = batch.columns[name]
        if name in of_a_level or value == column[first]:
            continue
        if column[first] is None:
            column[first] = value
        else:
            sentence = _("与第 %(row)d 行是同一个平台，但“%(label)s”不同。")
            words = {"row": batch.numbers[first], "label": batch.fields[name].label}
            batch.fault(place, name, sentence % words)


def tell_of_lacking(batch: Batch, one: Told) -> None:
    """Tell what a recognition cannot be entered without."""
    for part in ("recognised_on", "document_number"):
        name = one.names[part]
        if batch.empty(one.place, name):
            sentence = _("填了%(level)s认定，须同时填“%(label)s”。")
            batch.fault(one.place, name, sentence % {"level": WORDS[one.level], "label": batch.fields[name].label})


def tell_of_held(batch: Batch, one: Told, held: Recognition) -> None:
    """Tell where the register has another day for a level that is held already."""
    if one.on is not None and one.on != held.recognised_on and not held.ended_on:
        sentence = _("该平台已登记的这一级认定日期为 %(day)s，与这里不同；请在平台页更正。")
        batch.fault(one.place, one.names["recognised_on"], sentence % {"day": held.recognised_on.isoformat()})


def levels_said(levels: Iterable[str]) -> str:
    """Return levels as a person says them, the lowest first; empty for none."""
    given = set(levels)
    return "、".join(word for level, word in WORDS.items() if level in given)


def recognise(
    platform: Platform, told: Iterable[Told], *, kind: PlatformKind, bodies: Bodies, batch: Batch, actor: Actor
) -> None:
    """Put each recognition on record and hand it in; what is refused is told at its own row and cell."""
    for one in told:
        try:
            _entered(platform, one, kind, bodies, actor)
        except Refused as refusal:
            batch.fault(one.place, one.names.get(refusal.field or "", "level"), str(refusal))


def _entered(platform: Platform, one: Told, kind: PlatformKind, bodies: Bodies, actor: Actor) -> None:
    body = one.values.get("recognised_by") or bodies.get((kind.pk, one.level), "")
    if not body:
        raise Refused(_("归口表没有这一级的认定机关，请填写认定机关。"), field="recognised_by")
    recognition = services.recognition_draft(
        platform=platform,
        actor=actor,
        level=one.level,
        recognised_on=one.values["recognised_on"],
        document_number=one.values["document_number"],
        recognised_by=body,
        certificate=one.values.get("certificate", ""),
    )
    services.recognition_move(recognition=recognition, step="submit", actor=actor)
