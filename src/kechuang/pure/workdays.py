"""Working days (工作日): arithmetic over a calendar that the caller passes in.

Monday to Friday are worked unless the calendar says otherwise: the State Council moves holidays
by a yearly notice, so a year without its notice is only *probably* right, and ``certain``
says so. A period begins on the day after its first day (期间开始的当日不计入, 民法典 第二百零一条);
when its last day is a holiday it ends on the next working day (第二百零三条).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

FRIDAY = 4
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """``exceptions``: day → is worked, for days that are not what their weekday says.

    ``years`` are those whose notice is known.
    """

    exceptions: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def works(self, day: date) -> bool:
        """Whether ``day`` is a working day."""
        return self.exceptions.get(day, day.weekday() <= FRIDAY)

    def certain(self, first: date, last: date) -> bool:
        """Whether the notices of every year from ``first`` to ``last`` are known."""
        return all(year in self.years for year in range(first.year, last.year + 1))

    def on_or_after(self, day: date) -> date:
        """Return ``day`` if it is worked, else the next working day."""
        while not self.works(day):
            day += DAY
        return day

    def add(self, day: date, working_days: int) -> date:
        """Return the last day of a period of ``working_days`` that begins after ``day``.

        0 gives ``on_or_after(day)``. Raises ``ValueError`` for a negative number.
        """
        if working_days < 0:
            raise ValueError("working days are counted forward")
        if working_days == 0:
            return self.on_or_after(day)
        for _ in range(working_days):
            day = self.on_or_after(day + DAY)
        return day

    def add_natural(self, day: date, natural_days: int) -> date:
        """Return the last day of a period of ``natural_days`` after ``day``, moved on if it is a holiday."""
        return self.on_or_after(day + timedelta(days=natural_days))

    def between(self, first: date, last: date) -> int:
        """Return the working days after ``first`` up to and including ``last``; negative when ``last`` is earlier."""
        if last < first:
            return -self.between(last, first)
        return sum(self.works(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
