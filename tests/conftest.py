"""What every test shares: a PostgreSQL that runs. Without ``DATABASE_URL`` it is the embedded one."""

import os
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from django.utils import translation
from xdist.scheduler import LoadScopeScheduling

from kechuang.site.database.cluster import local_cluster
from kechuang.site.stop import EXIT_CODE, Stop

ONE_GROUND = ("journeys", "portal")
"""Folders that build something once for all their files."""
FIRST = ("journeys", "contract", "portal", "site", "cockpit", "calls")
"""The long pieces, the longest first: what is left for the end is short, and no core waits for another."""


def pytest_configure(config: pytest.Config) -> None:
    """Start the embedded server before Django asks for it; it stays up for the next run."""
    if os.environ.get("DATABASE_URL"):
        return
    try:
        local_cluster().ensure()
    except Stop as stop:
        pytest.exit(str(stop), returncode=EXIT_CODE)


class ByGround(LoadScopeScheduling):
    """Keep what shares a ground on one core: a folder that builds one for all its files, any other file its own."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return next((folder for folder in ONE_GROUND if f"/{folder}/" in file), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByGround:
    """Distribute by ground, whatever ``--dist`` says."""
    return ByGround(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Begin with the long pieces: first the journeys, whose browser must be gone before databases are asked."""
    yield
    items.sort(key=lambda item: FIRST.index(name) if (name := item.path.parent.name) in FIRST else len(FIRST))


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """Begin each test in Chinese: a page asked for in English leaves its language on the thread."""
    with translation.override("zh-hans"):
        yield
