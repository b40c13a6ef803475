"""The corpus: a document and, below a line of ====, what a careful officer would read in it.

A line of gold is one fact: ``title:``, ``issued:``, ``number:``, ``issuers:``, ``signed:``,
``published:``, ``effective:``, ``note:``; ``S path title``; ``T section no kind title :: duties``
(groups split by ``||``); ``I name|unit|base|targets|growth|attribute|departments|basis``;
``M when what``; ``F kinds``. ``-`` stands for absent.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parent / "corpus"
FRESH = Path(__file__).parent / "fresh"
_CELL = re.compile(r"^(?P<year>\d{4}|-)(?P<op>[=≥>≤<≈])(?P<value>[\d.]+)(?:\((?P<parts>[^)]*)\))?$")
_NAMES = {"dep": "departments", "lead": "lead", "coop": "cooperating", "local": "local", "lo": "lead_offices"}
_NAMES |= {"co": "cooperating_offices"}
_FLAGS = {"et": "et_al", "duty": "by_duty", "others": "with_others"}
_FIELDS = {"issued": "issued_plan", "number": "document_number", "signed": "signed_on"}
_FIELDS |= {"published": "published_on", "effective": "effective_on", "note": "note", "title": "title"}


@dataclass
class Gold:
    """One document with its facts in the shape of the reader's JSON."""

    name: str
    text: str
    document: dict[str, Any] = field(default_factory=dict)
    sections: list[tuple[str, str]] = field(default_factory=list)
    tasks: list[dict[str, Any]] = field(default_factory=list)
    indicators: list[dict[str, Any]] = field(default_factory=list)
    milestones: list[tuple[str, str]] = field(default_factory=list)
    findings: set[str] = field(default_factory=set)


def load(folder: Path = CORPUS) -> list[Gold]:
    """Return the documents of a folder by name."""
    return [parse(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.txt"))]


def parse(name: str, content: str) -> Gold:
    """Part a corpus file in document and gold."""
    text, _, facts = content.partition("\n====\n")
    gold = Gold(name, text + "\n")
    gold.document = dict.fromkeys(("title", "issued_plan", "document_number"))
    gold.document |= {"issuers": [], "signed_on": None, "published_on": None, "effective_on": None, "note": None}
    for line in facts.splitlines():
        if line.strip():
            _fact(gold, line.strip())
    return gold


def _fact(gold: Gold, line: str) -> None:
    head, _, rest = line.partition(" ")
    if head == "S":
        path, _, title = rest.partition(" ")
        gold.sections.append((path, title))
    elif head == "T":
        gold.tasks.append(_task(rest))
    elif head == "I":
        gold.indicators.append(_indicator(rest))
    elif head == "M":
        when, _, what = rest.partition(" ")
        gold.milestones.append((when, what))
    elif head == "F":
        gold.findings = set(rest.split())
    elif head == "issuers:":
        gold.document["issuers"] = rest.split()
    else:
        gold.document[_FIELDS[head.rstrip(":")]] = rest


def _task(rest: str) -> dict[str, Any]:
    words, _, duties = rest.partition("::")
    section, no, kind, *title = words.strip().split(" ")
    groups = [_group(group) for group in duties.split("||") if group.strip()]
    return {
        "no": None if no == "-" else no,
        "section": None if section == "-" else section,
        "kind": kind,
        "title": "".join(title),
        "responsibilities": groups,
    }


def _group(text: str) -> dict[str, Any]:
    group: dict[str, Any] = {name: [] for name in _NAMES.values()}
    group |= dict.fromkeys(_FLAGS.values(), False) | {"role": None, "scope": None}
    for fact in text.strip().split(";"):
        key, _, value = fact.strip().partition("=")
        if key in _NAMES:
            group[_NAMES[key]] = re.split(r"、(?![^（(]*[)）])", value) if key != "local" else value.split("+")
        elif key in _FLAGS:
            group[_FLAGS[key]] = True
        else:
            group[key] = value
    return group


def _indicator(rest: str) -> dict[str, Any]:
    cells = [*rest.split("|"), *["-"] * 8][:8]
    name, unit, base, targets, growth, attribute, departments, basis = ("" if c == "-" else c for c in cells)
    return {
        "name": name,
        "unit": unit or None,
        "base": _cell(base) if base else None,
        "targets": [_cell(target) for target in targets.split()],
        "growth_stated": growth or None,
        "attribute": attribute or None,
        "departments": departments.split("、") if departments else [],
        "basis": basis or None,
    }


def _cell(text: str) -> tuple[int | None, str, float, tuple[tuple[str, float], ...]]:
    found = _CELL.match(text)
    if found is None:
        raise ValueError(text)
    parts = [part.split(":") for part in (found["parts"] or "").split(",") if part]
    year = None if found["year"] == "-" else int(found["year"])
    return year, found["op"], float(found["value"]), tuple((name, float(value)) for name, value in parts)
