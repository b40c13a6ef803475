"""The draw itself (分层加权随机抽取): from a pool, its exclusions and a seed to a panel with alternates.

Rules, complete enough to be written anew by anyone:

1. Candidates are the pool without the excluded, in the order of their identifiers (by code point).
2. Strata (层) are taken as listed; of each, ``quota`` members are drawn one by one, then, after all
   members, ``alternates`` of each stratum in the same way.
3. One step: the candidates of the stratum not yet drawn, whose unit (单位) has room, stand in a row;
   the next number below the sum of their weights picks the first whose running sum exceeds it.
4. A pick after which the members still to be drawn could not all be found is passed over (跳过) and
   the step repeated without that candidate; so a quota that can be kept is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kechuang.pure.drawing.stream import Stream

Role = Literal["member", "alternate", "passed"]


class TooFew(ValueError):
    """The pool cannot fill the panel, whatever the seed."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One expert of the pool; ``weight`` is a whole number, a None ``unit`` is never limited."""

    id: str
    stratum: str
    weight: int = 1
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Stratum:
    """A layer of the pool with the numbers of members and alternates wanted from it."""

    name: str
    quota: int
    alternates: int = 0


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An expert of the pool who may not be drawn, and why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything that is settled before the seed is known."""

    pool: tuple[Candidate, ...]
    exclusions: tuple[Exclusion, ...]
    strata: tuple[Stratum, ...]
    max_per_unit: int | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """One line of the order of draw."""

    id: str
    stratum: str
    role: Role


def draw_panel(terms: Terms, stream: Stream) -> list[Pick]:
    """Return the picks in order. Alternates may be fewer than wanted, members never.

    Raises ``TooFew`` with the stratum that cannot be filled.
    """
    table = _Table(terms)
    if short := table.unfillable():
        raise TooFew(f"“{short}”层可抽专家不足，无法抽满名额。")
    picks: list[Pick] = []
    for stratum in terms.strata:
        for _ in range(stratum.quota):
            picks += table.step(stratum.name, "member", stream)
    for stratum in terms.strata:
        for _ in range(stratum.alternates):
            picks += table.step(stratum.name, "alternate", stream)
    return picks


class _Table:
    """Who can still be drawn and what is still wanted."""

    def __init__(self, terms: Terms) -> None:
        barred = {exclusion.id for exclusion in terms.exclusions}
        self._left = sorted((c for c in terms.pool if c.id not in barred), key=lambda c: c.id)
        self._wanted = {stratum.name: stratum.quota for stratum in terms.strata}
        self._limit = terms.max_per_unit
        self._taken: Counter[str] = Counter()

    def step(self, stratum: str, role: Role, stream: Stream) -> list[Pick]:
        """Draw one candidate of ``stratum``; passed ones come before. Empty where nobody is left."""
        row = [c for c in self._left if c.stratum == stratum and self._room(c)]
        passed: list[Pick] = []
        while row:
            number = stream.below(sum(c.weight for c in row))
            chosen = _at(row, number)
            self._take(chosen, member=role == "member")
            if role == "alternate" or not self.unfillable():
                return [*passed, Pick(chosen.id, stratum, role)]
            self._put_back(chosen)
            row.remove(chosen)
            passed.append(Pick(chosen.id, stratum, "passed"))
        return passed

    def _room(self, candidate: Candidate) -> bool:
        return self._limit is None or candidate.unit is None or self._taken[candidate.unit] < self._limit

    def _take(self, candidate: Candidate, *, member: bool) -> None:
        self._left.remove(candidate)
        self._wanted[candidate.stratum] -= member
        if candidate.unit is not None:
            self._taken[candidate.unit] += 1

    def _put_back(self, candidate: Candidate) -> None:
        self._left = sorted([*self._left, candidate], key=lambda c: c.id)
        self._wanted[candidate.stratum] += 1
        if candidate.unit is not None:
            self._taken[candidate.unit] -= 1

    def unfillable(self) -> str:
        """Return the first stratum that cannot be filled together with those before it, or nothing.

        A small matching of wanted places with units: each place is one augmenting path.
        """
        supply: Counter[tuple[str, str | None]] = Counter((c.stratum, c.unit) for c in self._left)
        used: Counter[tuple[str, str | None]] = Counter()
        for stratum, wanted in self._wanted.items():
            for _ in range(wanted):
                if not self._augment(stratum, supply, used, set()):
                    return stratum
        return ""

    def _augment(
        self,
        stratum: str,
        supply: Counter[tuple[str, str | None]],
        used: Counter[tuple[str, str | None]],
        seen: set[str],
    ) -> bool:
        """Place one more of ``stratum``, moving others to another unit where that helps."""
        for (layer, unit), count in supply.items():
            if layer != stratum or used[layer, unit] >= count or (unit is not None and unit in seen):
                continue
            if unit is None or self._limit is None or self._filled(unit, used) < self._limit:
                used[layer, unit] += 1
                return True
            seen.add(unit)
            for other in self._wanted:
                if used[other, unit] and other != stratum and self._augment(other, supply, used, seen):
                    used[other, unit] -= 1
                    used[layer, unit] += 1
                    return True
        return False

    def _filled(self, unit: str, used: Counter[tuple[str, str | None]]) -> int:
        return self._taken[unit] + sum(used[layer, unit] for layer in self._wanted)


def _at(row: Iterable[Candidate], number: int) -> Candidate:
    for candidate in row:
        number -= candidate.weight
        if number < 0:
            return candidate
    raise ValueError("the number is not below the sum of the weights")
