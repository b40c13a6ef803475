"""The ground of the search's tests: two hosts in two counties, their platforms, a sensitive one among them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from kechuang.brain.services.keeping import catch_up_all
from kechuang.directory.models import Office as OfficeRow
from kechuang.directory.models import Organisation, User
from kechuang.directory.selectors import actor_for
from kechuang.kernel.access import Actor
from kechuang.platforms.models import Platform
from kechuang.platforms.services import platform_conceal
from tests.factories import OrganisationFactory, UserFactory
from tests.platforms.conftest import Town, build_town, store_processes


@dataclass
class Ground:
    """The town, its platforms by name, and whoever asks."""

    town: Town
    open: Platform
    secret: Platform
    university: Organisation

    def person(self, role: str, **bounds: object) -> User:
        """Return a new person holding ``role`` from 2020 on."""
        user = UserFactory()
        OfficeRow.objects.create(user=user, role=role, start=date(2020, 1, 1), **bounds)
        return user

    def actor(self, role: str, **bounds: object) -> Actor:
        """Return the actor of a new person holding ``role``."""
        return actor_for(user=self.person(role, **bounds), on=date.today())


@pytest.fixture
def ground(db: None) -> Ground:
    store_processes()
    town = build_town()
    university = OrganisationFactory(name="示例安顺学院", county=town.counties[0], credit_code="91520402MA6TEST00X")
    opened = town.platform(name="示例大数据工程技术研究中心", host=university)
    secret = town.platform(name="示例精密制造工程技术研究中心", host=town.hosts[1])
    platform_conceal(platform=secret, sensitive=True, actor=town.head(), reason="示例理由")
    catch_up_all()
    return Ground(town, opened, secret, university)
