"""A register kept the simplest way there is: a full copy of everything for each day.

It shares no code with the register. Days are numbered slots thirty days apart; what holds in a slot
holds until the next one. Every act is done day by day, and every answer is looked up.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

SLOTS = 24
FIRST = date(2019, 1, 1)
DAYS = [FIRST + timedelta(30 * slot) for slot in range(SLOTS)]
PROBES = [(slot, day) for slot, first in enumerate(DAYS) for day in (first, first + timedelta(29))]
RISING = ("cultivated", "municipal", "provincial", "national")
OWN = ("area", "joint", "opened", "rooms")
"""The own fields of the two types; which type has which says ``Drive``."""
CLOSED = ("revoked", "deregistered")


@dataclass
class Unit:
    """An organisation: its name and county in each slot; ``gone`` from the slot in which it was merged away."""

    name: list[str]
    county: list[int]
    last: int = -1
    gone: int | None = None


@dataclass
class Record:
    """A recognition: its level, its first slot, and the first slot without it."""

    level: str
    start: int
    end: int | None = None
    void: bool = False
    key: int = 0

    def holds(self, slot: int) -> bool:
        return not self.void and self.start <= slot and (self.end is None or slot < self.end)


@dataclass
class Copy:
    """A platform, copied out in full for every slot; ``None`` before it was entered."""

    number: str
    since: int
    sensitive: bool
    days: list[dict[str, object] | None]
    records: list[Record] = field(default_factory=list)
    standing_since: int = 0

    def change(self, name: str, slot: int, value: object) -> None:
        old = self.days[slot][name]
        while slot < SLOTS and self.days[slot][name] == old:
            self.days[slot][name] = value
            slot += 1

    def correct(self, name: str, slot: int, value: object) -> None:
        old = self.days[slot][name]
        first = slot
        while first > self.since and self.days[first - 1][name] == old:
            first -= 1
        self.change(name, first, value)

    def restart(self, slot: int) -> None:
        """Let the platform be known since ``slot``, as it was on its first day."""
        first = self.days[self.since]
        for place in range(SLOTS):
            if place < slot:
                self.days[place] = None
            elif place < self.since:
                self.days[place] = dict(first)
        self.since = slot

    def stand(self, standing: str, slot: int) -> None:
        for later in range(slot, SLOTS):
            self.days[later]["standing"] = standing
        self.standing_since = slot

    def level(self, slot: int) -> str:
        held = [RISING.index(record.level) for record in self.records if record.holds(slot)]
        if held:
            return RISING[max(held)]
        had = any(not record.void and record.start <= slot for record in self.records)
        return "" if had or self.days[slot]["standing"] in CLOSED else "cultivated"


@dataclass
class Mirror:
    """Every platform and every organisation on every day."""

    units: dict[int, Unit] = field(default_factory=dict)
    platforms: dict[str, Copy] = field(default_factory=dict)

    def rows(self, slot: int) -> dict[str, tuple[object, ...]]:
        """Return number → what the register must say in ``slot``."""
        found = {}
        for copy in self.platforms.values():
            day = copy.days[slot]
            if day is None:
                continue
            unit = self.units[day["host"]]
            found[copy.number] = (
                day["name"],
                day["kind"],
                copy.level(slot),
                day["standing"],
                day["host"],
                unit.name[slot],
                day["county"] or unit.county[slot],
                day["department"],
                day["director"],
                tuple(sorted((code, day[code]) for code in OWN if day[code] is not None)),
            )
        return found

    def seen(self, slot: int, **bound: int) -> dict[str, tuple[object, ...]]:
        """Return what an office bound to one host, county or department sees; no bound means the public."""
        place = {"host": 4, "county": 6, "department": 7}
        return {
            number: row
            for number, row in self.rows(slot).items()
            if not self.platforms[number].sensitive or any(row[place[name]] == key for name, key in bound.items())
        }

    def counts(self, slot: int, county: int | None = None) -> Counter[tuple[object, object]]:
        """Return (kind, level) → number of platforms with a level."""
        rows = self.rows(slot).values()
        return Counter((row[1], row[2]) for row in rows if row[2] and county in (None, row[6]))

    def merge(self, absorbed: int, into: int, slot: int) -> None:
        self.units[absorbed].gone = slot
        for copy in self.platforms.values():
            for day in copy.days[slot:]:
                if day is not None and day["host"] == absorbed:
                    day["host"] = into
