"""``kechuang catalogue load``: the one catalogue command that needs the database."""

from __future__ import annotations

from pathlib import Path

import click

from kechuang.catalogue.checking import problems
from kechuang.catalogue.cli import catalogue
from kechuang.catalogue.loading import BrokenCatalogue, cities, installed_root, load
from kechuang.catalogue.whole import Catalogue

__all__ = ["catalogue"]


@catalogue.command("load")
@click.argument("directory", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--city", default=None, help="载入这个城市（默认：目录下唯一的城市）。")
def load_command(directory: Path | None, city: str | None) -> None:
    """检查目录并载入数据库：部门、县区、平台类别、归口、流程、方案。重复载入不改变结果。"""
    whole = checked(directory or installed_root(), city)
    import django  # noqa: PLC0415 - the other catalogue commands answer without Django

    django.setup()
    from kechuang.kernel.loading import catalogue_load  # noqa: PLC0415

    version, is_new = catalogue_load(whole)
    click.echo(f"{whole.city.name}：已载入，规则库第 {version.pk} 版（{'新版本' if is_new else '未变化'}）。")


def checked(root: Path, city: str | None) -> Catalogue:
    """Return the catalogue of ``city`` (or of the only one) once nothing is wrong with it.

    Raises ``click.ClickException`` with every problem, file and place first.
    """
    names = [city] if city else cities(root)
    if len(names) != 1:
        raise click.ClickException(f"请用 --city 指明载入哪个城市：{'、'.join(names) or '目录下没有城市'}。")
    try:
        whole = load(root, names[0])
    except BrokenCatalogue as refusal:
        raise click.ClickException("\n".join(str(problem) for problem in refusal.problems)) from None
    if found := problems(whole):
        raise click.ClickException("\n".join(str(problem) for problem in found))
    return whole
