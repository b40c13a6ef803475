"""Work in the background: letting old events go, closing unused accounts, sealing where no worker of ours does it."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from kechuang.kernel.audit_seals import drop_expired, seal_now
from kechuang.oversight.unused import accounts_unused_close


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


@app.periodic(cron="11 5 * * *")
@app.task(queueing_lock="oversight.close_unused")
def close_unused(timestamp: int = 0) -> int:
    """Close the accounts nobody has used for the days the setting says, two weeks after telling; return how many."""
    return accounts_unused_close(on=timezone.localdate(), days=settings.KECHUANG_UNUSED_DAYS)
