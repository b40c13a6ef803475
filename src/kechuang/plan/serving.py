"""What serves a clause: upper rooms say here what of theirs carries a clause out.

A platform, a project, an activity points to the clause it serves; the clause's page asks
every provider and never knows their tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from kechuang.kernel.access import Actor
from kechuang.plan.models import Clause


@dataclass(frozen=True, slots=True)
class Served:
    """So many (``count``, in ``unit``) of something serve the clause; ``url`` opens the list of them."""

    label: Any
    count: int
    unit: str
    url: str


Provider = Callable[[Clause, date, Actor], Served | None]
Choices = Callable[[], Iterable[tuple[str, str]]]
_providers: dict[str, Provider] = {}
_choices: dict[str, Choices] = {}


def register(key: str, provider: Provider, *, choices: Choices | None = None) -> None:
    """Register what of a room serves a clause; a key has one owner. ``None`` means nothing does.

    ``choices`` returns (code, words) of what a clause may name in ``served_by``.
    """
    if _providers.setdefault(key, provider) is not provider:
        raise ValueError(f"{key} is already served by {_providers[key]}")
    if choices is not None:
        _choices[key] = choices


def choices() -> list[tuple[str, str]]:
    """Return everything a clause may name as serving it, room by room."""
    return [choice for _key, offered in sorted(_choices.items()) for choice in offered()]


def unregister(key: str) -> None:
    """Forget ``key``; for tests."""
    _providers.pop(key, None)
    _choices.pop(key, None)


def serving(*, clause: Clause, on: date, actor: Actor) -> list[Served]:
    """Return what serves ``clause`` on ``on`` as far as ``actor`` may see it, in order of the keys."""
    answers = (provider(clause, on, actor) for _key, provider in sorted(_providers.items()))
    return [answer for answer in answers if answer is not None]
