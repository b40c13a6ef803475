"""``kechuang sample``: bring the sample city in, take it away."""

from __future__ import annotations

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table


@click.group("sample")
def sample() -> None:
    """示例城市：虚构的单位、人员和平台，名称都含“示例”，可整体移除。"""


@sample.command("load")
@click.option("--once", is_flag=True, help="已载入时什么也不做（默认报错）。")
def load_command(*, once: bool) -> None:
    """载入示例城市，并打印每个角色的账号；密码随机生成，只显示这一次。"""
    _setup()
    from django.db import transaction

    from kechuang.catalogue.loading import installed_root
    from kechuang.kernel.cases import kept_at_the_end
    from kechuang.kernel.cli import checked
    from kechuang.kernel.errors import Refused
    from kechuang.site.sample import city, story

    if once and city.is_loaded():
        return
    catalogue = checked(installed_root(), None)
    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bars: dict[str, object] = {}

        def tell(what: str, done: int, total: int) -> None:
            bar = bars.setdefault(what, progress.add_task(what, total=total)) if what not in bars else bars[what]
            progress.update(bar, completed=done)  # type: ignore[arg-type]

        try:
            with transaction.atomic(), kept_at_the_end():  # half a city is worse than none
                built, accounts = city.build(catalogue, tell)
                story.tell_story(built, tell)
        except Refused as refusal:
            raise click.ClickException(str(refusal)) from refusal
    table = Table("角色", "用户名", "密码", title="示例账号（密码只显示这一次）")
    for account in accounts:
        table.add_row(account.role, account.username, account.password)
    console.print(table)


@sample.command("remove")
@click.confirmation_option(prompt="移除全部示例数据？正式数据不受影响。")
def remove_command() -> None:
    """移除示例城市的一切；正式数据依附其上时说明是哪些，什么也不移除。"""
    _setup()
    from kechuang.kernel.errors import Refused
    from kechuang.site.sample import city

    try:
        taken = city.remove()
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo("已移除：" + "，".join(f"{what} {number}" for what, number in taken.items()) + "。")


def _setup() -> None:
    import django

    django.setup()
