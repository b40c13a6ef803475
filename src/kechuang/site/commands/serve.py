"""``kechuang serve``: web pages by granian, for one machine or one of many."""

import errno
import logging
import os
import socket
from pathlib import Path

import click

from kechuang.site.environment import Environment, read_environment, refuse_unsafe
from kechuang.site.stop import Stop

HIGHEST_PORT = 65535
KILL_SECONDS = 30
WAITING_ROOM = 8
"""Threads for each request worked on: the others wait their turn in ``kechuang.site.admission``."""


def refuse_busy(bind: str, port: int) -> None:
    """Raise ``Stop`` when ``bind:port`` cannot be listened on."""
    if not 0 < port <= HIGHEST_PORT:
        raise Stop(f"端口 {port} 不对，应在 1 到 {HIGHEST_PORT} 之间。")
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Stop(f"端口 {port} 已被占用。请关掉占用它的程序，或换一个端口：--port {port + 1}") from None
            if error.errno == errno.EACCES:
                raise Stop(f"没有权限监听端口 {port}。请用 1024 以上的端口。") from None
            raise Stop(f"不能监听 {bind}:{port}：{error.strerror or error}。") from None


def listen(environment: Environment) -> None:
    """Serve until a signal ends it. Raises ``Stop`` before anything is bound that must not be."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    logging.getLogger("_granian").addFilter(_is_news)
    certificate, key = environment["KECHUANG_TLS_CERTIFICATE"], environment["KECHUANG_TLS_KEY"]
    Granian(
        "kechuang.site.serving:application",
        address=environment["KECHUANG_BIND"],
        port=environment["KECHUANG_PORT"],
        interface=Interfaces.WSGI,
        workers=environment["KECHUANG_WORKERS"],
        blocking_threads=environment["KECHUANG_THREADS"] * WAITING_ROOM,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_SECONDS,
        ssl_cert=Path(certificate) if certificate else None,
        ssl_key=Path(key) if key else None,
    ).serve()


def _is_news(record: logging.LogRecord) -> bool:
    """Leave out that there are more threads than cores: most of them only wait for their turn."""
    return "Python threads" not in record.getMessage()


def chosen(bind: str | None, port: int | None) -> Environment:
    """Return the environment with the command line's choices in it, refused when it is unsafe or the port is busy."""
    environment = read_environment()
    options = {"KECHUANG_BIND": bind, "KECHUANG_PORT": port}
    given = {name: value for name, value in options.items() if value is not None}
    environment = Environment({**environment.values, **given})
    refuse_unsafe(environment)
    os.environ.update({name: str(value) for name, value in given.items()})  # what the worker beside us is told, too
    for name in ("KECHUANG_TLS_CERTIFICATE", "KECHUANG_TLS_KEY"):
        if environment[name] and not Path(environment[name]).is_file():
            raise Stop(f"{name} 指的文件 {environment[name]} 不存在。")
    refuse_busy(environment["KECHUANG_BIND"], environment["KECHUANG_PORT"])
    return environment


@click.command()
@click.option("--bind", default=None, help="监听地址（默认 KECHUANG_BIND，即 127.0.0.1）。")
@click.option("--port", type=int, default=None, help="端口（默认 KECHUANG_PORT，即 8000）。")
@click.option("--migrate", "migrate_first", is_flag=True, help="先更新数据库的表。")
def serve(bind: str | None, port: int | None, *, migrate_first: bool) -> None:
    """启动网页服务。不建帐号、不载入示例；数据库没有更新时拒绝启动。"""
    environment = chosen(bind, port)
    import django

    django.setup()
    from kechuang.site.commands.migrate import bring_up_to_date, pending_migrations
    from kechuang.site.pages import collect_pages

    if migrate_first:
        bring_up_to_date()
    elif pending := pending_migrations():
        raise Stop(f"数据库还差 {len(pending)} 步更新。请先运行 kechuang migrate，或加 --migrate。")
    collect_pages()
    scheme = "https" if environment["KECHUANG_TLS_CERTIFICATE"] else "http"
    click.echo(f"网页服务：{scheme}://{environment['KECHUANG_BIND']}:{environment['KECHUANG_PORT']}")
    listen(environment)
