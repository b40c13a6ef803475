"""Keeps the embedded server running while a command needs it, and no longer than anybody does."""

import atexit
import os
import sys
import time
from typing import Any

import psycopg

from kechuang.site.database.address import Address, read_address
from kechuang.site.database.cluster import local_cluster
from kechuang.site.environment import read_environment
from kechuang.site.stop import Stop

OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"


def current_address() -> Address:
    """Return where this process's database answers."""
    return read_address(read_environment()["DATABASE_URL"])


def keep_running() -> bool:
    """Start the embedded server if it is ours and not running; it stops when this process ends and nobody else uses it.

    Returns whether this call started it. An outside server is left alone.
    """
    if not current_address().embedded:
        return False
    started = local_cluster().ensure()
    if started:
        atexit.register(_stop_if_unused, os.getpid())
    return started


def _stop_if_unused(owner: int) -> None:
    if os.getpid() != owner:
        return  # a forked child ends: the server is its parent's
    if "django.db" in sys.modules:
        sys.modules["django.db"].connections.close_all()
    try:
        with current_address().connect(seconds=5) as link:
            if _is_alone(link):
                local_cluster().stop()
    except (psycopg.Error, Stop):
        return  # it is gone already, or it stays: neither is worth a sentence at the very end


def _is_alone(link: psycopg.Connection[tuple[Any, ...]]) -> bool:
    """Say whether nobody else is connected, giving our own closed connections a moment to vanish."""
    for _attempt in range(10):
        if link.execute(OTHERS).fetchone() == (0,):
            return True
        time.sleep(0.05)
    return False
