"""What every test shares: a PostgreSQL that runs. Without ``DATABASE_URL`` it is the embedded one."""

import os
from collections.abc import Iterator

import pytest
from django.utils import translation

from kechuang.site.database.cluster import local_cluster
from kechuang.site.stop import EXIT_CODE, Stop


def pytest_configure(config: pytest.Config) -> None:
    """Start the embedded server before Django asks for it; it stays up for the next run."""
    if os.environ.get("DATABASE_URL"):
        return
    try:
        local_cluster().ensure()
    except Stop as stop:
        pytest.exit(str(stop), returncode=EXIT_CODE)


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """Begin each test in Chinese: a page asked for in English leaves its language on the thread."""
    with translation.override("zh-hans"):
        yield
