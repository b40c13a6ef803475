"""The facts' work in the background: reminding of evidence that runs out, once a day."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from kechuang.facts.services.reminding import evidence_remind


@app.periodic(cron="40 7 * * *")
@app.task(queueing_lock="facts.remind")
def remind(timestamp: int = 0) -> int:
    """Tell organisations of evidence that runs out; running it twice tells nobody twice."""
    return evidence_remind(on=timezone.localdate())
