"""The sample city, built once for the whole folder; its tests share the rows and undo only what they add."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import call_command

from kechuang.catalogue.loading import installed_root
from kechuang.kernel.cli import checked
from kechuang.kernel.loading import catalogue_load
from kechuang.site.sample import city


@pytest.fixture(scope="package")
def _built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    with django_db_blocker.unblock():
        whole = checked(installed_root(), "anshun")
        catalogue_load(whole)
        built, _accounts = city.build(whole, lambda *_: None)
    yield built
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)  # keys are remembered


@pytest.fixture
def sample(_built: Any, db: None) -> Any:
    """Return the sample city: ``platforms``, ``actors``, ``users``."""
    return _built


@pytest.fixture(autouse=True)
def _own_folder(settings: Any) -> Iterator[None]:
    """Let each test release its files into a folder of its own, and find nothing kept from another one."""
    settings.MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="kc-portal-"))
    settings.KECHUANG_API = {"per_minute": 100_000, "token_per_minute": 100_000}
    caches["local"].clear()
    yield
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
