"""Long imports in the background: checked, written and taken back by a worker; each can be begun again without harm."""

from __future__ import annotations

from django.urls import get_resolver
from procrastinate.contrib.django import app

from kechuang.ui.imports import services
from kechuang.ui.imports.actors import actor_of
from kechuang.ui.imports.models import ImportRun

ACTS = {
    ImportRun.State.CHECKING: services.run_check,
    ImportRun.State.WRITING: services.run_write,
    ImportRun.State.UNDOING: services.run_undo,
}
AT_ONCE = 60_000
"""Bytes of a file that is worked on while the person waits; anything longer is a job's."""


@app.task(name="ui.import_go_on")
def go_on(run: int) -> str:
    """Do what a run waits for; one that waits for nothing is left as it is. Return its state."""
    _ = get_resolver().url_patterns  # resources register where their pages are imported
    found = ImportRun.objects.select_related("actor").get(pk=run)
    if act := ACTS.get(ImportRun.State(found.state)):
        act(found, actor_of(found.actor))
    return found.state


@app.periodic(cron="41 3 * * *")
@app.task(name="ui.imports_forget", queueing_lock="ui.imports_forget")
def forget(timestamp: int = 0) -> int:
    """Remove the files of old imports."""
    return services.runs_forget()


def start(run: ImportRun) -> None:
    """Do what ``run`` waits for: at once for a short file, else by a worker."""
    if run.size <= AT_ONCE:
        ACTS[ImportRun.State(run.state)](run, actor_of(run.actor))
    else:
        go_on.defer(run=run.pk)
