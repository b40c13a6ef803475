"""Persons, processes and counters the plan's tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache

import pytest

from kechuang.catalogue.loading import installed_root, load
from kechuang.catalogue.whole import Catalogue
from kechuang.directory.models import County, Department, DepartmentAlias
from kechuang.kernel.access import Actor, Office
from kechuang.kernel.processes import processes_store
from kechuang.plan import counters, serving
from kechuang.plan.counters import Count
from tests.factories import UserFactory

TODAY = date(2022, 7, 15)


@lru_cache(maxsize=1)
def city() -> Catalogue:
    return load(installed_root(), "anshun")


@pytest.fixture
def catalogue() -> Catalogue:
    return city()


@pytest.fixture
def processes(db: None) -> None:
    processes_store(city().processes.values())


@pytest.fixture
def departments(db: None) -> dict[str, Department]:
    """The city's departments with every name they are printed under."""
    found = {}
    for order, each in enumerate(city().departments):
        row = Department.objects.create(code=each.code, name=each.name, short_name=each.printed, order=order)
        for alias in each.short_names:
            DepartmentAlias.objects.create(department=row, name=alias)
        found[each.code] = row
    return found


@pytest.fixture
def actor_of(db: None) -> Callable[..., Actor]:
    """Make a person who holds ``role`` for a department or county."""

    def made(
        role: str, *, department: Department | None = None, county: County | None = None, today: date = TODAY
    ) -> Actor:
        office = Office(
            role,
            department_id=department.pk if department else None,
            county_id=county.pk if county else None,
            label=f"示例{role}",
        )
        return Actor(user_id=UserFactory().pk, offices=(office,), today=today, name="示例人员")

    return made


@pytest.fixture
def keeper(actor_of: Callable[..., Actor]) -> Actor:
    """An officer of the joint-conference office (联席会议办公室)."""
    return actor_of("conference_office")


@pytest.fixture
def stranger(actor_of: Callable[..., Actor]) -> Actor:
    """Somebody whose office has nothing to do with plans."""
    return actor_of("expert")


@pytest.fixture(autouse=True)
def registries() -> Iterator[None]:
    """Start every test without counters and providers of other rooms, and put theirs back."""
    known, providers = dict(counters._sources), dict(serving._providers)  # noqa: SLF001
    counters._sources.clear()  # noqa: SLF001
    serving._providers.clear()  # noqa: SLF001
    yield
    for registry, before in ((counters._sources, known), (serving._providers, providers)):  # noqa: SLF001
        registry.clear()
        registry.update(before)  # type: ignore[arg-type]


class Register:
    """A small register: recognitions by key, level and first day; counts like the real one."""

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[date, str]]] = {}
        self.asked = 0

    def holds(self, key: str, *rows: tuple[str, str], label: str = "") -> None:
        self.rows[key] = [(date.fromisoformat(day), level) for day, level in rows]
        counters.register(key, lambda on, **bounds: Count(0), together=self.together, label=label)

    def together(
        self,
        keys: Sequence[str],
        days: Sequence[date],
        *,
        county_id: int | None = None,
        department_id: int | None = None,
        actor: Actor | None = None,
    ) -> Mapping[str, Sequence[Count]]:
        self.asked += 1
        return {key: [self.count(key, day) for day in days] for key in keys}

    def count(self, key: str, on: date) -> Count:
        held = [level for day, level in self.rows[key] if day <= on]
        parts = {level: held.count(level) for level in ("national", "provincial") if level in held}
        return Count(len(held), parts, f"/platforms/?indicator={key}&on={on}")


@pytest.fixture
def register() -> Register:
    return Register()
