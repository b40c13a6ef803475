"""The trail's work in the background: letting go once a night, and sealing where no worker of ours does it."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from kechuang.kernel.audit_seals import drop_expired, seal_now


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="oversight.seal")
def seal(timestamp: int = 0) -> int:
    """Seal what was written since the last seal; return how many events.

    ``kechuang worker`` seals every two seconds by itself; this is for jobs run by other means.
    """
    return seal_now()


@app.periodic(cron="41 3 * * *")
@app.task(queueing_lock="oversight.let_go")
def let_go(timestamp: int = 0) -> int:
    """Remove sealed events past the time the setting keeps them, none when it keeps all; return how many."""
    days = settings.KECHUANG_AUDIT_DAYS
    return drop_expired(days=days) if days else 0
