"""The register as a source of the plan's indicators: one counter a type and one an indicator.

An indicator of the catalogue is a stock of platforms of some types at some levels. Its
counter asks the kept deltas (``selectors.counts``); the address it returns opens the list of
exactly the platforms that were counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef
from django.http import QueryDict
from django.urls import reverse

from kechuang.catalogue.kinds import PlatformType
from kechuang.catalogue.loading import cities, installed_root
from kechuang.catalogue.measures import Indicator
from kechuang.catalogue.reading import read_yaml
from kechuang.kernel.access import Actor
from kechuang.plan import counters
from kechuang.plan.counters import Count
from kechuang.platforms.access import ENTRIES
from kechuang.platforms.models import LEVEL_ORDER, Level, Recognition, RegisterEntry
from kechuang.platforms.selectors.counts import stocks

RECOGNISED = tuple(level.value for level in Level if level != Level.CULTIVATED)
PREFIX = "platforms."


@dataclass(frozen=True, slots=True)
class Question:
    """What is counted: platforms of these types at these levels (codes)."""

    kinds: tuple[str, ...]
    levels: tuple[str, ...]

    def __call__(self, on: date, *, county_id: int | None = None, department_id: int | None = None) -> Count:
        """Return the stock (个) at the end of ``on``."""
        return answered([self], [on], county_id=county_id, department_id=department_id)[0][0]

    def restated(self, since: date, until: date) -> int:
        """Sum what left the count after ``since`` until the end of ``until`` because it is counted otherwise now."""
        entries = RegisterEntry.objects.filter(
            platform=OuterRef("platform"), kind__code__in=self.kinds, level__in=self.levels
        )
        left = Recognition.objects.filter(
            Exists(entries.filter(start__lt=OuterRef("ended_on"), end__gte=OuterRef("ended_on"))),
            ~Exists(entries.filter(start__lte=OuterRef("ended_on"), end__gt=OuterRef("ended_on"))),
            state="ended",
            ending=Recognition.Ending.RESTATED,
            ended_on__gt=since,
            ended_on__lte=until,
        )
        return -left.count()


_questions: dict[str, Question] = {}


def question_of(key: str) -> Question | None:
    """Return what a registered key counts, ``None`` for a key of another room."""
    return _questions.get(key)


def together(
    keys: Sequence[str],
    days: Sequence[date],
    *,
    county_id: int | None = None,
    department_id: int | None = None,
    actor: Actor | None = None,
) -> Mapping[str, Sequence[Count]]:
    """Answer several registered keys on several days with one query, two when some may be hidden from ``actor``."""
    bound = {"county_id": county_id, "department_id": department_id}
    found = answered([_questions[key] for key in keys], days, **bound, actor=actor)
    return dict(zip(keys, found, strict=True))


def answered(
    questions: Sequence[Question],
    days: Sequence[date],
    *,
    county_id: int | None = None,
    department_id: int | None = None,
    actor: Actor | None = None,
) -> list[list[Count]]:
    """Return for each question one ``Count`` a day, without what is hidden from ``actor``."""
    stock = stocks(
        days,
        kinds={kind for question in questions for kind in question.kinds},
        levels={level for question in questions for level in question.levels},
        county_id=county_id,
        department_id=department_id,
    )
    if actor is not None:
        _leave_out_hidden(stock, actor, days, county_id=county_id, department_id=department_id)
    rows = []
    for question in questions:
        counted = []
        for day in days:
            parts = {level: sum(stock[day][kind, level] for kind in question.kinds) for level in question.levels}
            counted.append(Count(sum(parts.values()), parts, list_url(question, day, county_id, department_id)))
        rows.append(counted)
    return rows


def _leave_out_hidden(
    stock: Mapping[date, Counter[tuple[str, str]]],
    actor: Actor,
    days: Sequence[date],
    *,
    county_id: int | None,
    department_id: int | None,
) -> None:
    """Take out of ``stock`` the few sensitive platforms that ``actor`` would not find in the list."""
    scope = ENTRIES.scope(actor)
    if not scope or not days:
        return
    bounds = {"county_id": county_id, "department_id": department_id}
    hidden = RegisterEntry.objects.filter(
        ~scope,
        sensitive=True,
        start__lte=max(days),
        end__gt=min(days),
        **{name: value for name, value in bounds.items() if value is not None},
    )
    for kind, level, start, end in hidden.values_list("kind__code", "level", "start", "end"):
        for day in set(days):
            if start <= day < end and (kind, level) in stock[day]:
                stock[day][kind, level] -= 1


def list_url(question: Question, on: date, county_id: int | None = None, department_id: int | None = None) -> str:
    """Return the address of the list of what ``question`` counts on ``on``."""
    query = QueryDict(mutable=True)
    query.setlist("kind__code", list(question.kinds))
    query.setlist("level", list(question.levels))
    if county_id is not None:
        query["county"] = str(county_id)
    if department_id is not None:
        query["department"] = str(department_id)
    query["on"] = on.isoformat()
    return f"{reverse('platforms:list')}?{query.urlencode()}"


def register_counters() -> None:
    """Offer the plan a counter for every type and every indicator of the installed catalogue."""
    root = installed_root()
    for city in cities(root):
        types: Iterable[PlatformType] = read_yaml(
            root / city / "platform_types.yaml", "platform_types.yaml", tuple[PlatformType, ...]
        )
        indicators: Iterable[Indicator] = read_yaml(
            root / city / "indicators.yaml", "indicators.yaml", tuple[Indicator, ...]
        )
        for one in types:
            _offer(f"{PREFIX}{one.code}", Question((one.code,), RECOGNISED), one.name)
        for indicator in indicators:
            levels = tuple(sorted(indicator.levels, key=lambda level: -LEVEL_ORDER[level]))
            _offer(indicator.code, Question(indicator.types, levels), indicator.label)


def _offer(key: str, question: Question, label: str) -> None:
    _questions[key] = question
    counters.register(key, question, together=together, restated=question.restated, label=label)
