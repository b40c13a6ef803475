"""What every test shares: a PostgreSQL that runs. Without ``DATABASE_URL`` it is the embedded one."""

import os
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from django.utils import translation
from xdist.scheduler import LoadScopeScheduling

from kechuang.site.database.cluster import local_cluster
from kechuang.site.stop import EXIT_CODE, Stop

JOURNEYS = "journeys"


def pytest_configure(config: pytest.Config) -> None:
    """Start the embedded server before Django asks for it; it stays up for the next run."""
    if os.environ.get("DATABASE_URL"):
        return
    try:
        local_cluster().ensure()
    except Stop as stop:
        pytest.exit(str(stop), returncode=EXIT_CODE)


class ByGround(LoadScopeScheduling):
    """Keep what shares a ground on one core: the journeys one running installation, any other file what it sets up."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return JOURNEYS if f"/{JOURNEYS}/" in file else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByGround:
    """Distribute by ground, whatever ``--dist`` says."""
    return ByGround(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Begin with the journeys: the longest piece, whose browser must be gone before databases are asked."""
    yield
    items.sort(key=lambda item: item.path.parent.name != JOURNEYS)


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """Begin each test in Chinese: a page asked for in English leaves its language on the thread."""
    with translation.override("zh-hans"):
        yield
