"""Long imports in the background: checked, written and taken back by a worker; each can be begun again without harm."""

from __future__ import annotations

import logging

from django.urls import get_resolver
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from kechuang.ui.imports import services
from kechuang.ui.imports.actors import actor_of
from kechuang.ui.imports.keeping import sheet_of
from kechuang.ui.imports.models import ImportRun

logger = logging.getLogger(__name__)
State = ImportRun.State
ACTS = {
    State.CHECKING: (services.run_check, State.MAPPING),
    State.WRITING: (services.run_write, State.CHECKED),
    State.UNDOING: (services.run_undo, State.DONE),
}
"""What a state waits for, and where a run stands again when that breaks off."""
AT_ONCE = 300
"""Rows of a sheet that is worked on while the person waits; anything longer is a job's."""
AT_ONCE_REHEARSED = 30
"""The same where each row goes through the services, in the dry run already."""


@app.task(name="ui.import_go_on")
def go_on(run: int) -> str:
    """Do what a run waits for; one that waits for nothing is left as it is. Return its state."""
    list(get_resolver().url_patterns)  # resources register where their pages are imported
    found = ImportRun.objects.select_related("actor").get(pk=run)
    return _gone_on(found)


@app.periodic(cron="41 3 * * *")
@app.task(name="ui.imports_forget", queueing_lock="ui.imports_forget")
def forget(timestamp: int = 0) -> int:
    """Remove the files of old imports."""
    return services.runs_forget()


def start(run: ImportRun) -> None:
    """Do what ``run`` waits for: at once for a short sheet, else by a worker."""
    rehearsed = services.imports_of(services.resource_of(run)).rehearsed
    if len(sheet_of(run)) <= (AT_ONCE_REHEARSED if rehearsed else AT_ONCE):
        _gone_on(run)
    else:
        go_on.defer(run=run.pk)


def _gone_on(run: ImportRun) -> str:
    """Do it; whatever breaks off unforeseen leaves nothing written, and the run says so instead of waiting for ever."""
    waited = State(run.state)
    act, before = ACTS.get(waited, (None, State.FAILED))
    if act is None:
        return run.state
    try:
        return act(run, actor_of(run.actor)).state
    except Exception:
        logger.exception("import %s broke off", run.pk)
        problem = _("办理时出错，什么都没有改动；请重试，仍不行的请联系系统管理员。")
        ImportRun.objects.filter(pk=run.pk, state=waited).update(state=before, problem=problem)
        return str(before)
