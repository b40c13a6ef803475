"""What every test shares: a PostgreSQL that runs. Without ``DATABASE_URL`` it is the embedded one."""

import os

import pytest

from kechuang.site.database.cluster import local_cluster


def pytest_configure(config: pytest.Config) -> None:
    """Start the embedded server before Django asks for it; it stays up for the next run."""
    if not os.environ.get("DATABASE_URL"):
        local_cluster().ensure()
