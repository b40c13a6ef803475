"""``kechuang worker``: background jobs."""

import click

from kechuang.site.parents import end_with_parent


@click.command()
@click.option("--concurrency", default=4, show_default=True, help="同时进行的任务数。")
@click.option("--with-parent", is_flag=True, hidden=True, help="启动它的进程结束时一并结束。")
def worker(concurrency: int, *, with_parent: bool) -> None:
    """启动后台任务。可在多台机器上各起几个；收到 SIGTERM 时做完手上的再退出。"""
    if with_parent:
        end_with_parent()
    import django

    django.setup()
    from django.core.management import call_command

    call_command(
        "procrastinate", "worker", "--concurrency", str(concurrency), "--shutdown-graceful-timeout", "60", verbosity=0
    )
