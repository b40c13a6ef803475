"""One declaration per object type; list, filter, export and API schema are derived.

A page that needs more than its declaration can say gets its own view. There is no hook
to override half of a derived one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import django_filters
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Choices, Field, Model, Q, QuerySet
from django.forms import CheckboxSelectMultiple, DateInput, Form
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.access import AccessTable, Actor
from kechuang.ui.imports.declaration import Imports

Label = Any
SEARCH_LIMIT = 80
EMPTY = _("没有符合条件的记录。")
ADVICE = _("放宽上方的筛选条件，或换一个截至日期。")


class DayInput(DateInput):
    """A date field that every browser shows as a calendar; its value is written as browsers want it in any language."""

    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        """Return 2026-11-23 for a date, what was typed otherwise."""
        return value.isoformat() if isinstance(value, date) else super().format_value(value)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``path`` is an ORM path, ``shown`` turns its stored value into what is read.

    ``light`` marks a column of states: the value is the light's key, ``shown`` its word.
    ``sortable`` columns must never be null, because keyset pages compare them.
    """

    path: str
    label: Label = ""
    numeric: bool = False
    sortable: bool = False
    light: bool = False
    shown: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class AsOf:
    """That rows are valid from ``start`` until before ``end``, so that the list has a day."""

    start: str = "start"
    end: str = "end"

    def on(self, day: date) -> Q:
        """Return the rows that hold on ``day``."""
        return Q(**{f"{self.start}__lte": day, f"{self.end}__gt": day})


_resources: dict[str, Resource] = {}


@dataclass(frozen=True)
class Resource:
    """What an object type shows and to whom.

    ``key`` is the column whose value names a row in addresses (default the primary key);
    ``order`` the default order, a unique last column included; ``search`` the columns a
    typed word is looked for in; ``options`` narrows what a relation's filter offers;
    ``imports`` says how rows come in from a spreadsheet, where they do.
    """

    name: str
    model: type[Model]
    access: AccessTable
    columns: tuple[Column, ...]
    label: Label = ""
    filters: tuple[str, ...] = ()
    exported: tuple[Column, ...] = ()
    search: tuple[str, ...] = ()
    order: tuple[str, ...] = ("pk",)
    key: str = "pk"
    detail: Callable[[Any], str] | None = None
    as_of: AsOf | None = None
    narrow: Q = field(default_factory=Q)
    empty: Label = EMPTY
    advice: Label = ADVICE
    choices: Mapping[str, Callable[[], Iterable[tuple[str, Any]]]] = field(default_factory=dict)
    imports: Imports | None = None

    def __post_init__(self) -> None:
        if _resources.setdefault(self.name, self) is not self:
            raise ValueError(f"a resource {self.name} exists already")

    @property
    def title(self) -> Label:
        return self.label or self.model._meta.verbose_name

    def column_label(self, column: Column) -> Label:
        """Return the column's own label or the verbose name of the field its path ends at."""
        return column.label or field_at(self.model, column.path).verbose_name

    def rows(self, actor: Actor, *, on: date | None = None, action: str = "view") -> QuerySet[Any]:
        """Return the rows ``actor`` may see; for a dated resource those of day ``on``."""
        rows = self.access.visible(self.model._default_manager.filter(self.narrow), actor, action)
        return rows.filter(self.as_of.on(on or actor.today)) if self.as_of else rows

    @cached_property
    def filterset(self) -> type[django_filters.FilterSet]:
        """Return the filters: a word, every name in ``filters`` by multiple choice, and the day."""
        members: dict[str, Any] = {}
        if self.search:
            members["q"] = django_filters.CharFilter(label=_("查找"), method=self._find, max_length=SEARCH_LIMIT)
        members.update({name: self._filter(name) for name in self.filters})
        if self.as_of:
            members["on"] = django_filters.CharFilter(label=_("截至"), method=_as_it_is, widget=DayInput)
        members["Meta"] = type("Meta", (), {"model": self.model, "fields": []})
        return type(f"{self.model.__name__}Filters", (django_filters.FilterSet,), members)

    def _filter(self, name: str) -> django_filters.Filter:
        target = field_at(self.model, name)
        label = target.verbose_name
        if name in self.choices:
            return _several(name, label, self.choices[name])
        if target.is_relation:
            return _several(name, label, lambda: relation_choices(target.related_model))
        if target.choices:
            return _several(name, label, _plain(target))
        return django_filters.CharFilter(field_name=name, label=label, lookup_expr="contains")

    def _find(self, rows: QuerySet[Any], name: str, words: str) -> QuerySet[Any]:
        return self.searched(rows, words)

    def searched(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        """Narrow ``rows`` to those in which every one of the typed ``words`` occurs."""
        for word in words.split()[:8]:
            wanted = Q()
            for path in self.search:
                wanted |= Q(**{f"{path}__contains": word})
            rows = rows.filter(wanted)
        return rows


def field_at(model: type[Model], path: str) -> Field[Any, Any]:
    """Return the field that ``path`` (``host__county__name``) ends at."""
    current = model
    names = path.split("__")
    for name in names[:-1]:
        current = current._meta.get_field(name).related_model  # type: ignore[assignment]
    name = names[-1]
    found = current._meta.pk if name == "pk" else current._meta.get_field(name)
    if not isinstance(found, Field):
        raise FieldDoesNotExist(f"{model.__name__} has no column {path}")
    return found


def relation_choices(model: Any) -> list[tuple[str, str]]:
    """Return (key, text) of a small reference table, in its own order."""
    return [(str(row.pk), str(row)) for row in model._default_manager.all()]


def chips(form: Form) -> list[tuple[Label, str]]:
    """Return (label, chosen words) of every filter that is set, to be read as a sentence."""
    said = []
    for name, control in form.fields.items():
        value = form.cleaned_data.get(name) if form.is_bound and form.is_valid() else None
        if name in ("q", "on") or value in (None, "", []):
            continue
        words = {str(key): str(text) for key, text in getattr(control, "choices", ())}
        chosen = value if isinstance(value, list | tuple) else [value]
        said.append((control.label, "、".join(words.get(str(one), str(one)) for one in chosen)))
    return said


def exported_paths(resource: Resource) -> list[str]:
    """Return the ORM paths an export of ``resource`` carries, in order."""
    return [column.path for column in resource.exported or resource.columns]


def registered() -> dict[str, Resource]:
    """Return every resource by its name."""
    return dict(_resources)


def _several(name: str, label: Label, choices: Any) -> django_filters.Filter:
    """Several at once, read as "or"; unticking all of them means no limit.

    Filters are single-valued paths, so no row comes twice; a DISTINCT would sort all of them for each page.
    """
    return django_filters.MultipleChoiceFilter(
        field_name=name, label=label, choices=choices, widget=CheckboxSelectMultiple, distinct=False
    )


def _as_it_is(rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
    """Keep ``rows``: the day has narrowed them before the filters are asked."""
    return rows


def _plain(target: Field[Any, Any]) -> list[tuple[str, Any]]:
    choices = target.choices
    rows = choices.choices if isinstance(choices, type) and issubclass(choices, Choices) else choices or ()
    return [(str(key), text) for key, text in rows]
