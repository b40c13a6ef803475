"""A person with an office, and an address that nobody has asked from yet."""

from __future__ import annotations

import pytest
from django.utils import timezone

from kechuang.directory.selectors import actor_for
from tests.factories import UserFactory


@pytest.fixture
def zhang(db):
    return UserFactory(username="zhang")


@pytest.fixture
def actor_of():
    """Return a maker of actors as they are today."""
    return lambda user: actor_for(user=user, on=timezone.localdate())
