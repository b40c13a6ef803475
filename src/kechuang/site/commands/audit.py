"""``kechuang audit``: check a file of the trail anywhere; on the server, seal, export and check the trail."""

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import click

from kechuang.kernel import seals
from kechuang.site.stop import Stop

UNSOUND = 1


@click.group()
def audit() -> None:
    """审计：核验审计文件（不需要服务器和数据库）；在服务器上封存、导出、核对。"""


@audit.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--roots",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="另存的公布根值（/audit/roots.json），可识破从头重做的链。",
)
def verify(file: Path, roots: Path | None) -> None:
    """核验审计文件 FILE，指出第一处不对的记录。无误时以 0 退出，有误时以 1 退出。"""
    published = _published(roots) if roots else {}
    with file.open("rb") as lines:
        verdict = seals.verify(lines, published)
    click.echo(f"{file}：{said(verdict)}")
    if verdict.fault:
        sys.exit(UNSOUND)
    if roots and not verdict.published:
        click.echo("注意：文件中的封存都不在所给的公布根值之内，未能与公布的根值对照。")


@audit.command()
@click.option(
    "--roots",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="另存的公布根值，可识破从头重做的链和连同封存删去的末尾。",
)
def check(roots: Path | None) -> None:
    """核对数据库里的审计记录与封存，指出第一处不对的记录。"""
    _setup()
    from kechuang.kernel.audit_check import trail_check

    verdict = trail_check(_published(roots) if roots else {})
    click.echo(said(verdict))
    if verdict.fault:
        sys.exit(UNSOUND)


@audit.command()
def seal() -> None:
    """立即封存尚未封存的记录。"""
    _setup()
    from kechuang.kernel.audit_seals import seal_now

    click.echo(f"已封存 {seal_now()} 条记录。")


@audit.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), default=None, help="从这一天起（含）。")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), default=None, help="到这一天止（不含）。")
def export(file: Path, since: datetime | None, until: datetime | None) -> None:
    """把已封存的审计记录写到 FILE，供他处核验。"""
    _setup()
    from django.utils import timezone

    from kechuang.kernel.audit_seals import batches

    span = {name: timezone.make_aware(value) if value else None for name, value in (("since", since), ("until", until))}
    about = {"taken": timezone.now().isoformat(), "by": "kechuang audit export"}
    with file.open("xb") as target:
        for line in seals.file_lines(about, batches(**span)):
            target.write(line + b"\n")
    click.echo(f"已写入 {file}。")


def said(verdict: seals.Verdict) -> str:
    """Return a verdict as the command prints it."""
    if verdict.fault:
        reached = f"此前 {verdict.seals} 次封存、{verdict.events} 条记录无误。" if verdict.seals else ""
        return f"不通过。{verdict.fault.sentence}{reached}"
    part = "" if verdict.whole else "（部分记录的证明，其余只有指纹）"
    noted = f"，{verdict.published} 个根值与公布的一致" if verdict.published else ""
    start = f"自第 {verdict.first_seal} 号封存起" if verdict.seals else "没有封存"
    return f"通过。{start}，{verdict.seals} 次封存、{verdict.events} 条记录{noted}{part}；末尾根值 {verdict.root}"


def _published(file: Path) -> Mapping[int, str]:
    try:
        return dict(_pairs(json.loads(file.read_bytes())))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Stop(f"{file} 不是公布根值的文件（/audit/roots.json）。") from None


def _pairs(told: Mapping[str, list[Mapping[str, object]]]) -> Iterator[tuple[int, str]]:
    for one in told["roots"]:
        yield int(str(one["seal"])), str(one["root"])


def _setup() -> None:
    import django

    django.setup()
