"""What serves a clause: upper rooms say here what of theirs carries a clause out.

A platform, a project, an activity points to the clause it serves; the clause's page asks
every provider and never knows their tables.
"""

from __future__ import annotations

from collections.abc import Callable
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
_providers: dict[str, Provider] = {}


def register(key: str, provider: Provider) -> None:
    """Register what of a room serves a clause; a key has one owner. ``None`` means nothing does."""
    if _providers.setdefault(key, provider) is not provider:
        raise ValueError(f"{key} is already served by {_providers[key]}")


def unregister(key: str) -> None:
    """Forget ``key``; for tests."""
    _providers.pop(key, None)


def serving(*, clause: Clause, on: date, actor: Actor) -> list[Served]:
    """Return what serves ``clause`` on ``on`` as far as ``actor`` may see it, in order of the keys."""
    answers = (provider(clause, on, actor) for _key, provider in sorted(_providers.items()))
    return [answer for answer in answers if answer is not None]
