"""Housekeeping of the read API."""

from __future__ import annotations

import time

from procrastinate.contrib.django import app

from kechuang.api.services import usage_clear


@app.periodic(cron="41 2 * * *")
@app.task(queueing_lock="api.clear_usage")
def clear_usage(timestamp: int = 0) -> int:
    """Remove the counts of callers not heard of for a day."""
    return usage_clear(minute=int(time.time()) // 60)
