"""Whose fact it is: a subject of one of four kinds, found without knowing the room it lives in.

Rooms above register their kind in ``AppConfig.ready()``. What a kind must tell is to which organisation each of
its subjects belongs: that organisation decides who sees and who keeps its facts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Literal

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise

from kechuang.directory.models import Organisation
from kechuang.facts.choices import SubjectKind
from kechuang.kernel.access import NOTHING

Kind = Literal["organisation", "platform", "person", "project"]
CODES: dict[str, int] = {kind.name.lower(): kind.value for kind in SubjectKind}
NAMES: dict[int, Kind] = {code: name for name, code in CODES.items()}  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Subject:
    """An organisation, platform, person or project of which something is known."""

    kind: Kind
    pk: int

    @property
    def code(self) -> int:
        """Return the kind as the table of facts writes it."""
        return CODES[self.kind]

    @property
    def key(self) -> dict[str, int]:
        """Return the columns of ``Fact`` that name this subject."""
        return {"subject_kind": self.code, "subject_id": self.pk}


@dataclass(frozen=True, slots=True)
class Owned:
    """To which organisation each subject belongs now: ``rows`` with the columns of both keys.

    ``name`` is the column of the subject's name there; without it subjects are named one by one.
    """

    rows: Callable[[], QuerySet[Any]]
    subject: str
    organisation: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class SubjectType:
    """One registered kind: its model, how it is called, whose it is, how one is named and where its page is."""

    kind: Kind
    model: type[Model]
    label: str | Promise
    scope: Owned
    title: Callable[[int], str] | None = None
    url: Callable[[int], str] | None = None


_types: dict[str, SubjectType] = {}


def register(
    kind: Kind,
    model: type[Model],
    *,
    label: str | Promise,
    scope: Owned,
    title: Callable[[int], str] | None = None,
    url: Callable[[int], str] | None = None,
) -> None:
    """Let things of ``model`` be subjects of facts."""
    _types[kind] = SubjectType(kind, model, label, scope, title, url)


def registered() -> dict[str, SubjectType]:
    """Return every kind that is registered, by its name."""
    return dict(_types)


def subject_of(organisation: Organisation) -> Subject:
    """Return an organisation as a subject."""
    return Subject("organisation", organisation.pk)


def organisation_of(subject: Subject) -> Organisation | None:
    """Return the organisation a subject belongs to now; ``None`` when it belongs to none or does not exist."""
    if subject.kind not in _types:
        return None
    scope = _types[subject.kind].scope
    keys = scope.rows().filter(**{scope.subject: subject.pk}).values(scope.organisation)
    return Organisation.objects.filter(pk__in=keys).first()


def title_of(subject: Subject) -> str:
    """Return how a subject is called: by its kind's own rule, else as its model prints it."""
    known = _types.get(subject.kind)
    if known is None:
        return f"{subject.kind} #{subject.pk}"
    if known.title is not None:
        return known.title(subject.pk)
    return str(known.model._default_manager.filter(pk=subject.pk).first() or subject.pk)


def titles_of(subjects: Collection[Subject]) -> dict[Subject, str]:
    """Return how subjects are called: one query a kind that says where its names stand."""
    found: dict[Subject, str] = {}
    for kind in _types.values():
        mine = {subject.pk: subject for subject in subjects if subject.kind == kind.kind}
        scope = kind.scope
        if mine and scope.name:
            rows = scope.rows().filter(**{f"{scope.subject}__in": list(mine)})
            found |= {mine[key]: str(name) for key, name in rows.values_list(scope.subject, scope.name)}
    return found | {subject: title_of(subject) for subject in subjects if subject not in found}


def page_of(subject: Subject) -> str:
    """Return where a subject's own page is; empty when its kind has none."""
    known = _types.get(subject.kind)
    return known.url(subject.pk) if known is not None and known.url is not None else ""


def keys_of(organisation: Organisation) -> list[Subject]:
    """Return what belongs to an organisation now, other than itself: one query a kind."""
    found: list[Subject] = []
    for kind in _types.values():
        if kind.kind != "organisation":
            rows = kind.scope.rows().filter(**{kind.scope.organisation: organisation.pk}).order_by(kind.scope.subject)
            found += [Subject(kind.kind, key) for key in rows.values_list(kind.scope.subject, flat=True).distinct()]
    return found


def belonging(organisations: QuerySet[Organisation], *, prefix: str = "") -> Q:
    """Return the ``Q`` over facts (reached through ``prefix``) whose subject belongs to one of ``organisations``."""
    found = [NOTHING]
    for kind in _types.values():
        mine = kind.scope.rows().filter(**{f"{kind.scope.organisation}__in": organisations.values("pk")})
        keys = mine.values(kind.scope.subject)
        found.append(Q(**{f"{prefix}subject_kind": CODES[kind.kind], f"{prefix}subject_id__in": keys}))
    return reduce(or_, found)
