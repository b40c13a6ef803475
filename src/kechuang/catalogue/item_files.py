"""Reading the service items of a city: one file each, a city's own in place of a shared one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from kechuang.catalogue.items import ServiceItem
from kechuang.catalogue.measures import Metric
from kechuang.catalogue.reading import BrokenCatalogue, Problem, read_yaml

FOLDERS = ("template/items", "base/items", "{city}/items")


def items_read(
    root: Path, city: str, metrics: Iterable[Metric], note: Callable[[Problem], None]
) -> dict[str, ServiceItem]:
    """Read every item ``city`` is offered: templates, shared ones, then its own, which win.

    Code → item, in the order of the codes, with the entries of ``metrics`` beside the facts they
    ask for. What cannot be read is told to ``note``.
    """
    found: dict[str, ServiceItem] = {}
    for folder in (each.format(city=city) for each in FOLDERS):
        for path in sorted((root / folder).glob("*.yaml")):
            if item := _item(path, f"{folder}/{path.name}", note):
                found[item.item] = item
    dictionary = {metric.code: metric for metric in metrics}
    return {code: found[code].with_metrics(dictionary) for code in sorted(found)}


def _item(path: Path, shown: str, note: Callable[[Problem], None]) -> ServiceItem | None:
    try:
        item: ServiceItem = read_yaml(path, shown, ServiceItem)
    except BrokenCatalogue as refusal:
        for problem in refusal.problems:
            note(problem)
        return None
    if item.item != path.stem:
        note(Problem(shown, "item", f"事项代码 {item.item} 须与文件名一致"))
    if shown.startswith("template/") and not item.template:
        note(Problem(shown, item.item, "外地事项须标明 template: true"))
    return item
