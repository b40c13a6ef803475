"""Background work of review: solving an assignment."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from kechuang.directory.selectors import actor_for
from kechuang.kernel.audit import acting_as
from kechuang.review.models import AssignmentRun
from kechuang.review.services import assignments


@app.task(name="review.solve")
def solve(run_id: int) -> None:
    """Solve the run; can run twice without harm."""
    run = AssignmentRun.objects.select_related("round__scheme", "asked_by").get(pk=run_id)
    actor = actor_for(user=run.asked_by, on=timezone.localdate())
    with acting_as(actor, request=f"review.solve.{run_id}"):
        assignments.assignment_solve(run=run, actor=actor)


def enqueue(run: AssignmentRun) -> None:
    """Queue the solving of ``run``; called once its row is committed."""
    solve.defer(run_id=run.pk)
