"""Platforms entered twice: likely doubles with the reason a person can judge."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from kechuang.kernel.access import Actor
from kechuang.platforms.models import RegisterEntry
from kechuang.platforms.selectors.entries import entries_for
from kechuang.pure.names import near_pairs

ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class Doubles:
    """Two entries of one day that may be one platform, and why."""

    one: RegisterEntry
    other: RegisterEntry
    reason: str


def doubles_of(*, actor: Actor, on: date, at_least: float = ALIKE) -> list[Doubles]:
    """Return pairs of the same type whose names are alike, among what ``actor`` may see on ``on``.

    Types are never compared across: 工程技术研究中心 and 工程研究中心 only look alike.
    """
    by_kind: dict[int, dict[str, RegisterEntry]] = defaultdict(dict)
    for entry in entries_for(actor=actor, on=on).select_related("kind", "county"):
        by_kind[entry.kind_id][str(entry.pk)] = entry
    return [
        Doubles(rows[pair.one], rows[pair.other], pair.likeness.reason)
        for rows in by_kind.values()
        for pair in near_pairs({key: entry.name for key, entry in rows.items()}, at_least=at_least)
    ]
