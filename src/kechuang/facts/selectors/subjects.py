"""A subject's facts as its pages print them: by year, beside each other, with their history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from kechuang.directory.models import County, Department, Organisation
from kechuang.facts import access
from kechuang.facts.choices import IN_FORCE, Status, SubjectKind
from kechuang.facts.models import Fact, Metric, Question, Unit
from kechuang.facts.origins import UNIT
from kechuang.facts.subjects import NAMES, Subject, keys_of, titles_of
from kechuang.facts.values import value_said
from kechuang.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class Row:
    """One metric of a year: the fact in force, the one of the year before, and whether a question is open."""

    metric: Metric
    fact: Fact
    last: Fact | None = None
    asked: bool = False

    @property
    def reported(self) -> str:
        """Return the reported value as it is read."""
        return value_said(self.metric, self.fact.reported)

    @property
    def audited(self) -> str:
        """Return the audited value as it is read; the reported one where the audit found nothing else."""
        if self.fact.status != Status.VERIFIED:
            return ""
        return value_said(self.metric, self.fact.value)

    @property
    def before(self) -> str:
        """Return the value in force of the year before."""
        return value_said(self.metric, self.last.value) if self.last else ""

    @property
    def change(self) -> Decimal | None:
        """Return by which share a number changed against the year before; ``None`` where that says nothing."""
        if self.last is None or not isinstance(self.fact.value, Decimal) or not self.last.value:
            return None
        change: Decimal = (self.fact.value - self.last.value) / abs(self.last.value)
        return change


@dataclass(frozen=True, slots=True)
class YearOfFacts:
    """What is known of a subject in a year, with what belongs to no year."""

    year: int
    years: list[int]
    rows: list[Row] = field(default_factory=list)


def year_of_facts(*, subject: Subject, year: int | None, today: int) -> YearOfFacts:
    """Return a subject's facts of ``year`` (the newest with facts if ``None``): three queries."""
    mine = Fact.objects.filter(**subject.key, status__in=IN_FORCE)
    had = mine.exclude(year=None).values_list("year", flat=True).distinct()
    years = sorted({one for one in had if one is not None}, reverse=True)
    wanted = year if year is not None else (years[0] if years else today - 1)
    rows = mine.filter(Q(year__in=(wanted, wanted - 1)) | Q(year=None))
    found = list(rows.select_related("metric", "evidence").order_by("metric__order", "pk"))
    asked = set(Question.objects.filter(held__in=found, state="open").values_list("held_id", flat=True))
    last = {fact.metric_id: fact for fact in found if fact.year == wanted - 1}
    shown = [
        Row(fact.metric, fact, last.get(fact.metric_id) if fact.year else None, fact.pk in asked)
        for fact in found
        if fact.year in (wanted, None)
    ]
    return YearOfFacts(wanted, sorted({*years, wanted}, reverse=True), shown)


def holdings(*, organisation: Organisation) -> list[tuple[Subject, int]]:
    """Return what belongs to an organisation with how many facts in force each has (项)."""
    subjects = keys_of(organisation)
    if not subjects:
        return []
    wanted = reduce(or_, (Q(**subject.key) for subject in subjects))
    rows = Fact.objects.filter(wanted, status__in=IN_FORCE).values("subject_kind", "subject_id")
    counts = {(row["subject_kind"], row["subject_id"]): row["n"] for row in rows.annotate(n=Count("pk")).order_by()}
    return [(subject, counts.get((subject.code, subject.pk), 0)) for subject in subjects]


def history_of(*, subject: Subject, metric: Metric) -> list[Fact]:
    """Return everything that was ever stated of one metric of a subject, newest first."""
    rows = Fact.objects.filter(**subject.key, metric=metric)
    return list(rows.select_related("metric", "evidence", "declared_by", "verified_by").order_by("-year", "-pk"))


def units_to_verify(*, actor: Actor) -> QuerySet[Unit]:
    """Return the organisations of which something declared waits for ``actor``'s verification, in pinyin order."""
    waiting = Fact.objects.filter(
        subject_kind=SubjectKind.ORGANISATION, subject_id=OuterRef("pk"), status=Status.DECLARED
    )
    rows = Unit.objects.filter(Exists(waiting), merged_into=None)
    return access.KEEPING.visible(rows, actor, "verify").order_by("name_key", "pk")


def waiting_counts(*, units: Sequence[int]) -> dict[int, tuple[int, int | None]]:
    """Return organisation → (how many declared facts wait (项), the newest year among them): one query."""
    rows = Fact.objects.filter(
        subject_kind=SubjectKind.ORGANISATION, subject_id__in=units, status=Status.DECLARED
    ).values("subject_id")
    counted = rows.annotate(n=Count("pk"), newest=Max("year")).order_by()
    return {row["subject_id"]: (row["n"], row["newest"]) for row in counted}


def questions_for(*, actor: Actor, state: str | None = None) -> QuerySet[Question]:
    """Return the questions ``actor`` may see, newest first."""
    rows = Question.objects.select_related(
        "held__metric",
        "held__evidence",
        "held__declared_by",
        "offered__metric",
        "offered__evidence",
        "offered__declared_by",
    )
    rows = rows if state is None else rows.filter(state=state)
    return access.QUESTIONS.visible(rows, actor).order_by("-pk")


def names_of(subjects: list[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Return the names of subjects given as (kind's number, key): one query a kind."""
    named = titles_of([Subject(NAMES[kind], key) for kind, key in set(subjects)])
    return {(subject.code, subject.pk): title for subject, title in named.items()}


class Origins:
    """Who speaks, in words; departments and counties are read once."""

    def __init__(self) -> None:
        self._names: dict[str, str] | None = None

    def said(self, origin: str) -> str:
        """Return ``unit`` as 单位, ``department:3`` as the department's short name; anything else as it stands."""
        if origin == UNIT:
            return _("单位")
        if self._names is None:
            self._names = {f"department:{row.pk}": row.short_name for row in Department.objects.all()}
            self._names |= {f"county:{row.pk}": row.short_name for row in County.objects.all()}
        return self._names.get(origin, _("个人") if origin.startswith("user:") else origin)
