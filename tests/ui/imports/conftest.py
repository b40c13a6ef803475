"""An officer, two counties, and the whole way of a file by the services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kechuang.directory.models import County
from kechuang.directory.resource import DIRECTORY
from kechuang.kernel.access import Actor, Office
from kechuang.ui.imports import jobs
from kechuang.ui.imports.models import ImportRun
from tests.factories import CountyFactory, DepartmentFactory, UserFactory
from tests.review.conftest import bench  # noqa: F401 - a fixture of the round trip
from tests.ui.imports.ledgers import brought


@pytest.fixture(autouse=True)
def _folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def counties(db) -> list[County]:
    return [CountyFactory(name="示例甲县", short_name="甲县"), CountyFactory(name="示例乙区", short_name="乙区")]


@pytest.fixture
def officer(db, monkeypatch) -> Actor:
    """A department officer, found again by a job as the same."""
    office = Office("department_officer", department_id=DepartmentFactory().pk, label="示例经办")
    actor = Actor(user_id=UserFactory().pk, offices=(office,))
    monkeypatch.setattr(jobs, "actor_of", lambda user: Actor(user_id=user.pk, offices=(office,)))
    return actor


@pytest.fixture
def bring(officer) -> Callable[..., ImportRun]:
    """Return a whole way: upload, map as guessed, check, and write where asked."""

    def way(data: bytes, *, resource: Any = DIRECTORY, **more: Any):
        return brought(data, resource=resource, actor=officer, **more)

    return way
