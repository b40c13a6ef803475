"""F1 of the reader on the corpus: ``python -m tests.pure.plans.score [folder]``.

A task counts where number, section, kind and title are right; a department counts per task
and side (departments, lead, cooperating, local); every indicator cell counts by itself.
"""

import sys
from collections import Counter
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any

from kechuang.pure.plans import PlanReading, read_text
from tests.pure.plans.gold import CORPUS, Gold, load

FIELDS = ("tasks", "departments", "flags", "indicators", "milestones", "sections", "document")
_SIDES = ("departments", "lead", "cooperating", "local", "lead_offices", "cooperating_offices")
_FLAGS = ("role", "et_al", "by_duty", "with_others", "scope")
Facts = dict[str, Counter[Hashable]]


def facts_of_gold(gold: Gold) -> Facts:
    """Return the gold's facts, field by field."""
    cells = [(row, row["base"], row["targets"]) for row in gold.indicators]
    return {
        "tasks": Counter((t["no"], t["section"], t["kind"], t["title"]) for t in gold.tasks),
        "departments": _departments(gold.tasks),
        "flags": _flags(gold.tasks),
        "indicators": _indicator_facts(cells),
        "milestones": Counter(gold.milestones),
        "sections": Counter(gold.sections),
        "document": _document(gold.document),
    }


def facts_of(reading: PlanReading) -> Facts:
    """Return the same facts of a reading."""
    data = reading.as_dict()
    cells = [(row, _cell(row["base"]), [_cell(target) for target in row["targets"]]) for row in data["indicators"]]
    return {
        "tasks": Counter((t["no"], t["section"], t["kind"], t["title"]) for t in data["tasks"]),
        "departments": _departments(data["tasks"]),
        "flags": _flags(data["tasks"]),
        "indicators": _indicator_facts(cells),
        "milestones": Counter((m["when"], m["what"]) for m in data["milestones"]),
        "sections": Counter((s["path"], s["title"]) for s in data["sections"]),
        "document": _document(data["document"]),
    }


def _departments(tasks: Iterable[dict[str, Any]]) -> Counter[Hashable]:
    return Counter(
        (task["no"], task["section"], place, side, name)
        for task in tasks
        for place, group in enumerate(task["responsibilities"])
        for side in _SIDES
        for name in group[side]
    )


def _flags(tasks: Iterable[dict[str, Any]]) -> Counter[Hashable]:
    return Counter(
        (task["no"], task["section"], place, flag, group[flag])
        for task in tasks
        for place, group in enumerate(task["responsibilities"])
        for flag in _FLAGS
        if group[flag]
    )


def _cell(cell: dict[str, Any] | None) -> Hashable:
    if cell is None:
        return None
    parts = tuple((name, float(value)) for name, value in (cell["parts"] or {}).items())
    return cell["year"], cell.get("op", "="), float(cell["value"]), parts


def _indicator_facts(rows: Iterable[tuple[dict[str, Any], Any, list[Any]]]) -> Counter[Hashable]:
    facts: Counter[Hashable] = Counter()
    for row, base, targets in rows:
        facts[row["name"], "base", base] += 1
        facts.update((row["name"], "target", target) for target in targets)
        facts.update((row["name"], key, row[key]) for key in ("unit", "growth_stated", "attribute", "basis"))
        facts.update((row["name"], "department", name) for name in row["departments"])
    return facts


def _document(document: dict[str, Any]) -> Counter[Hashable]:
    return Counter(
        (key, tuple(value) if isinstance(value, (list, tuple)) else value) for key, value in document.items()
    )


def f1(gold: Counter[Hashable], read: Counter[Hashable]) -> float:
    """Return 2·hits / (gold + read), 1 where both are empty."""
    total = gold.total() + read.total()
    return 1.0 if total == 0 else 2 * (gold & read).total() / total


def score(documents: list[Gold]) -> dict[str, dict[str, float]]:
    """Return the F1 per document and field; "total" pools all facts of all documents."""
    table: dict[str, dict[str, float]] = {}
    pooled = {name: [0, 0] for name in FIELDS}
    for document in documents:
        gold, read = facts_of_gold(document), facts_of(read_text(document.text))
        table[document.name] = {name: f1(gold[name], read[name]) for name in FIELDS}
        for name in FIELDS:
            pooled[name][0] += 2 * (gold[name] & read[name]).total()
            pooled[name][1] += gold[name].total() + read[name].total()
    table["total"] = {name: hits / all_ if all_ else 1.0 for name, (hits, all_) in pooled.items()}
    return table


def differences(document: Gold) -> list[str]:
    """Return what the reader missed (-) and what it made up (+), for a person to look at."""
    gold, read = facts_of_gold(document), facts_of(read_text(document.text))
    lines = []
    for name in FIELDS:
        lines += [f"  - {name} {fact}" for fact in (gold[name] - read[name]).elements()]
        lines += [f"  + {name} {fact}" for fact in (read[name] - gold[name]).elements()]
    kinds = {finding.kind for finding in read_text(document.text).findings}
    if kinds != document.findings:
        lines.append(f"  ! findings {sorted(document.findings)} read as {sorted(kinds)}")
    return lines


def main(arguments: list[str]) -> None:
    """Print the table, and with ``--why`` what differs."""
    folders = [Path(argument) for argument in arguments if not argument.startswith("--")]
    documents = load(folders[0] if folders else CORPUS)
    table = score(documents)
    lines = [f"{'':<36}" + "".join(f"{name:>13}" for name in FIELDS)]
    lines += [f"{name:<36}" + "".join(f"{row[field]:13.3f}" for field in FIELDS) for name, row in table.items()]
    if "--why" in arguments:
        for document in documents:
            found = differences(document)
            lines += [document.name, *found] if found else []
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
