"""The cast of the tests of facts: two organisations in two counties, their people, a department, an auditor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kechuang.catalogue.loading import installed_root, load
from kechuang.directory.models import County, Department, Organisation
from kechuang.directory.models import Office as HeldOffice
from kechuang.facts.loading import load as load_metrics
from kechuang.facts.subjects import Subject, subject_of
from kechuang.kernel.access import Actor, Office
from kechuang.kernel.processes import process_of, processes_store
from tests.factories import CountyFactory, DepartmentFactory, OrganisationFactory, UserFactory
from tests.papers import pdf

_catalogue = []


def prepare() -> None:
    """Store the catalogue's processes and metrics; the catalogue is read once a session."""
    if not _catalogue:
        _catalogue.append(load(installed_root(), "anshun"))
    process_of.cache_clear()
    processes_store(_catalogue[0].processes.values())
    load_metrics(_catalogue[0])


def actor_of(role: str, **bounds: object) -> Actor:
    keys = {f"{name}_id": row.pk for name, row in bounds.items()}
    return Actor(user_id=UserFactory().pk, offices=(Office(role, label=f"示例{role}", **keys),))


def scan(content: bytes = b"one", name: str = "report.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf(content.decode()), content_type="application/pdf")


@dataclass
class Ground:
    """What a test of facts stands on."""

    counties: list[County]
    department: Department
    organisations: list[Organisation]

    @property
    def subject(self) -> Subject:
        return subject_of(self.organisations[0])

    def applicant(self, place: int = 0) -> Actor:
        return actor_of("applicant", organisation=self.organisations[place])

    def officer(self) -> Actor:
        return actor_of("department_officer", department=self.department)

    def county(self, place: int = 0) -> Actor:
        return actor_of("county_officer", county=self.counties[place])


def build_ground() -> Ground:
    counties = [CountyFactory(), CountyFactory()]
    return Ground(
        counties,
        DepartmentFactory(),
        [OrganisationFactory(county=county, industry_code="C3670") for county in counties],
    )


@pytest.fixture
def ground(db):
    prepare()
    return build_ground()


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def signed_in(role: str, **bounds: object) -> Client:
    """Return a client signed in as a new person with one office."""
    user = UserFactory()
    HeldOffice.objects.create(user=user, role=role, start=date(2020, 1, 1), **bounds)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
