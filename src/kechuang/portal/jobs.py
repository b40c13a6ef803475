"""The portal's work in the background: releasing what changed, every night and when something is concealed."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from kechuang.portal.services import releases_refresh


@app.periodic(cron="23 4 * * *")
@app.task(queueing_lock="portal.refresh")
def refresh(timestamp: int = 0) -> int:
    """Release every data set that changed; running it twice makes nothing twice."""
    return len(releases_refresh(on=timezone.localdate()))
