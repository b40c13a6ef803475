"""``kechuang catalogue``: looking at the city's rules without a database."""

from __future__ import annotations

from pathlib import Path

import click

from kechuang.catalogue.checking import problems
from kechuang.catalogue.holiday_notices import workday_table
from kechuang.catalogue.loading import BrokenCatalogue, Problem, cities, installed_root, load
from kechuang.catalogue.spoken import process_lines
from kechuang.catalogue.whole import Catalogue, fingerprint


@click.group("catalogue")
def catalogue() -> None:
    """城市目录：部门、平台类别、归口、流程、指标与方案。"""


@catalogue.command("check")
@click.argument("directory", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--city", default=None, help="只检查这个城市（默认检查目录下全部城市）。")
@click.option("--mermaid", is_flag=True, help="以 Mermaid 画出全部流程。")
def check(directory: Path | None, city: str | None, *, mermaid: bool) -> None:
    """检查目录 DIRECTORY（默认为本系统自带的目录）；有问题时逐条列出并以 1 退出。"""
    root = directory or installed_root()
    names = [city] if city else cities(root)
    if not names:
        raise click.ClickException(f"{root} 下没有任何城市（缺少 <城市>/city.yaml）。")
    found = [problem for name in names for problem in _checked(root, name, mermaid=mermaid)]
    for problem in dict.fromkeys(found):
        click.echo(str(problem), err=True)
    if found:
        raise click.ClickException(f"共 {len(dict.fromkeys(found))} 个问题。")


@catalogue.command("draw")
@click.argument("name")
@click.option("--city", default=None, help="城市代码（默认为目录下的第一个城市）。")
@click.option("--directory", type=click.Path(exists=True, file_okay=False, path_type=Path), default=None)
def draw(name: str, city: str | None, directory: Path | None) -> None:
    """画出流程或事项 NAME 的流程：先是 Mermaid 图，再是可以在会上念的文字。"""
    root = directory or installed_root()
    try:
        whole = load(root, city or cities(root)[0])
    except BrokenCatalogue as refusal:
        raise click.ClickException(str(refusal)) from None
    item = whole.items.get(name)
    process = whole.processes.get(item.process if item else name)
    if process is None:
        raise click.ClickException(f"没有名为 {name} 的流程或事项。可用 kechuang catalogue check --mermaid 查看全部。")
    if item:
        click.echo(f"{item.title}（{item.item}）：{item.summary}\n")
    click.echo(process.to_mermaid({role.code: role.label for role in whole.roles}))
    click.echo("\n" + "\n".join(process_lines(whole, process)))


@catalogue.command("workdays")
@click.argument("first", type=click.IntRange(2008, 2100))
@click.argument("last", type=click.IntRange(2008, 2100))
def workdays(first: int, last: int) -> None:
    """按已公布的放假安排算出 FIRST 至 LAST 年的节假日与调休（CSV），供替换 base/workdays.csv。"""
    if last < first:
        raise click.ClickException("LAST 不能早于 FIRST。")
    click.echo(workday_table(first, last), nl=False)


def _checked(root: Path, city: str, *, mermaid: bool) -> list[Problem]:
    try:
        whole = load(root, city)
    except BrokenCatalogue as refusal:
        return list(refusal.problems)
    click.echo(_counts(whole))
    if mermaid:
        labels = {role.code: role.label for role in whole.roles}
        for process in whole.processes.values():
            click.echo(f"\n%% {process.name} {process.label}\n{process.to_mermaid(labels)}")
    return problems(whole)


def _counts(whole: Catalogue) -> str:
    pairs = (
        ("县区", whole.city.counties),
        ("部门单位", whole.departments),
        ("角色", whole.roles),
        ("平台类别", whole.platform_types),
        ("归口", whole.competence),
        ("流程", whole.processes),
        ("事项", whole.items),
        ("条件规则", whole.rules),
        ("指标", whole.indicators),
        ("方案", whole.plans),
        ("行政区划", whole.reference.divisions),
        ("行业", whole.reference.industries),
        ("学科", whole.reference.disciplines),
        ("调休与节假日", whole.reference.workday_exceptions),
    )
    listed = "，".join(f"{label} {len(rows)}" for label, rows in pairs)
    return f"{whole.city.name}：{listed}。版本 {fingerprint(whole)[:12]}"
