"""Checking a catalogue as a whole: what each file alone cannot know."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import combinations

from kechuang.catalogue.evaluation import system_problems
from kechuang.catalogue.item_checking import item_problems
from kechuang.catalogue.kinds import Competence
from kechuang.catalogue.measures import Clause, PlanFacts, PlannedIndicator, repeated
from kechuang.catalogue.reading import Problem
from kechuang.catalogue.whole import Catalogue

EMPTY_BRACKET = re.compile(r"\(\s*\)|（\s*）")
"""A character lost from the printed text: 各县()人民政府. What is printed in reports must be whole."""


def problems(catalogue: Catalogue) -> list[Problem]:
    """Return every contradiction between the parts, in the order of the files; [] when there is none."""
    return [problem for check in CHECKS for problem in check(catalogue)]


def _codes(catalogue: Catalogue) -> Iterator[Problem]:
    city = catalogue.city.code
    lists: dict[str, list[str]] = {
        "base/roles.yaml": [each.code for each in catalogue.roles],
        "base/levels.yaml": [each.code for each in catalogue.levels],
        "base/metrics.yaml": [each.code for each in catalogue.metrics],
        f"{city}/city.yaml": [each.code for each in catalogue.city.counties],
        f"{city}/departments.yaml": [each.code for each in catalogue.departments],
        f"{city}/platform_types.yaml": [each.code for each in catalogue.platform_types],
        f"{city}/indicators.yaml": [each.code for each in catalogue.indicators],
        f"{city}/plans": [each.code for each in catalogue.plans],
        f"{city}/directions.yaml": [item.code for each in catalogue.directions for item in each.items],
        "template/evaluations.yaml": [each.code for each in catalogue.evaluations],
    }
    for file, codes in lists.items():
        for code in repeated(codes):
            yield Problem(file, code, "代码重复")


def _names(catalogue: Catalogue) -> Iterator[Problem]:
    """Two departments or types under one name would be matched by chance."""
    file = f"{catalogue.city.code}/departments.yaml"
    for name in repeated([name for each in catalogue.departments for name in sorted(each.all_names)]):
        yield Problem(file, name, "两个部门使用了同一名称")
    types = f"{catalogue.city.code}/platform_types.yaml"
    for name in repeated([name for each in catalogue.platform_types for name in (each.name, *each.other_names)]):
        yield Problem(types, name, "两个平台类别使用了同一名称")


def _places(catalogue: Catalogue) -> Iterator[Problem]:
    file, divisions = f"{catalogue.city.code}/city.yaml", catalogue.reference.division_names()
    for code in (catalogue.city.division, catalogue.city.province):
        if code not in divisions:
            yield Problem(file, code, "行政区划代码不在 GB/T 2260 表中")
    for county in catalogue.city.counties:
        if county.division is None and county.kind != "management_committee":
            yield Problem(file, county.code, "县区须有行政区划代码")
        if county.division and divisions.get(county.division) != county.name:
            yield Problem(file, county.code, f"行政区划代码 {county.division} 与名称 {county.name} 不符")
    for place in repeated([f"{each.tile.row},{each.tile.column}" for each in catalogue.city.counties]):
        yield Problem(file, place, "磁贴地图上两个县区位置相同")


def _types(catalogue: Catalogue) -> Iterator[Problem]:
    file = f"{catalogue.city.code}/platform_types.yaml"
    types = {each.code for each in catalogue.platform_types}
    sets = {each.code for each in catalogue.directions}
    for each in catalogue.platform_types:
        yield from _unknown(file, each.code, "方向", each.directions, sets)
        yield from _unknown(file, each.code, "平台类别", each.not_same_as, types)
        for field in each.extra_fields:
            if (field.kind == "choice") != bool(field.choices):
                yield Problem(file, f"{each.code}.{field.code}", "选项字段须列出 choices，其他字段不得列出")
    # Exports name an own field by its code alone, so a code must mean one thing in every type.
    meant = {
        (one.code, one.label, one.kind, one.unit) for each in catalogue.platform_types for one in each.extra_fields
    }
    for code in repeated([code for code, *_meaning in sorted(meant, key=str)]):
        yield Problem(file, code, "同一字段代码在不同类别中含义不同")


def _unknown(file: str, path: str, noun: str, named: Iterable[str], known: set[str]) -> Iterator[Problem]:
    for code in named:
        if code not in known:
            yield Problem(file, path, f"引用了不存在的{noun} {code}")


def _competence(catalogue: Catalogue) -> Iterator[Problem]:
    file = f"{catalogue.city.code}/competence.yaml"
    types = {each.code for each in catalogue.platform_types}
    levels = {each.code for each in catalogue.levels}
    departments = {each.code for each in catalogue.departments}
    for number, row in enumerate(catalogue.competence):
        path = f"[{number}] {row.type}/{row.level}"
        yield from _unknown(file, path, "平台类别", (row.type,), types)
        yield from _unknown(file, path, "级别", (row.level,), levels)
        yield from _unknown(file, path, "部门", (row.department, *row.partners), departments)
        if row.verified_by and not row.document:
            yield Problem(file, path, "已核实的归口须写明依据文件")
    for one, other in combinations(catalogue.competence, 2):
        if (one.type, one.level) == (other.type, other.level) and _overlap(one, other):
            yield Problem(file, f"{one.type}/{one.level}", "同一类别同一级别的归口在时间上重叠")
    for code in sorted(types - {row.type for row in catalogue.competence}):
        yield Problem(file, code, "该平台类别没有任何归口部门")


def _overlap(one: Competence, other: Competence) -> bool:
    def begins(row: Competence) -> date:
        return row.effective_from or date.min

    def ends(row: Competence) -> date:
        return row.effective_to or date.max

    return begins(one) < ends(other) and begins(other) < ends(one)


def _processes(catalogue: Catalogue) -> Iterator[Problem]:
    """Roles exist; the tables' own rules were kept when they were read."""
    roles = {each.code for each in catalogue.roles}
    for name, process in sorted(catalogue.processes.items()):
        yield from _unknown(f"processes/{name}.yaml", name, "角色", sorted(process.roles), roles)


def _indicators(catalogue: Catalogue) -> Iterator[Problem]:
    file = f"{catalogue.city.code}/indicators.yaml"
    for each in catalogue.indicators:
        yield from _unknown(file, each.code, "平台类别", each.types, {one.code for one in catalogue.platform_types})
        yield from _unknown(file, each.code, "级别", each.levels, {one.code for one in catalogue.levels})
        yield from _unknown(file, each.code, "部门", each.departments, {one.code for one in catalogue.departments})


def _plans(catalogue: Catalogue) -> Iterator[Problem]:
    for plan in catalogue.plans:
        file = f"{catalogue.city.code}/plans/{plan.code.replace('_', '-')}.yaml"
        for clause in plan.clauses:
            yield from _clause(catalogue, file, clause)
        for row in plan.indicators:
            yield from _planned(catalogue, file, row)
        if plan.goal and plan.total(plan.goal.year) != plan.goal.value:
            total = plan.total(plan.goal.year)
            yield Problem(file, "goal", f"{plan.goal.year} 年总目标 {plan.goal.value} 与各指标之和 {total} 不符")
        yield from _clause_numbers(file, plan)


def _clause_numbers(file: str, plan: PlanFacts) -> Iterator[Problem]:
    for place in repeated([f"{clause.section}/{clause.no}" for clause in plan.clauses]):
        yield Problem(file, place, "条目编号重复")


def _clause(catalogue: Catalogue, file: str, clause: Clause) -> Iterator[Problem]:
    path = f"{clause.section}/{clause.no}"
    for duty in clause.responsibilities:
        for name in (*duty.departments, *duty.lead, *duty.cooperating):
            if catalogue.department_named(name) is None:
                yield Problem(file, path, f"责任单位 {name} 不在部门表中")
        yield from _unknown(file, path, "县区统称", duty.local, set(catalogue.city.collective_names))
        yield from _gaps(file, path, (*duty.departments, *duty.lead, *duty.cooperating, *duty.local))
    yield from _gaps(file, path, (clause.title, clause.summary))
    yield from _unknown(file, path, "平台类别", clause.served_by, {one.code for one in catalogue.platform_types})


def _gaps(file: str, path: str, texts: Iterable[str | None]) -> Iterator[Problem]:
    for text in texts:
        if text and EMPTY_BRACKET.search(text):
            yield Problem(file, path, f"括号里是空的：{text}")


def _planned(catalogue: Catalogue, file: str, row: PlannedIndicator) -> Iterator[Problem]:
    levels = {each.code for each in catalogue.levels}
    yield from _unknown(file, row.printed, "指标", (row.indicator,), {each.code for each in catalogue.indicators})
    for figure in (row.base, *row.targets):
        yield from _unknown(file, f"{row.printed} {figure.year}", "级别", figure.parts, levels)
    for name in row.departments:
        if catalogue.department_named(name) is None:
            yield Problem(file, row.printed, f"责任部门 {name} 不在部门表中")


def _evaluations(catalogue: Catalogue) -> Iterator[Problem]:
    """A template may be for types this city does not have; then it is simply not offered."""
    file = "template/evaluations.yaml"
    types, levels = {each.code for each in catalogue.platform_types}, {each.code for each in catalogue.levels}
    for scheme in catalogue.evaluations:
        yield from _unknown(file, scheme.code, "平台类别", () if scheme.template else scheme.types, types)
        yield from _unknown(file, scheme.code, "级别", (scheme.level,), levels)
        if not scheme.template and not scheme.verified_by:
            yield Problem(file, scheme.code, "外地规则须标明 template: true")
        for upper, lower in zip(scheme.bands, scheme.bands[1:], strict=False):
            if upper.at_least is not None and upper.at_least != lower.below:
                yield Problem(file, scheme.code, f"等级 {upper.grade} 与 {lower.grade} 的分数线不衔接")


def _rules(catalogue: Catalogue) -> Iterator[Problem]:
    """Rules were proved by their cases when they were read; a template may be for types this city does not have."""
    types, levels = {each.code for each in catalogue.platform_types}, {each.code for each in catalogue.levels}
    for each in catalogue.rules:
        _purpose, type_code, level, _variant = each.parts
        yield from _unknown(each.file, each.code, "平台类别", () if each.rule.template else (type_code,), types)
        yield from _unknown(each.file, each.code, "级别", (level,), levels)


def _reviews(catalogue: Catalogue) -> Iterator[Problem]:
    """A scheme of review is named once; the expert base is kept by a department of this city."""
    for code in repeated([each.code for each in catalogue.reviews]):
        yield Problem("template/reviews", code, "代码重复")
    schemes = {each.code for each in catalogue.reviews}
    for name, item in sorted(catalogue.items.items()):
        yield from _unknown(f"items/{name}.yaml", name, "评审办法", [item.rubric] if item.rubric else [], schemes)
    departments = {each.code for each in catalogue.departments}
    yield from _unknown("template/expert_base.yaml", "keeper", "部门", (catalogue.expert_base.keeper,), departments)


def _life(catalogue: Catalogue) -> Iterator[Problem]:
    """Index systems must add up and pass their cases; reports ask only for metrics the dictionary has."""
    file, metrics = "template/index_systems", {each.code for each in catalogue.metrics}
    for code in repeated([each.code for each in catalogue.index_systems]):
        yield Problem(file, code, "代码重复")
    yield from system_problems(file, catalogue.index_systems, catalogue.metrics)
    file = "template/annual_reports.yaml"
    for code in repeated([each.code for each in catalogue.annual_reports]):
        yield Problem(file, code, "代码重复")
    for each in catalogue.annual_reports:
        yield from _unknown(file, each.code, "指标", each.metrics, metrics)
    kinds = [*(each.code for each in catalogue.life.changes), *(each.code for each in catalogue.life.grounds)]
    for code in repeated(kinds):
        yield Problem("template/life.yaml", code, "代码重复")


def _reference(catalogue: Catalogue) -> Iterator[Problem]:
    trees = {
        "base/divisions.csv": [(row.code, row.parent) for row in catalogue.reference.divisions],
        "base/industries.csv": [(row.code, row.parent) for row in catalogue.reference.industries],
        "base/disciplines.csv": [(row.code, row.parent) for row in catalogue.reference.disciplines],
        "base/nsfc_disciplines.csv": [(row.code, row.parent) for row in catalogue.reference.nsfc_disciplines],
    }
    for file, rows in trees.items():
        codes = {code for code, _ in rows}
        for code in repeated([code for code, _ in rows]):
            yield Problem(file, code, "代码重复")
        for code, parent in rows:
            if parent and parent not in codes:
                yield Problem(file, code, f"上级代码 {parent} 不存在")


CHECKS: tuple[Callable[[Catalogue], Iterator[Problem]], ...] = (
    _codes,
    _names,
    _places,
    _types,
    _competence,
    _processes,
    item_problems,
    _indicators,
    _plans,
    _evaluations,
    _life,
    _rules,
    _reviews,
    _reference,
)
