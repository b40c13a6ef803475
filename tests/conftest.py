"""What every test shares: a PostgreSQL that runs. Without ``DATABASE_URL`` it is the embedded one."""

import os
from collections.abc import Generator, Iterator

import pytest
from django.utils import translation

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


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Keep what shares a ground on one core, and begin with the journeys: they are the longest piece.

    The journeys share one running installation, every other test shares at most what its file sets up.
    """
    for item in items:
        folder = item.path.parent.name
        item.add_marker(pytest.mark.xdist_group(folder if folder == JOURNEYS else str(item.path)))
    yield
    items.sort(key=lambda item: item.path.parent.name != JOURNEYS)


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """Begin each test in Chinese: a page asked for in English leaves its language on the thread."""
    with translation.override("zh-hans"):
        yield
