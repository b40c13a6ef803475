"""Loading a city's catalogue from its folder; nothing is read before somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from kechuang.catalogue.bodies import Department, Role
from kechuang.catalogue.evaluation import AnnualReportForm, IndexSystem, LifeRules
from kechuang.catalogue.item_files import items_read
from kechuang.catalogue.kinds import Competence, DirectionSet, EvaluationScheme, Level, PlatformType
from kechuang.catalogue.measures import Indicator, Metric, PlanFacts
from kechuang.catalogue.places import City, Division, DivisionChange, WorkdayException
from kechuang.catalogue.publication import OpenDataRules, open_data_file
from kechuang.catalogue.reading import BrokenCatalogue, Problem, read_csv, read_plain, read_yaml
from kechuang.catalogue.reviews import ExpertBaseRules, ReviewScheme
from kechuang.catalogue.rules import rule_sets
from kechuang.catalogue.whole import Catalogue, Classification, Reference
from kechuang.catalogue.words import Words
from kechuang.pure.process import BrokenProcess, Process

__all__ = ["BrokenCatalogue", "Problem", "cities", "installed_root", "load"]

T = TypeVar("T")

TREE = ("code", "name", "level", "parent")

CITY_FILES: dict[str, tuple[str, Any]] = {
    "city": ("city.yaml", City),
    "departments": ("departments.yaml", tuple[Department, ...]),
    "platform_types": ("platform_types.yaml", tuple[PlatformType, ...]),
    "directions": ("directions.yaml", tuple[DirectionSet, ...]),
    "competence": ("competence.yaml", tuple[Competence, ...]),
    "indicators": ("indicators.yaml", tuple[Indicator, ...]),
}
BASE_FILES: dict[str, tuple[str, Any]] = {
    "roles": ("roles.yaml", tuple[Role, ...]),
    "levels": ("levels.yaml", tuple[Level, ...]),
    "metrics": ("metrics.yaml", tuple[Metric, ...]),
    "words": ("words.yaml", Words),
}
TABLES: dict[str, tuple[str, Any, tuple[str, ...]]] = {
    "divisions": ("divisions.csv", Division, TREE),
    "division_changes": (
        "division_changes.csv",
        DivisionChange,
        ("year", "kind", "old_code", "old_name", "new_code", "new_name"),
    ),
    "industries": ("industries.csv", Classification, TREE),
    "disciplines": ("disciplines.csv", Classification, TREE),
    "nsfc_disciplines": ("nsfc_disciplines.csv", Classification, TREE),
}
WORKDAYS = ("day", "works", "name")


def installed_root() -> Path:
    """Return the catalogue folder of this installation: the checkout's, else the one in the package."""
    package = Path(__file__).resolve().parents[1]
    checkout = package.parents[1] / "catalogue"
    return checkout if (checkout / "base").is_dir() else package / "_catalogue"


def cities(root: Path) -> list[str]:
    """Return the codes of the cities that have a folder with a ``city.yaml``."""
    return sorted(path.parent.name for path in root.glob("*/city.yaml"))


def load(root: Path, city: str) -> Catalogue:
    """Read everything under ``root`` that ``city`` is run by.

    Reads some 9,000 lines, about half a second: the caller keeps the result.
    Raises ``BrokenCatalogue`` with every complaint of every file, not only the first.
    """
    found: list[Problem] = []
    parts: dict[str, Any] = {}
    for folder, files in (("base", BASE_FILES), (city, CITY_FILES)):
        for key, (name, kind) in files.items():
            parts[key] = _kept(found, read_yaml, root / folder / name, f"{folder}/{name}", kind)
    parts["plans"] = _folder(found, root, f"{city}/plans", PlanFacts)
    parts["evaluations"] = _rows(found, root, "template/evaluations.yaml", EvaluationScheme)
    parts["index_systems"] = _folder(found, root, "template/index_systems", IndexSystem)
    parts["annual_reports"] = _rows(found, root, "template/annual_reports.yaml", AnnualReportForm)
    parts["life"] = _kept(found, read_yaml, root / "template/life.yaml", "template/life.yaml", LifeRules)
    parts["reviews"] = _folder(found, root, "template/reviews", ReviewScheme)
    parts["expert_base"] = _kept(
        found, read_yaml, root / "template/expert_base.yaml", "template/expert_base.yaml", ExpertBaseRules
    )
    open_data = open_data_file(root, city)
    parts["open_data"] = _kept(found, read_yaml, root / open_data, open_data, OpenDataRules)
    parts["rules"] = rule_sets(root, city, parts["metrics"], found.append) if parts["metrics"] else ()
    parts["processes"] = _processes(found, root, ("base/processes", f"{city}/processes"))
    parts["items"] = items_read(root, city, parts["metrics"] or (), found.append)
    parts["reference"] = _reference(found, root, city)
    if found:
        raise BrokenCatalogue(found)
    return Catalogue.model_construct(**parts)


def _kept(found: list[Problem], read: Callable[..., T], *asked: Any) -> T | None:
    """Return what ``read`` reads, or note its complaints and return nothing."""
    try:
        return read(*asked)
    except BrokenCatalogue as refusal:
        found.extend(refusal.problems)
        return None


def _folder(found: list[Problem], root: Path, folder: str, kind: Any) -> tuple[Any, ...]:
    paths = sorted((root / folder).glob("*.yaml"))
    return tuple(_kept(found, read_yaml, path, f"{folder}/{path.name}", kind) for path in paths)


def _rows(found: list[Problem], root: Path, name: str, kind: Any) -> Any:
    return _kept(found, read_yaml, root / name, name, tuple[kind, ...]) if (root / name).exists() else ()


def _processes(found: list[Problem], root: Path, folders: Sequence[str]) -> dict[str, Process]:
    """Read every process; a city's table of the same name stands in for the shared one."""
    processes: dict[str, Process] = {}
    for folder in folders:
        for path in sorted((root / folder).glob("*.yaml")):
            if process := _kept(found, _process, path, f"{folder}/{path.name}"):
                processes[process.name] = process
    return processes


def _process(path: Path, shown: str) -> Process:
    written = read_plain(path, shown)
    if not isinstance(written, dict):
        raise BrokenCatalogue([Problem(shown, "", "流程文件应写成“键: 值”的形式")])
    try:
        process = Process.from_dict(written)
    except BrokenProcess as refusal:
        raise BrokenCatalogue([Problem(shown, refusal.name, text) for text in refusal.problems]) from None
    if process.name != path.stem:
        raise BrokenCatalogue([Problem(shown, "process", f"流程名 {process.name} 须与文件名一致")])
    return process


def _reference(found: list[Problem], root: Path, city: str) -> Reference | None:
    before = len(found)
    parts: dict[str, Any] = {
        key: _kept(found, read_csv, root / "base" / name, f"base/{name}", kind, columns)
        for key, (name, kind, columns) in TABLES.items()
    }
    exceptions: dict[Any, WorkdayException] = {}
    for name in ("base/workdays.csv", "base/workdays_override.csv", f"{city}/workdays_override.csv"):
        if not (root / name).exists() and name != "base/workdays.csv":
            continue
        rows = _kept(found, read_csv, root / name, name, WorkdayException, WORKDAYS)
        exceptions.update({row.day: row for row in rows or ()})
    if len(found) > before:
        return None
    parts["workday_exceptions"] = tuple(exceptions[day] for day in sorted(exceptions))
    return Reference.model_construct(**parts)
