"""What upper rooms hand down to the intake: effects of an approval, subjects, clashes, bans, reviews.

``calls`` lies below the register of platforms and the review room, so it cannot import them: a
room registers here in ``AppConfig.ready()`` what an item of the catalogue may name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet

from kechuang.facts.subjects import Kind
from kechuang.kernel.access import Actor

if TYPE_CHECKING:
    from kechuang.calls.models import Application, Decision
    from kechuang.directory.models import Organisation

Params = Mapping[str, str | int | bool]


@dataclass(frozen=True, slots=True)
class Done:
    """What an effect did: a sentence for the record, and the row it made or changed."""

    text: str
    target: Model | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """Something an approval does. ``run(application, decision, params, actor)`` is called in the deciding
    transaction: what it refuses undoes the decision. ``params`` names what the catalogue must give it.
    """

    label: str
    run: Callable[[Application, Decision, Params, Actor], Done]
    params: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """A kind of thing an application may be about.

    ``choices(organisation)`` are the rows an organisation may apply for; ``label(row)`` their
    name; ``facts_kind`` under which ``facts`` knows them.
    """

    model: type[Model]
    choices: Callable[[Organisation], QuerySet[Any]]
    label: Callable[[Any], str]
    facts_kind: Kind
    url: Callable[[Any], str]


Clash = Callable[["Organisation", Any, Params], str | None]
Ban = Callable[["Organisation", date], str | None]
Review = Callable[["Application"], str | None]

_effects: dict[str, Effect] = {}
_subjects: dict[str, SubjectKind] = {}
_clashes: dict[str, Clash] = {}
_bans: list[Ban] = []
_reviews: dict[str, Review] = {}


def register_effect(name: str, effect: Effect) -> None:
    """Let items name ``name`` as what an approval does; a name has one owner."""
    if _effects.setdefault(name, effect) is not effect:
        raise ValueError(f"effect {name} is registered already")


def effect(name: str) -> Effect:
    """Return the effect called ``name``; raises ``LookupError``."""
    return _effects[name]


def effects() -> dict[str, Effect]:
    """Return every effect by its name."""
    return dict(_effects)


def register_subject(name: str, kind: SubjectKind) -> None:
    """Let items be about rows of ``kind``, e.g. ``platform``."""
    _subjects[name] = kind


def subject_kind(name: str) -> SubjectKind | None:
    """Return the kind of subject called ``name``, ``None`` for the organisation itself."""
    return _subjects.get(name)


def register_clash(name: str, clash: Clash) -> None:
    """Let items name ``name`` as what must not be there; ``clash(organisation, subject, params)`` says what is."""
    _clashes[name] = clash


def clash(name: str) -> Clash:
    """Return the clash called ``name``; raises ``LookupError``."""
    return _clashes[name]


def clashes() -> frozenset[str]:
    """Return the names of every clash."""
    return frozenset(_clashes)


def register_ban(ban: Ban) -> None:
    """Ask ``ban(organisation, day)`` before an organisation applies; it answers with the reason, or nothing."""
    if ban not in _bans:
        _bans.append(ban)


def banned(organisation: Organisation, on: date) -> str | None:
    """Return why ``organisation`` may not apply on ``on``, or ``None``."""
    return next((said for ban in _bans if (said := ban(organisation, on))), None)


def register_review(name: str, review: Review) -> None:
    """Ask ``review(application)`` whether an expert review of this application is still open (the reason), or done."""
    _reviews[name] = review


def reviews() -> dict[str, Review]:
    """Return every registered review by its name."""
    return dict(_reviews)
