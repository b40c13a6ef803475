"""``kechuang run``: everything on one machine with one command, for trying it out."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from kechuang.site.commands.serve import chosen, listen
from kechuang.site.stop import Stop

WORKER_SECONDS = 20


def _load_catalogue() -> None:
    from kechuang.catalogue.loading import installed_root
    from kechuang.kernel.cli import checked
    from kechuang.kernel.loading import catalogue_load

    catalogue_load(checked(installed_root(), None))


def _load_sample() -> None:
    """Load the sample city if it is not there; it prints its accounts with their passwords, this once."""
    from kechuang.site.sample.cli import sample

    sample.main(["load", "--once"], standalone_mode=False)


@contextmanager
def _worker_beside() -> Iterator[None]:
    """Run background jobs in a process of their own for as long as the pages are served."""
    command = [sys.executable, "-m", "kechuang.site.cli", "worker", "--with-parent"]
    worker = subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL)  # noqa: S603 (ourselves)
    try:
        yield
    finally:
        worker.send_signal(signal.SIGTERM)
        try:
            worker.wait(WORKER_SECONDS)
        except subprocess.TimeoutExpired:
            worker.kill()


@click.command()
@click.option("--port", type=int, default=None, help="端口（默认 8000）。")
@click.option("--sample/--no-sample", "with_sample", default=True, help="是否载入示例城市（只在第一次载入）。")
def run(port: int | None, *, with_sample: bool) -> None:
    """一条命令在本机试用：启动数据库、建表、载入规则库与示例城市、启动网页与后台任务。"""
    environment = chosen(None, port)
    if environment.is_production:
        raise Stop("kechuang run 只供本机试用。正式运行请用 kechuang migrate、kechuang serve 与 kechuang worker。")
    import django

    click.echo("正在启动数据库……")
    django.setup()
    from kechuang.site.commands.migrate import bring_up_to_date
    from kechuang.site.pages import collect_pages

    click.echo("正在准备数据库的表……")
    bring_up_to_date(quiet=True)
    click.echo("正在载入规则库……")
    _load_catalogue()
    if with_sample:
        click.echo("正在准备示例城市……")
        _load_sample()
    collect_pages()
    from django.db import connection

    connection.close()
    click.echo(f"\n  http://localhost:{environment['KECHUANG_PORT']}\n\n按 Ctrl-C 结束。")
    sys.stdout.flush()
    with _worker_beside():
        listen(environment)
