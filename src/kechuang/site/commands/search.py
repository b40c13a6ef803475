"""``kechuang search``: write what is searched anew, and see whether it is in step."""

from __future__ import annotations

import click


@click.group("search")
def search() -> None:
    """检索：条目由系统自动保持同步；升级或怀疑有误时可整体重建。"""


@search.command("rebuild")
@click.option("--kind", "kinds", multiple=True, help="只重建这一类型（可重复，默认全部）。")
def rebuild(kinds: tuple[str, ...]) -> None:
    """重建检索条目。可在运行中进行，也可重复。"""
    import django

    django.setup()
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

    from kechuang.brain.services.keeping import rebuild
    from kechuang.kernel.search import registered

    if unknown := sorted(set(kinds) - set(registered())):
        raise click.ClickException(f"没有这些类型：{'、'.join(unknown)}；可用：{'、'.join(registered())}。")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(), transient=True) as progress:
        bars: dict[str, TaskID] = {}

        def tell(label: str, done: int, total: int) -> None:
            bar = bars.setdefault(label, progress.add_task(label, total=total)) if label not in bars else bars[label]
            progress.update(bar, completed=done)

        counts = rebuild(kinds=kinds, tell=tell)
    for kind, count in counts.items():
        click.echo(f"{registered()[kind].label}：{count} 条")
    click.echo(f"共 {sum(counts.values())} 条。")


@search.command("index")
def index() -> None:
    """建立 tantivy 索引（可选引擎）。可在运行中进行，完成后立即换用，也可重复。"""
    import django

    django.setup()
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from kechuang.brain.selectors import engine
    from kechuang.brain.services import indexing
    from kechuang.brain.tantivy_index import Broken

    columns = (TextColumn("索引"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(), transient=True) as progress:
        bar = progress.add_task("", total=None)
        try:
            count = indexing.build(tell=lambda done, total: progress.update(bar, completed=done, total=total))
            indexing.catch_up_all()
        except Broken as reason:
            raise click.ClickException(f"{reason}。") from None
    click.echo(f"索引：{count} 条。")
    if not engine.is_chosen():
        click.echo("检索仍由 PostgreSQL 承担；设 KECHUANG_SEARCH_ENGINE=tantivy 后重启即换用索引。")


@search.command("status")
def status() -> None:
    """各类型的条目数、还有多少变更未同步，以及由哪个引擎检索。"""
    import django

    django.setup()
    from django.db.models import Count

    from kechuang.brain.models import OutOfStep, SearchRow
    from kechuang.brain.selectors import engine
    from kechuang.kernel.search import registered

    counts = dict(SearchRow.objects.values_list("kind").annotate(n=Count("pk")).order_by())
    for kind, searched in registered().items():
        click.echo(f"{searched.label}：{counts.get(kind, 0)} 条")
    click.echo(f"待同步：{OutOfStep.objects.count()} 条。")
    click.echo(engine.trouble() or f"引擎：{'tantivy' if engine.ready() else 'PostgreSQL'}。")
