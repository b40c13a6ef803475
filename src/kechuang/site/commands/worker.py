"""``kechuang worker``: background jobs."""

import click


@click.command()
@click.option("--concurrency", default=4, show_default=True, help="同时进行的任务数。")
def worker(concurrency: int) -> None:
    """启动后台任务。可在多台机器上各起几个；收到 SIGTERM 时做完手上的再退出。"""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("procrastinate", "worker", "--concurrency", str(concurrency), "--shutdown-graceful-timeout", "60")
