"""What the components of a page are given: small values computed before a template.

Each function here turns what a view has (a state, a form, two texts) into what a
template prints, so that templates stay free of logic.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, cast

from django.forms import BaseForm, BoundField, CheckboxSelectMultiple
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kechuang.ui import formats

Text = str | Promise


@dataclass(frozen=True)
class Crumb:
    """One step of the way to this page; without ``url`` it is the page itself."""

    label: Text
    url: str = ""


@dataclass(frozen=True)
class Action:
    """Something the person may do here. At most one on a page is ``primary``."""

    label: Text
    url: str
    primary: bool = False
    danger: bool = False


@dataclass(frozen=True)
class Fact:
    """One known thing: what, its value, where it leads and where it comes from."""

    term: Text
    value: Any
    href: str = ""
    source: Text = ""
    note: Text = ""
    wide: bool = False


@dataclass(frozen=True)
class Happening:
    """One line of a timeline. ``official`` marks what carries a document or a seal."""

    at: date | datetime | None
    title: Text
    who: Text = ""
    text: Text = ""
    href: str = ""
    official: bool = False


@dataclass(frozen=True)
class Section:
    """A part of an object's page: facts, a table, or a template of its own.

    ``template`` is included with ``context`` added, for what neither can say.
    """

    key: str
    title: Text
    facts: tuple[Fact, ...] = ()
    table: Any = None
    template: str = ""
    context: Mapping[str, Any] | None = None
    empty: Text = ""


@dataclass(frozen=True)
class ChipField:
    """A filter as a chip: ``several`` opens a list, anything else is typed or chosen in it.

    ``chosen`` says in words what a list is narrowed to.
    """

    bound: BoundField
    several: bool
    chosen: str
    is_set: bool


MOST_WORDS = 2


def chip_fields(form: BaseForm) -> list[ChipField]:
    """Return the visible fields of a filter form as chips."""
    chips = []
    for bound in form.visible_fields():
        several = isinstance(bound.field.widget, CheckboxSelectMultiple)
        words = _chosen_words(bound) if several else []
        chosen = "、".join(words[:MOST_WORDS])
        if len(words) > MOST_WORDS:
            chosen = _("%(words)s等%(count)d项") % {"words": chosen, "count": len(words)}
        chips.append(ChipField(bound, several, chosen, bool(words if several else bound.value())))
    return chips


def _chosen_words(bound: BoundField) -> list[str]:
    value = {str(one) for one in bound.value() or ()}
    return [str(label) for key, label in cast("Any", bound.field).choices if str(key) in value] if value else []


@dataclass(frozen=True)
class Pages:
    """Where the neighbouring pages of a list are. ``count`` is of all rows (条), a floor when not ``exact``."""

    count: int | None = None
    shown: int | None = None
    exact: bool = True
    previous_url: str = ""
    next_url: str = ""


@dataclass(frozen=True)
class Light:
    """A state's colour class, shape and word; the shape never depends on colour."""

    tone: str
    shape: str
    word: Text


LIGHTS: dict[str, Light] = {
    "reached": Light("good", "●", _("已达成")),
    "on_track": Light("good", "●", _("正常")),
    "behind": Light("warn", "▲", _("滞后")),
    "missed": Light("bad", "■", _("未达成")),
    "no_target": Light("none", "○", _("无目标")),
    "normal": Light("good", "●", _("正常")),
    "due_soon": Light("warn", "▲", _("临期")),
    "overdue": Light("bad", "■", _("超期")),
    "done": Light("good", "●", _("已完成")),
    "doing": Light("calm", "◐", _("进行中")),
    "todo": Light("none", "○", _("未开始")),
    "unknown": Light("none", "○", _("待补录")),
}


def light_of(state: Any, word: Text = "") -> Light:
    """Return the light of a state key or of an enum whose value is one.

    An unknown key keeps its own word behind the empty shape: nothing is coloured by guess.
    """
    key = str(state.value if isinstance(state, Enum) else state or "unknown").lower()
    known = LIGHTS.get(key, Light("none", "○", key))
    return Light(known.tone, known.shape, word or known.word)


def in_cell(value: Any) -> Any:
    """Return a value as a table prints it: 2026-11-23, 1 234, 是 or 否; texts stay as they are."""
    if isinstance(value, str):
        return value
    if value is None:
        return formats.ABSENT
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, datetime):
        return formats.moment(value)
    if isinstance(value, date):
        return formats.day(value)
    return formats.thousands(value) if isinstance(value, int | float | Decimal) else value


@dataclass(frozen=True)
class Step:
    """One node of a steps bar; ``number`` counts from 1."""

    number: int
    label: Text
    state: str
    note: Text


def step_marks(items: Iterable[Any]) -> list[Step]:
    """Return the steps with their numbers; items are mappings, objects or plain labels."""
    return [
        Step(number, read(item, "label", item), str(read(item, "state", "todo")), read(item, "note", ""))
        for number, item in enumerate(items, start=1)
    ]


def read(item: Any, name: str, otherwise: Any = "") -> Any:
    """Return a named value of a mapping or an object."""
    return item.get(name, otherwise) if isinstance(item, Mapping) else getattr(item, name, otherwise)


@dataclass(frozen=True)
class Progress:
    """How far long work is; ``share`` is a fraction of 1."""

    done: int
    total: int
    share: float


def progress_of(done: int, total: int) -> Progress:
    """Return the progress, full when there was nothing to do."""
    return Progress(done, total, 1.0 if total <= 0 else min(1.0, max(0.0, done / total)))


@dataclass(frozen=True)
class ErrorLine:
    """One error with the control it belongs to (empty for the form as a whole)."""

    target: str
    label: Text
    message: str


def error_lines(form: BaseForm) -> list[ErrorLine]:
    """Return a form's errors in the order of its fields, in the fields' own words."""
    whole = [ErrorLine("", "", str(message)) for message in form.non_field_errors()]
    single = [
        ErrorLine(bound.id_for_label or bound.auto_id, bound.label, str(message))
        for bound in form
        for message in bound.errors
    ]
    return whole + single


def page_links(pages: Any) -> Pages:
    """Return neighbouring pages from a mapping or an object with the names of ``Pages``."""
    return Pages(
        count=read(pages, "count", None),
        shown=read(pages, "shown", None),
        exact=bool(read(pages, "exact", otherwise=True)),
        previous_url=read(pages, "previous_url") or "",
        next_url=read(pages, "next_url") or "",
    )


@dataclass(frozen=True)
class DiffPart:
    """A run of characters that stayed (``same``), went (``gone``) or came (``new``)."""

    kind: str
    text: str


@dataclass(frozen=True)
class DiffRow:
    """One line of both texts; ``changed`` when they differ."""

    before: tuple[DiffPart, ...]
    after: tuple[DiffPart, ...]
    changed: bool


def changed_lines(before: str, after: str) -> list[DiffRow]:
    """Return two texts line against line, with changes down to the character."""
    old, new = before.splitlines(), after.splitlines()
    rows: list[DiffRow] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [DiffRow(part, part, changed=False) for part in (_whole("same", line) for line in old[a:b])]
        else:
            rows += _pairs(old[a:b], new[c:d])
    return rows


def _pairs(old: list[str], new: list[str]) -> Iterator[DiffRow]:
    for number in range(max(len(old), len(new))):
        if number >= len(new):
            yield DiffRow(_whole("gone", old[number]), (), changed=True)
        elif number >= len(old):
            yield DiffRow((), _whole("new", new[number]), changed=True)
        else:
            yield _characters(old[number], new[number])


def _characters(old: str, new: str) -> DiffRow:
    gone: list[DiffPart] = []
    came: list[DiffPart] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone += _whole("same" if tag == "equal" else "gone", old[a:b])
        came += _whole("same" if tag == "equal" else "new", new[c:d])
    return DiffRow(tuple(gone), tuple(came), changed=True)


def _whole(kind: str, text: str) -> tuple[DiffPart, ...]:
    return (DiffPart(kind, text),) if text else ()
