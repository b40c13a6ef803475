"""The portal's work in the background: releasing what changed, every night and when something is concealed."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from kechuang.portal.services import releases_prune, releases_refresh


@app.periodic(cron="23 4 * * *")
@app.task(queueing_lock="portal.refresh")
def refresh(timestamp: int = 0) -> int:
    """Release every data set that changed, and let old versions go; running it twice makes nothing twice."""
    made = len(releases_refresh(on=timezone.localdate()))
    releases_prune(keep=settings.KECHUANG_OPEN_DATA_KEPT)
    return made
