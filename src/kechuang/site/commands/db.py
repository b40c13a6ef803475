"""``kechuang db``: the database by hand."""

from pathlib import Path

import click

from kechuang.site.database.cluster import Cluster, local_cluster
from kechuang.site.database.keeping import current_address, keep_running
from kechuang.site.home import home
from kechuang.site.stop import Stop


def _own_cluster() -> Cluster:
    if not current_address().embedded:
        raise Stop("现在用的是 DATABASE_URL 指的数据库，它的启停不归本系统管。")
    return local_cluster()


@click.group()
def db() -> None:
    """数据库：内置服务的启停，备份与恢复。"""


@db.command()
def start() -> None:
    """启动内置数据库，并让它一直运行。"""
    cluster = _own_cluster()
    started = cluster.ensure()
    click.echo(
        f"内置数据库{'已启动' if started else '本来就在运行'}：PostgreSQL {cluster.binaries.version}，{cluster.data}"
    )


@db.command()
def stop() -> None:
    """停止内置数据库，断开现有连接。"""
    click.echo("内置数据库已停止。" if _own_cluster().stop() else "内置数据库没有在运行。")


@db.command()
def status() -> None:
    """显示用的是哪个数据库、是否在运行。没有运行时以 1 退出。"""
    address = current_address()
    if not address.embedded:
        click.echo(f"外部数据库：{address.host or '本机'}，库名 {address.name}。详细检查用 kechuang check。")
        return
    cluster = local_cluster()
    running = cluster.is_running()
    click.echo(f"内置数据库：{'运行中' if running else '未运行'}，数据在 {cluster.data}，日志在 {cluster.log}")
    if not running:
        click.get_current_context().exit(1)


@db.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="覆盖已有的文件。")
def dump(file: Path, *, force: bool) -> None:
    """把数据库和上传的文件备份到 FILE。"""
    from kechuang.site.database.dumps import save

    if file.exists() and not force:
        raise Stop(f"“{file}” 已经存在。请换一个文件名，或加 --force 覆盖。")
    if not file.absolute().parent.is_dir():
        raise Stop(f"目录 “{file.absolute().parent}” 不存在。请先建好。")
    keep_running()
    save(file.absolute(), address=current_address(), media=home() / "media", tell=click.echo)
    click.echo(f"已备份到 {file}（{file.stat().st_size / 1024 / 1024:.1f} MB）。其中有个人信息，请妥善保管。")


@db.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """把备份 FILE 恢复到一个空的数据库。"""
    from kechuang.site.database.dumps import restore as bring_back

    keep_running()
    bring_back(file, address=current_address(), media=home() / "media", tell=click.echo)
    click.echo("已恢复。请运行 kechuang migrate，再启动服务。")
