"""The cast and the ground of the register's tests: processes, two types, three departments, two counties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import pytest

from kechuang.catalogue.loading import cities, installed_root, load
from kechuang.catalogue.whole import Catalogue
from kechuang.directory.models import County, Department, Organisation
from kechuang.kernel.access import Actor, Office
from kechuang.kernel.processes import process_of, processes_store
from kechuang.platforms import services
from kechuang.platforms.loading import life_rules_store
from kechuang.platforms.models import Hearing, Platform, PlatformKind, Recognition
from kechuang.platforms.selectors import life, reference
from tests.factories import (
    CompetenceFactory,
    CountyFactory,
    DepartmentFactory,
    OrganisationFactory,
    PlatformKindFactory,
    UserFactory,
)


@cache
def catalogue() -> Catalogue:
    """Return the installed catalogue; it is read once a session."""
    root = installed_root()
    return load(root, cities(root)[0])


def store_processes() -> None:
    """Store the catalogue's processes and the rules of a platform's life."""
    process_of.cache_clear()
    life.forget()
    processes_store(catalogue().processes.values())
    life_rules_store(catalogue())


@pytest.fixture
def processes(db):
    store_processes()


@dataclass
class Town:
    """Everything a test of the register stands on."""

    kinds: list[PlatformKind]
    departments: list[Department]
    counties: list[County]
    hosts: list[Organisation]

    def actor(self, role: str, **bounds: object) -> Actor:
        keys = {f"{name}_id": row.pk for name, row in bounds.items()}
        return Actor(user_id=UserFactory().pk, offices=(Office(role, label=f"示例{role}", **keys),))

    def officer(self, department: Department | None = None) -> Actor:
        return self.actor("department_officer", department=department or self.departments[0])

    def head(self, department: Department | None = None) -> Actor:
        return self.actor("department_head", department=department or self.departments[0])

    def platform(self, *, since: date = date(2018, 1, 1), **values: object) -> Platform:
        values = {"name": "示例中心", "kind": self.kinds[0], "host": self.hosts[0], **values}
        department = values.get("department") or self.departments[0]
        return services.platform_register(
            actor=self.officer(department), since=since, **{**values, "department": department}
        )

    def host_admin(self, host: Organisation | None = None) -> Actor:
        return self.actor("host_admin", organisation=host or self.hosts[0])

    def end(self, platform: Platform, step: str, on: date, *, reason: str = "示例理由", **values: object) -> Hearing:
        """Revoke or deregister as recorded from paper, the host heard a month before."""
        values = {"views": "无异议", "noticed_on": on - timedelta(days=30), **values}
        department = platform.entries.order_by("-start").first().department
        return services.ending_record(
            platform=platform, step=step, on=on, actor=self.head(department), reason=reason, **values
        )

    def recognise(
        self, platform: Platform, level: str = "municipal", on: date = date(2019, 1, 1), **values: object
    ) -> Recognition:
        department = platform.entries.order_by("-start").first().department
        officer = self.officer(department)
        recognition = services.recognition_draft(
            platform=platform,
            actor=officer,
            level=level,
            recognised_on=on,
            document_number=f"示科发〔{on.year}〕1号",
            recognised_by="示例机关",
        )
        services.recognition_move(recognition=recognition, step="submit", actor=officer)
        return services.recognition_confirm(recognition=recognition, actor=self.head(department), **values)


def build_town(*, own: bool = False) -> Town:
    rooms, area, opened, joint = (
        {"code": "rooms", "label": "实验室", "kind": "integer", "unit": "间"},
        {"code": "area", "label": "场地面积", "kind": "decimal", "unit": "平方米"},
        {"code": "opened", "label": "开放日期", "kind": "date"},
        {"code": "joint", "label": "联合建设", "kind": "boolean"},
    )
    kinds = [
        PlatformKindFactory(name="示例工程技术研究中心", extra_fields=[rooms, area, opened] if own else []),
        PlatformKindFactory(name="示例企业技术中心", extra_fields=[area, joint] if own else []),
    ]
    departments = [DepartmentFactory() for _ in range(3)]
    counties = [CountyFactory() for _ in range(3)]
    for kind, department in zip(kinds, departments, strict=False):
        for level in ("municipal", "provincial", "national"):
            CompetenceFactory(kind=kind, level=level, department=department)
    hosts = [OrganisationFactory(county=county) for county in counties]
    return Town(kinds, departments, counties, hosts)


@pytest.fixture
def town(processes):
    return build_town()


@pytest.fixture
def own_town(processes):
    """The same town, whose types have fields of their own."""
    return build_town(own=True)


@pytest.fixture(autouse=True)
def _fresh_tables():
    """Filters and forms read the small tables once a request; a test is a world of its own."""
    reference.forget()
    yield
    reference.forget()
