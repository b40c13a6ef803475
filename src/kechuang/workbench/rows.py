"""How a case reads on the desk: its columns as a page and as an export print them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.directory.models import County, Department, Organisation
from kechuang.kernel.calendar_days import calendar, estimate_note
from kechuang.kernel.clock import light_on
from kechuang.kernel.inbox import Item
from kechuang.pure.workdays import Calendar
from kechuang.ui.formats import day, days_left, moment
from kechuang.ui.parts import light_of
from kechuang.ui.tables import Cell


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the rows of one page have in common: the day, the calendar, the names of units."""

    tab: str
    today: date
    calendar: Calendar
    units: dict[tuple[str, int], str]

    def light(self, item: Item) -> str:
        """Return the light of a row, ``""`` where nothing is due."""
        return light_on(self.today, due_on=item.case.due_on, warn_on=item.case.warn_on)

    def unit(self, item: Item) -> str:
        """Return the unit a case is about: the organisation, else the department, else the county."""
        for name in ("organisation", "department", "county"):
            key = getattr(item.case, f"{name}_id")
            if key is not None:
                return self.units.get((name, key), "")
        return ""

    def left(self, item: Item) -> str:
        """Return the working days left, why the clock stands still, or that nothing limits the time."""
        case = item.case
        if case.due_on is None:
            return case.stopped_because if case.stopped_because and not case.closed else ""
        told = days_left(self.calendar.between(self.today, case.due_on))
        note = estimate_note(self.calendar, case.due_on)
        return f"{told}（{note}）" if note else told

    def held(self, item: Item) -> int:
        """Return the working days a case has been in its step."""
        return max(0, self.calendar.between(timezone.localdate(item.case.since), self.today))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the desk: ``said`` is its text, ``only`` the tabs that have it ("" = all)."""

    name: str
    label: Any
    said: Callable[[Sheet, Item], Any]
    numeric: bool = False
    only: tuple[str, ...] = ()
    order: str = ""


def _light_word(sheet: Sheet, item: Item) -> str:
    light = sheet.light(item)
    return str(light_of(light).word) if light else ("" if item.case.closed else _("未规定"))


COLUMNS = (
    Column("light", gettext_lazy("状态"), _light_word),
    Column("number", gettext_lazy("编号"), lambda sheet, item: item.case.number),
    Column("title", gettext_lazy("名称"), lambda sheet, item: item.title),
    Column("kind", gettext_lazy("类型"), lambda sheet, item: item.kind),
    Column("unit", gettext_lazy("单位"), lambda sheet, item: sheet.unit(item)),
    Column("step", gettext_lazy("环节"), lambda sheet, item: item.case.state_label),
    Column("left", gettext_lazy("剩余"), lambda sheet, item: sheet.left(item), order="due"),
    Column("holder", gettext_lazy("承办"), lambda sheet, item: str(item.case.holder or "")),
    Column(
        "held",
        gettext_lazy("已停留"),
        lambda sheet, item: _("%(days)d 个工作日") % {"days": sheet.held(item)},
        order="since",
    ),
    Column("at", gettext_lazy("时间"), lambda sheet, item: moment(item.at), only=("done", "copied"), order="at"),
    Column("until", gettext_lazy("要求办结"), lambda sheet, item: day(item.at), only=("supervised",), order="at"),
    Column("note", gettext_lazy("说明"), lambda sheet, item: item.note, only=("todo", "done", "copied", "supervised")),
    Column("by", gettext_lazy("由"), lambda sheet, item: item.by, only=("copied", "supervised")),
)
ALWAYS = ("title",)
USUAL = ("light", "number", "title", "unit", "step", "left", "holder", "held", "at", "until", "by")
NOTED = ("done", "copied", "supervised")


def offered(tab: str) -> list[Column]:
    """Return the columns that ``tab`` can show."""
    return [column for column in COLUMNS if not column.only or tab in column.only]


def chosen(tab: str, names: Iterable[str]) -> list[Column]:
    """Return the columns of ``names``, the usual ones without any; the name is always there."""
    wanted = {*names, *ALWAYS} if names else {*USUAL, *(("note",) if tab in NOTED else ())}
    return [column for column in offered(tab) if column.name in wanted]


def sheet_of(tab: str, items: list[Item], today: date, *, known: dict[tuple[str, int], str] | None = None) -> Sheet:
    """Return what the rows have in common: a query for the calendar and one for each kind of unit not ``known``."""
    models: dict[str, Any] = {"organisation": Organisation, "department": Department, "county": County}
    units = dict(known or {})
    for name, model in models.items():
        keys = {key for item in items if (key := getattr(item.case, f"{name}_id")) is not None}
        if any((name, key) not in units for key in keys):
            units.update({(name, row.pk): str(row) for row in model.objects.filter(pk__in=keys)})
    return Sheet(tab, today, calendar(), units)


def cells(sheet: Sheet, item: Item, columns: list[Column]) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """Return the cells before the name, and the name with those after it."""
    made = [
        Cell(
            text=column.said(sheet, item),
            href=item.url if column.name == "title" else "",
            numeric=column.numeric,
            light=sheet.light(item) if column.name == "light" else "",
            label=column.label,
        )
        for column in columns
    ]
    place = next(number for number, column in enumerate(columns) if column.name == "title")
    return tuple(made[:place]), tuple(made[place:])
