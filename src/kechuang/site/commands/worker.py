"""``kechuang worker``: background jobs."""

import click

from kechuang.site.parents import end_with_parent

GRACE_SECONDS = 60


@click.command()
@click.option("--concurrency", default=4, show_default=True, help="同时进行的任务数。")
@click.option("--with-parent", is_flag=True, hidden=True, help="启动它的进程结束时一并结束。")
def worker(concurrency: int, *, with_parent: bool) -> None:
    """启动后台任务。可在多台机器上各起几个；收到 SIGTERM 时做完手上的再退出。"""
    if with_parent:
        end_with_parent()
    import django

    django.setup()
    from procrastinate.contrib.django import app

    from kechuang.kernel.audit_sealing import sealing

    working = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]  # Django's has it
    with sealing():
        working.run_worker(concurrency=concurrency, shutdown_graceful_timeout=GRACE_SECONDS)
