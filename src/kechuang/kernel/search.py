"""What can be found: every room says here which of its rows the one search box knows, and by which words.

The room names its access table; who may find a row follows from it line by line, so that nothing is found
that the list would hide. What is sealed (who objected, who reviewed whom) is simply never registered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q
from django.utils.functional import Promise

from kechuang.kernel.access import AccessTable

LONGEST_BODY = 600


@dataclass(frozen=True, slots=True)
class Document:
    """What is found of the row ``key``, and the page ``url`` it is found on.

    ``aliases`` are other names, ``numbers`` whatever identifies it in writing (编号、文号、统一社会信用代码), ``note``
    the line below its title. ``county_id``, ``department_id``, ``year`` and ``level`` (a code and its label) are what
    results are narrowed by. Personal data belongs in none of them.
    """

    key: int
    title: str
    url: str
    note: str = ""
    body: str = ""
    aliases: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    county_id: int | None = None
    department_id: int | None = None
    year: int | None = None
    level: str = ""


@dataclass(frozen=True, slots=True)
class Follow:
    """Another table whose changes change what is found.

    Either it names the found row in its ``column`` (a period names its platform), or the found row names it in
    its own column ``by`` (an application names its unit). With both, the two name the same third (a report and an
    entry of the register name one platform).
    """

    model: type[Model]
    column: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Searched:
    """One type in the search box. ``documents`` gets keys and returns what is found of them, in a few queries.

    A key without a document is not found, nor is one outside ``only``. ``levels`` are the labels of the codes that
    its documents use.
    """

    kind: str
    label: str | Promise
    model: type[Model]
    access: AccessTable
    documents: Callable[[list[int]], Iterable[Document]]
    follows: tuple[Follow, ...] = ()
    only: Q = field(default_factory=Q)
    order: int = 50
    levels: Callable[[], dict[str, Any]] = dict


_searched: dict[str, Searched] = {}


def register(searched: Searched) -> None:
    """Have the rows of ``searched.model`` found; a kind has one owner."""
    if _searched.setdefault(searched.kind, searched).model is not searched.model:
        raise ValueError(f"{searched.kind} is searched already, as {_searched[searched.kind].model.__name__}")
    _searched[searched.kind] = searched


def registered() -> dict[str, Searched]:
    """Return every searched type by its kind, in the order they are offered."""
    return dict(sorted(_searched.items(), key=lambda item: (item[1].order, item[0])))
