"""Reads of the guarantees: what was done for each, money by year and source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from kechuang.kernel.access import Actor
from kechuang.plan import access
from kechuang.plan.choices import ClauseKind, GuaranteeKind, MoneySource
from kechuang.plan.models import Clause, GuaranteeRecord, Plan
from kechuang.plan.selectors import documents

CONFIRMED = "confirmed"


def guarantees_for(*, actor: Actor) -> QuerySet[GuaranteeRecord]:
    """Return the records ``actor`` may see, newest day first."""
    rows = GuaranteeRecord.objects.select_related("clause__plan", "department", "county", "author")
    return access.GUARANTEES.visible(rows, actor).order_by("-day", "pk")


@dataclass(frozen=True, slots=True)
class Money:
    """Amounts in fen by (year, source), and their sums."""

    cells: dict[tuple[int, str], int]

    @property
    def years(self) -> list[int]:
        """The years money was put in, in order."""
        return sorted({year for year, _source in self.cells})

    @property
    def sources(self) -> list[MoneySource]:
        """The sources money came from, public money first."""
        found = {source for _year, source in self.cells}
        return [source for source in MoneySource if source.value in found]

    def of_year(self, year: int) -> int:
        """Return what all sources put in in ``year``."""
        return sum(amount for (other, _source), amount in self.cells.items() if other == year)

    def of_source(self, source: str) -> int:
        """Return what one source put in in all years."""
        return sum(amount for (_year, other), amount in self.cells.items() if other == source)

    @property
    def total(self) -> int:
        """Everything put in."""
        return sum(self.cells.values())

    @property
    def public(self) -> int:
        """What public money (财政) put in; the rest was led in by it."""
        return sum(map(self.of_source, PUBLIC_MONEY))


PUBLIC_MONEY = (MoneySource.CENTRAL, MoneySource.PROVINCIAL, MoneySource.MUNICIPAL, MoneySource.COUNTY)


def money_of(records: Iterable[GuaranteeRecord]) -> Money:
    """Return the sums of the money among ``records``."""
    cells: dict[tuple[int, str], int] = defaultdict(int)
    for row in records:
        if row.amount is not None:
            cells[row.day.year, row.source] += row.amount
    return Money(dict(cells))


@dataclass(frozen=True, slots=True)
class Carried:
    """What was confirmed for one guarantee until a day, newest first."""

    clause: Clause
    records: list[GuaranteeRecord] = field(default_factory=list)

    def of_kind(self, kind: str) -> list[GuaranteeRecord]:
        """Return the records of one kind."""
        return [row for row in self.records if row.kind == kind]

    @property
    def money(self) -> Money:
        """The money put in for this guarantee."""
        return money_of(self.records)

    @property
    def counts(self) -> list[tuple[GuaranteeKind, int]]:
        """Kind and number of records, for kinds that occur."""
        found = [(kind, len(self.of_kind(kind))) for kind in GuaranteeKind]
        return [(kind, number) for kind, number in found if number]


def guarantees_carried(*, plan: Plan, on: date, actor: Actor, clauses: Sequence[Clause] = ()) -> list[Carried]:
    """Return each guarantee of ``plan`` with what was confirmed by ``on`` as ``actor`` may see it: one query.

    ``clauses`` are the plan's, where the caller has read them already.
    """
    rows = clauses or documents.works(documents.clauses_whole(plan=plan))
    found = {row.root_id: Carried(row) for row in rows if row.kind == ClauseKind.GUARANTEE}
    records = guarantees_for(actor=actor).filter(clause_id__in=found, state=CONFIRMED, day__lte=on)
    for record in records:
        found[record.clause_id].records.append(record)
    return list(found.values())
