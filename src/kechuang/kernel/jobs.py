"""Housekeeping in the background: jobs of dead workers run again, expired sessions go.

A worker that is killed leaves its job "doing" for ever; nobody takes it up by itself.
Every job of this program can run twice without harm, so it is simply begun again.
"""

from __future__ import annotations

from django.core.management import call_command
from procrastinate import JobContext
from procrastinate.contrib.django import app

from kechuang.kernel import files, uploads_running

SILENT_SECONDS = 30


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="kernel.rescue_stalled", pass_context=True)
async def rescue_stalled(context: JobContext, timestamp: int) -> int:
    """Begin again what a worker silent for ``SILENT_SECONDS`` was doing; return how many jobs."""
    manager = context.app.job_manager
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS))
    for job in stalled:
        await manager.retry_job(job)
    return len(stalled)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="kernel.clear_sessions")
def clear_sessions(timestamp: int) -> None:
    """Remove sessions that have ended."""
    call_command("clearsessions")


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="kernel.scan_waiting")
def scan_waiting(timestamp: int) -> int:
    """Ask the virus scanner about the files that wait for it; return how many no longer do."""
    return files.waiting_scanned()


@app.periodic(cron="41 3 * * *")
@app.task(queueing_lock="kernel.sweep_uploads")
def sweep_uploads(timestamp: int) -> int:
    """Remove uploads nobody continued in time; return how many."""
    return uploads_running.uploads_sweep()
