"""The ground of the intake's tests: the city's own catalogue, an enterprise, its people and its officers.

The catalogue is read once and loaded once for the whole folder: its tests share the rows and undo only what they
add. When the folder is left the tables are emptied, for the tests of other rooms make cities of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from kechuang.calls.definitions import definition_of
from kechuang.calls.form.codes import codes_of
from kechuang.calls.models import Application, Call, ServiceItem
from kechuang.calls.services.answers import Change, answers_save
from kechuang.calls.services.applications import application_start
from kechuang.calls.services.calls import call_draft, call_move
from kechuang.calls.services.items import items_store
from kechuang.calls.services.stepping import application_move
from kechuang.catalogue.items import FactField, FileField, Question, TableField
from kechuang.catalogue.loading import installed_root, load
from kechuang.catalogue.whole import Catalogue
from kechuang.directory import loading as directory_loading
from kechuang.directory.models import County, Department, Office, Organisation, User
from kechuang.directory.selectors import actor_for
from kechuang.facts import loading as facts_loading
from kechuang.facts.models import Evidence
from kechuang.facts.services import evidence_keep
from kechuang.facts.services.rules import rules_load
from kechuang.kernel.access import Actor
from kechuang.kernel.processes import process_of, processes_store
from tests.factories import OrganisationFactory, UserFactory
from tests.papers import pdf

ITEM = "recognition.etrc.municipal"


@cache
def catalogue() -> Catalogue:
    """Return the city's catalogue, read once."""
    return load(installed_root(), "anshun")


def catalogue_loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[Catalogue]:
    """Load the catalogue into the test database, and leave nothing of it behind when the scope ends.

    A fixture of this folder for all its files; a file elsewhere makes one of its own with the scope ``module``.
    """
    with django_db_blocker.unblock():
        processes_store(catalogue().processes.values())
        for loader in (directory_loading.load, facts_loading.load, rules_load, items_store):
            loader(catalogue())
        process_of.cache_clear()
        definition_of.cache_clear()
    yield catalogue()
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)  # keys are remembered


loaded = pytest.fixture(scope="package")(catalogue_loaded)


@dataclass
class Bureau:
    """One enterprise in a county, one department, and whoever is needed of either."""

    organisation: Organisation
    county: County
    department: Department
    people: dict[str, User] = field(default_factory=dict)

    def person(self, role: str, name: str = "") -> User:
        """Return the person of ``role`` (another one for another ``name``), with an office in force."""
        key = f"{role}{name}"
        if key not in self.people:
            bounds = {
                "applicant": {"organisation": self.organisation},
                "host_admin": {"organisation": self.organisation},
                "county_officer": {"county": self.county},
                "department_officer": {"department": self.department},
                "department_head": {"department": self.department},
                "review_secretary": {"department": self.department},
            }
            self.people[key] = UserFactory()
            Office.objects.create(user=self.people[key], role=role, start=date(2020, 1, 1), **bounds.get(role, {}))
        return self.people[key]

    def actor(self, role: str, name: str = "") -> Actor:
        """Return the actor of ``role`` today."""
        return actor_for(user=self.person(role, name), on=timezone.localdate())

    def call(self, item: str = ITEM, **values: Any) -> Call:
        """Return a published call that is open for a month."""
        now = timezone.now()
        row = ServiceItem.objects.get(code=item)
        drafted = call_draft(
            item=row,
            actor=self.actor("department_officer"),
            body="示例通知正文",
            title="示例申报通知",
            year=2025,
            **({"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=30)} | values),
        )
        call_move(call=drafted, step="submit", actor=self.actor("department_officer"))
        call_move(call=drafted, step="publish", actor=self.actor("department_head"))
        return drafted

    def started(self, call: Call | None = None, item: str = ITEM, **values: Any) -> Application:
        """Return a new application of the enterprise."""
        return application_start(
            item=call.item if call else ServiceItem.objects.get(code=item),
            call=call,
            organisation=self.organisation,
            actor=self.actor("applicant"),
            **values,
        )

    def filled(self, application: Application, role: str = "applicant") -> Application:
        """Fill every field open to ``role`` with something that is taken."""
        definition = definition_of(application.item_version_id)
        proof = self.proof()
        changes = [
            Change(code, value, 0)
            for section, each in definition.fields()
            if section.by == role
            for code, value in sample_answers(each, application.year, proof)
        ]
        answers_save(application=application, changes=changes, actor=self.actor(role))
        return application

    def proof(self) -> Evidence:
        """Return a file in the enterprise's vault; the same content is kept once."""
        upload = SimpleUploadedFile("示例证明.pdf", pdf(), "application/pdf")
        actor = self.actor("applicant")
        return evidence_keep(organisation=self.organisation, upload=upload, title="示例证明", kind="other", actor=actor)

    def move(
        self, application: Application, step: str, role: str, reason: str = "示例理由", **typed: Any
    ) -> Application:
        """Take ``step`` as ``role`` and return the application as it then is."""
        actor = self.actor(role)
        application_move(application=application, step=step, actor=actor, reason=reason, typed=typed)
        application.refresh_from_db()
        return application


def sample_answers(each: Any, year: int, proof: Evidence) -> list[tuple[str, Any]]:
    """Return (code, value) pairs that answer one field."""
    if isinstance(each, FactField):
        return FACTS(each, year)
    if isinstance(each, Question):
        return [(each.code, sample_value(each))]
    if isinstance(each, TableField):
        row = {column.code: sample_value(column) for column in each.columns}
        return [(each.code, [row] * max(each.min_rows, 1))]
    if isinstance(each, FileField):
        return [(each.code, [0])]
    return [(each.code, True)]


def FACTS(each: FactField, year: int) -> list[tuple[str, Any]]:  # noqa: N802
    of_register = {"kind", "industry", "county"}
    if each.fact in of_register:
        return []
    yes_no = {"director_full_time"}
    value = True if each.fact in yes_no else "2012-03-01" if each.fact == "established_on" else "120"
    return [(code, value) for code in codes_of(each, year)]


def sample_value(asked: Any) -> Any:
    """Return a value of the kind a question or a column asks for."""
    kinds = {
        "integer": "3",
        "number": "3.5",
        "money": "12.5",
        "percent": "40",
        "date": "2025-05-01",
        "year": "2020",
        "boolean": False,
        "email": "name@example.org",
        "phone": "13800001234",
        "credit_code": "",
    }
    if asked.type in ("choice", "choices"):
        return asked.choices[0] if asked.type == "choice" else [asked.choices[0]]
    return kinds.get(asked.type, "示例内容")


@pytest.fixture
def bureau(loaded: Catalogue, db: None) -> Bureau:
    county = County.objects.order_by("pk").first()
    assert county is not None
    organisation = OrganisationFactory(name="示例制造有限公司", county=county, kind="enterprise")
    return Bureau(organisation, county, Department.objects.get(code="kjj"))
