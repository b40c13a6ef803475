"""The messages' work in the background; each job may run in several workers at once and be begun again."""

from __future__ import annotations

import logging
from typing import Any

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from kechuang.notify.services.lettering import letters_forget
from kechuang.notify.services.sending import abandoned_settle, deliver
from kechuang.notify.services.summing import digests_write
from kechuang.notify.services.telling import spread

logger = logging.getLogger(__name__)
SPEAK = "notify.speak"


@app.periodic(cron="* * * * *")
@app.task(queueing_lock=SPEAK)
def speak(timestamp: int = 0) -> int:
    """Tell what is to be told and send what is due; return how many deliveries were tried."""
    spread()
    return deliver()


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="notify.sum_up")
def sum_up(timestamp: int = 0) -> int:
    """Write the digests whose hour has come; return how many."""
    return digests_write()


@app.periodic(cron="*/2 * * * *")
@app.task(queueing_lock="notify.settle")
def settle(timestamp: int = 0) -> int:
    """Settle deliveries whose worker died, and forget letters that have arrived; return how many were settled."""
    letters_forget()
    return abandoned_settle()


def wake(fact: Any) -> None:
    """Have a worker speak now instead of at the next full minute; after commit, and only if none is asked already."""
    if ProcrastinateJob.objects.filter(queueing_lock=SPEAK, status="todo").exists():
        return
    try:
        speak.defer()
    except AlreadyEnqueued:  # another process was faster
        logger.debug("a worker is awake already")
