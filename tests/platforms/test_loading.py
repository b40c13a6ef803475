"""The catalogue's types and matrix as rows; what the office recorded outlives a reload."""

from __future__ import annotations

from datetime import date

import pytest

from kechuang.catalogue.loading import cities, installed_root, load
from kechuang.directory.models import Department
from kechuang.kernel.access import Actor, Office
from kechuang.kernel.loading import catalogue_load
from kechuang.platforms import services
from kechuang.platforms.models import Competence, PlatformKind
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_loading_twice_changes_nothing_and_keeps_a_recorded_transfer():
    root = installed_root()
    whole = load(root, cities(root)[0])
    catalogue_load(whole)
    assert PlatformKind.objects.count() == len(whole.platform_types)
    assert Competence.objects.count() == len(whole.competence)
    assert PlatformKind.objects.get(code="etrc").extra_fields == [
        {"code": "research_area", "label": "研发场地面积", "kind": "decimal", "unit": "平方米", "choices": []}
    ]
    assert "新型工业化" in PlatformKind.objects.get(code="etrc").directions

    row = Competence.objects.filter(kind__code="incubator").first()
    other = Department.objects.exclude(pk=row.department_id).first()
    office = Actor(user_id=UserFactory().pk, offices=(Office("conference_office"),))
    services.competence_transfer(
        competence=row, department=other, on=date(2025, 3, 1), document="示〔2025〕1号", actor=office
    )
    catalogue_load(whole)

    rows = Competence.objects.filter(kind=row.kind, level=row.level).order_by("pk")
    assert [(found.department_id, found.end, found.recorded) for found in rows] == [
        (row.department_id, date(2025, 3, 1), False),
        (other.pk, None, True),
    ]
    assert Competence.objects.count() == len(whole.competence) + 1
