"""Everything a page is put together from: ``{% load kechuang %}``.

Tags take what the contract in ``docs/look.md`` says, as dictionaries or as objects with
the same names, and print markup without inline styles or scripts. A value of ``None``
is printed as 待补录.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, cast

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.template.base import render_value_in_context
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe

from kechuang.ui import chart_files, formats
from kechuang.ui.charts import Chart
from kechuang.ui.context import Look
from kechuang.ui.parts import (
    changed_lines,
    chip_fields,
    error_lines,
    in_cell,
    light_of,
    page_links,
    progress_of,
    step_marks,
)
from kechuang.ui.tables import Cell, Table

register = template.Library()

TIGHT = 10
"""Up to so many characters a cell is not broken over lines: dates, levels, counties."""

register.filter("thousands", formats.thousands)
register.filter("yuan", formats.yuan)
register.filter("wan", formats.wan)
register.filter("percent", formats.percent)
register.filter("day", formats.day)
register.filter("day_long", formats.day_long)
register.filter("moment", formats.moment)
register.filter("days_left", formats.days_left)


@register.filter
def lack(value: Any) -> Any:
    """Return the value, or 待补录 when there is none (zero is a value)."""
    return formats.ABSENT if value is None or value == "" else value


@register.filter
def attribute(value: Any, name: str) -> Any:
    """Return ``value[name]`` or ``value.name``; the empty string when neither exists."""
    return value.get(name, "") if isinstance(value, Mapping) else getattr(value, name, "")


@register.simple_tag(takes_context=True)
def the_look(context: Context) -> Look:
    """Return the frame's facts (modes, rail, names) for this request."""
    request = context.get("request")
    return Look(request if isinstance(request, HttpRequest) else None)


@register.simple_tag
def light(state: Any, word: str = "") -> SafeString:
    """Print a state as a shape and a word. ``word`` replaces the word, never the shape.

    Written without a template of its own: a list prints it once a row.
    """
    shown = light_of(state, word)
    return _lit(shown.tone, shown.shape, str(shown.word))


@lru_cache(maxsize=512, typed=True)  # typed: what is safe markup and what must be escaped are never mixed up
def _lit(tone: str, shape: str, word: str) -> SafeString:
    return format_html(
        '<span class="k-light k-light-{}"><span class="k-shape" aria-hidden="true">{}</span>{}</span>',
        tone,
        shape,
        word,
    )


@register.inclusion_tag("ui/parts/figure.html")
def figure(value: Any, unit: str = "", href: str = "", label: str = "", note: str = "") -> dict[str, Any]:
    """Print a big number; counted numbers carry ``href`` to the list behind them."""
    text = value if isinstance(value, str) else formats.thousands(value)
    return {"text": text, "unit": unit, "href": href, "label": label, "note": note, "absent": value is None}


@register.simple_tag(takes_context=True)
def facts(context: Context, items: Iterable[Any], columns: int = 2) -> SafeString:
    """Print facts (``term``, ``value``, ``href``, ``source``, ``note``) in two columns.

    Written without a template of its own: a platform's page prints twenty of them.
    """
    lines = "".join(_fact(context, item) for item in items)
    single = " k-facts-single" if columns == 1 else ""
    return mark_safe(f'<dl class="k-facts{single}">{lines}\n</dl>')  # noqa: S308 - every value is escaped in _fact


def _fact(context: Context, item: Any) -> str:
    def said(name: str) -> str:
        value = attribute(item, name)
        return render_value_in_context(value, context) if value else ""

    value = attribute(item, "value")
    if value is None or value == "":
        text = f'<span class="k-absent">{escape(formats.ABSENT)}</span>'
    else:
        text = render_value_in_context(value, context)
        if href := said("href"):
            text = f'<a href="{href}">{text}</a>'
    if source := said("source"):
        text = f'{text} <span class="k-source">{source}</span>'
    if note := said("note"):
        text = f'{text}<span class="k-note">{note}</span>'
    wide = ' class="is-wide"' if attribute(item, "wide") else ""
    return f"\n  <div{wide}><dt>{said('term')}</dt><dd>{text}</dd></div>"


@register.inclusion_tag("ui/parts/timeline.html")
def timeline(events: Iterable[Any]) -> dict[str, Any]:
    """Print what happened (``at``, ``title``, ``who``, ``text``, ``href``, ``official``)."""
    return {"events": events}


@register.inclusion_tag("ui/parts/steps.html")
def steps(items: Iterable[Any]) -> dict[str, Any]:
    """Print a bar of steps (``label``, ``state`` done|current|todo, ``note``)."""
    return {"steps": step_marks(items)}


@register.inclusion_tag("ui/parts/task_list.html")
def task_list(items: Iterable[Any]) -> dict[str, Any]:
    """Print sections of a form as tasks (``label``, ``url``, ``state``, ``hint``)."""
    return {"items": items}


@register.inclusion_tag("ui/parts/task_state.html")
def task_state(state: str, word: str = "") -> dict[str, Any]:
    """Print done, doing, todo, locked or wrong as a quiet word."""
    return {"state": state, "word": word}


@register.inclusion_tag("ui/parts/empty.html")
def empty(why: str, what: str = "", url: str = "", act: str = "") -> dict[str, Any]:
    """Say why there is nothing here and what to do about it."""
    return {"why": why, "what": what, "url": url, "act": act}


@register.inclusion_tag("ui/parts/progress.html")
def progress(done: int, total: int, label: str = "") -> dict[str, Any]:
    """Print a bar of counts for long work (``done`` of ``total``)."""
    return {"progress": progress_of(done, total), "label": label}


@register.inclusion_tag("ui/parts/error_summary.html")
def error_summary(form: BaseForm | None) -> dict[str, Any]:
    """Print all errors of a form with links to the fields; focus goes there."""
    return {"lines": error_lines(form) if form else []}


@register.inclusion_tag("ui/parts/field.html")
def field(bound: Any, unit: str = "", hint: str = "", saved: str = "") -> dict[str, Any]:
    """Print one form field: label, hint, control with unit, error, counter."""
    return {"field": bound, "unit": unit, "hint": hint or bound.help_text, "saved": saved}


@register.inclusion_tag("ui/parts/chips.html", takes_context=True)
def chips(context: Context, filters: Any = None, sentence: str = "", label: str = "") -> dict[str, Any]:
    """Print filters as a row that reads as a sentence; submits itself when changed."""
    form = getattr(filters, "form", filters)
    fields = chip_fields(form) if form else []
    return {"form": form, "fields": fields, "sentence": sentence, "label": label, "request": context.get("request")}


@register.inclusion_tag("ui/parts/pages.html")
def keyset(pages: Any) -> dict[str, Any]:
    """Print previous and next (``previous_url``, ``next_url``, ``count``, ``shown``)."""
    return {"pages": page_links(pages)}


@register.inclusion_tag("ui/parts/diff.html")
def diff(before: str, after: str, before_label: str = "", after_label: str = "") -> dict[str, Any]:
    """Print two texts side by side with what was struck out and what was added."""
    return {"rows": changed_lines(before, after), "before_label": before_label, "after_label": after_label}


@register.simple_tag
def ticks(bound: BoundField) -> SafeString:
    """Print the boxes of a filter with several choices.

    Written without a widget's template each: a list has fifty of them.
    """
    chosen = {str(value) for value in bound.value() or ()}
    name, start = escape(bound.html_name), escape(bound.auto_id)
    boxes = [
        f'<label class="k-check" for="{start}_{place}"><input type="checkbox" class="form-check-input" name="{name}" '
        f'value="{escape(key)}" id="{start}_{place}"{" checked" if str(key) in chosen else ""}> {escape(label)}</label>'
        for place, (key, label) in enumerate(cast("Any", bound.field).choices)
    ]
    return mark_safe("".join(boxes))  # noqa: S308 - every value above is escaped


@register.simple_tag
def cells(row: Iterable[Cell], first: str = "th") -> SafeString:
    """Print the cells of a table's row, the first as its head.

    Written without a template of its own: a list prints fifty rows of ten cells.
    """
    return mark_safe("".join(_cell(cell, first if place == 0 else "td") for place, cell in enumerate(row)))  # noqa: S308 - every value is escaped in _cell


@register.simple_tag
def table_rows(rows: Iterable[Iterable[Cell]]) -> SafeString:
    """Print the rows of a table's body, all in one go."""
    return mark_safe("".join(f"<tr>{cells(row)}</tr>\n" for row in rows))  # noqa: S308 - every value is escaped in _cell


def _cell(cell: Cell, tag: str) -> str:
    said = in_cell(cell.text)
    if not isinstance(said, str):
        said = str(said)  # a word still to be translated is translated once
    text: str = light(cell.light, said) if cell.light else conditional_escape(said)
    if cell.href:
        text = f'<a href="{escape(cell.href)}">{text}</a>'
    classes = "num" if cell.numeric else "k-tight" if len(said) <= TIGHT else ""
    if tag == "th":
        return f'<th scope="row" class="{classes}">{text}</th>'
    return f'<td class="{classes}"{_head_word(str(cell.label)) if cell.label else ""}>{text}</td>'


@lru_cache(maxsize=512)
def _head_word(label: str) -> str:
    """Return the attribute by which a cell tells its head's word on a phone; a column's is the same in every row."""
    return f' data-label="{escape(label)}"'


@register.inclusion_tag("ui/parts/table.html")
def grid(table: Table, caption: str = "") -> dict[str, Any]:
    """Print a ``kechuang.ui.tables.Table``; ``caption`` stands in for a missing one."""
    return {"table": table, "caption": caption}


@register.simple_tag(takes_context=True)
def chart(context: Context, drawn: Chart) -> SafeString:
    """Print a chart built by ``kechuang.ui.charts`` with its table inside ``details``."""
    request = context.get("request")
    if request is not None and drawn.key:
        request.charted = "interactive" if drawn.interactive else getattr(request, "charted", "drawn")
    chart_files.note(drawn, request)
    values = {"chart": drawn, "request": request, "chart_links": chart_files.links(drawn, request)}
    return render_to_string(drawn.template, values)


@register.simple_tag(takes_context=True)
def charted(context: Context) -> str:
    """Return which charts this page printed: none (empty), drawn, or interactive."""
    return str(getattr(context.get("request"), "charted", ""))


@register.simple_tag
def icon(name: str) -> SafeString:
    """Print one of our own line icons; decorative, hidden from screen readers."""
    return format_html(
        '<svg class="k-icon" width="20" height="20" aria-hidden="true" focusable="false"><use href="#k-{}"/></svg>',
        name,
    )


@register.simple_tag
def mark(size: int = 28) -> SafeString:
    """Print the mark: three bars narrowing upwards crossed by one line."""
    return format_html(
        '<svg class="k-mark" width="{0}" height="{0}" viewBox="0 0 32 32" aria-hidden="true" focusable="false">'
        '<path class="k-mark-bars" d="M3 23h26v5H3zM8 14.5h16v5H8zM12 6h8v5h-8z"/>'
        '<path class="k-mark-line" d="M4.5 30.5 20.5 2.5"/></svg>',
        size,
    )
