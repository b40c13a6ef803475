"""The cockpit's work in the background: looking ahead once every working day."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from kechuang.cockpit.warnings import warnings_review


@app.periodic(cron="20 7 * * 1-5")
@app.task(queueing_lock="cockpit.warn")
def warn(timestamp: int = 0) -> None:
    """Raise and close warnings; running it twice tells nobody twice."""
    warnings_review(on=timezone.localdate())
