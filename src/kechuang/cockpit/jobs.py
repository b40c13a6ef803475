"""The cockpit's work in the background: looking ahead once every working day, making reports in batches."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from kechuang.cockpit.batches import batch_make
from kechuang.cockpit.models import ReportBatch
from kechuang.cockpit.warnings import warnings_review
from kechuang.directory.selectors import actor_for
from kechuang.kernel.audit import acting_as


@app.periodic(cron="20 7 * * 1-5")
@app.task(queueing_lock="cockpit.warn")
def warn(timestamp: int = 0) -> None:
    """Raise and close warnings; running it twice tells nobody twice."""
    warnings_review(on=timezone.localdate())


@app.task(name="cockpit.make_batch")
def make_batch(batch_id: int) -> None:
    """Make the reports of a batch; can run twice without harm."""
    batch = ReportBatch.objects.select_related("plan", "asked_by").get(pk=batch_id)
    actor = actor_for(user=batch.asked_by, on=timezone.localdate())
    with acting_as(actor, request=f"cockpit.batch.{batch_id}"):
        batch_make(batch=batch, actor=actor)


def enqueue(batch: ReportBatch) -> None:
    """Queue the making of ``batch`` once its row is committed."""
    transaction.on_commit(lambda: make_batch.defer(batch_id=batch.pk))
