"""A small city with the catalogue's plan: platforms of its indicators' types in three counties."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import pytest
from django.core.management import call_command
from django.test import Client

from kechuang.catalogue.loading import installed_root, load
from kechuang.catalogue.whole import Catalogue
from kechuang.directory.models import Department, Office
from kechuang.plan.models import Plan
from kechuang.plan.services import plan_load_catalogue
from kechuang.platforms import services
from kechuang.platforms.models import Platform
from tests.factories import (
    CompetenceFactory,
    CountyFactory,
    DepartmentFactory,
    OrganisationFactory,
    PlatformKindFactory,
    UserFactory,
)
from tests.platforms.conftest import Town, store_processes

KINDS = (
    "etrc",
    "enterprise_technology_centre",
    "academician_workstation",
    "erc",
    "industrial_design_centre",
    "technology_innovation_centre",
)


@lru_cache(maxsize=1)
def facts() -> Catalogue:
    return load(installed_root(), "anshun")


@dataclass
class City:
    """The town with its plan and its platforms by name."""

    town: Town
    plan: Plan
    platforms: dict[str, Platform]

    def kind(self, code):
        return next(kind for kind in self.town.kinds if kind.code == code)

    def add(self, name, kind, county, *given, sensitive=False, since=date(2018, 1, 1)):
        """Enter a platform hosted in ``county`` and its recognitions, a higher one ending the lower."""
        place = self.town.kinds.index(self.kind(kind)) % len(self.town.departments)
        platform = self.town.platform(
            name=name,
            kind=self.kind(kind),
            host=self.town.hosts[county],
            department=self.town.departments[place],
            sensitive=sensitive,
            since=since,
        )
        for level, day in given:
            self.town.recognise(platform, level, date.fromisoformat(day), end_lower=True)
        self.platforms[name] = platform
        return platform


def department(code):
    found = Department.objects.filter(code=code).first()
    if found:
        return found
    fact = next(row for row in facts().departments if row.code == code)
    return DepartmentFactory(code=code, name=fact.name, short_name=fact.printed)


@pytest.fixture(scope="module")
def city_built(django_db_setup, django_db_blocker):
    """Build the city once for a file, and leave nothing of it behind."""
    with django_db_blocker.unblock():
        yield build_city()
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)  # keys are remembered


@pytest.fixture
def city(db, city_built):
    """Return the city as it was built: what a test does to it is undone in the database, and to a copy here."""
    return deepcopy(city_built)


def build_city() -> City:
    """Enter a town of three counties with seven platforms and the catalogue's plan."""
    store_processes()
    departments = [department(code) for code in ("kjj", "fgw", "gxj")]
    kinds = [PlatformKindFactory(code=code, name=f"示例{code}") for code in KINDS]
    for place, kind in enumerate(kinds):
        for level in ("municipal", "provincial", "national"):
            CompetenceFactory(kind=kind, level=level, department=departments[place % 3])
    counties = [CountyFactory(code=f"county{n}", tile_row=n, tile_column=n) for n in range(3)]
    town = Town(kinds, departments, counties, [OrganisationFactory(county=county) for county in counties])
    [plan] = plan_load_catalogue(facts())
    made = City(town, plan, {})
    made.add("甲", "etrc", 0, ("provincial", "2019-05-01"))
    made.add("乙", "etrc", 1, ("municipal", "2021-03-01"), ("provincial", "2022-04-01"))
    made.add("丙", "enterprise_technology_centre", 1, ("provincial", "2019-01-01"), ("national", "2022-02-01"))
    made.add("丁", "enterprise_technology_centre", 2, ("provincial", "2018-06-01"))
    made.add("戊", "academician_workstation", 0, ("provincial", "2020-01-01"), sensitive=True)
    made.add("己", "erc", 2, ("municipal", "2021-07-01"))
    made.add("庚", "industrial_design_centre", 0, since=date(2021, 2, 1))
    ended = made.platforms["丁"].recognitions.get()
    services.recognition_end(
        recognition=ended,
        on=date(2022, 9, 1),
        ending="restated",
        actor=town.head(ended.platform.periods.get().department),
        reason="示例口径调整",
    )
    return made


def signed_in(role, **bounds):
    """Return a client signed in as a new person with one office."""
    user = UserFactory()
    Office.objects.create(user=user, role=role, start=date(2015, 1, 1), **bounds)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
