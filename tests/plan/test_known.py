"""The plan of Anshun from the catalogue's facts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kechuang.catalogue.whole import Catalogue
from kechuang.plan import services
from kechuang.plan.figures import plain
from kechuang.plan.loading import load
from kechuang.plan.models import Plan, ResponsibleBody
from kechuang.plan.selectors.readings import plan_readings

pytestmark = pytest.mark.usefixtures("processes", "departments")


@pytest.mark.capability("C1")
@pytest.mark.capability("C3")
@pytest.mark.capability("C4")
def test_the_catalogue_gives_fourteen_clauses_and_five_indicators(catalogue: Catalogue) -> None:
    [plan] = services.plan_load_catalogue(catalogue)

    assert (plan.state, plan.version, plan.year_from, plan.year_to) == ("published", 1, 2021, 2023)
    kinds = list(plan.clauses.values_list("kind", flat=True))
    assert (kinds.count("task"), kinds.count("guarantee"), len(kinds)) == (10, 4, 14)
    readings = plan_readings(plan=plan, on=date(2023, 12, 31))
    sums = {2020: sum(reading.base or 0 for reading in readings)}
    for year in (2021, 2022, 2023):
        sums[year] = sum(reading.path.targets[year] for reading in readings)
    assert sums == {2020: 30, 2021: 33, 2022: 37, 2023: 42}
    assert (plan.goal_year, plan.goal_value) == (2023, 42)


@pytest.mark.capability("C103")
def test_stated_and_computed_growth_stand_side_by_side(catalogue: Catalogue) -> None:
    [plan] = services.plan_load_catalogue(catalogue)
    rows = [
        (reading.growth_stated, str(reading.growth_computed), reading.growth_differs)
        for reading in plan_readings(plan=plan, on=date(2023, 12, 31))
    ]
    assert rows == [
        ("10", "6.3", True),
        ("10", "7.7", True),
        ("13", "13.3", False),
        ("15", "14.5", True),
        ("12", "20.5", True),
    ]


def test_every_department_of_the_plan_is_matched_to_the_directory(catalogue: Catalogue) -> None:
    [plan] = services.plan_load_catalogue(catalogue)
    bodies = ResponsibleBody.objects.filter(responsibility__clause__plan=plan)
    assert set(bodies.filter(department=None).values_list("printed", flat=True)) == {"各县（区）人民政府"}
    first = plan.clauses.get(no="（一）", section="二").responsibilities.get()
    assert (first.role, first.et_al, first.by_duty, first.bodies.count()) == ("负责", True, True, 10)
    assert not first.bodies.filter(part="lead").exists()


def test_levels_of_a_figure_are_kept(catalogue: Catalogue) -> None:
    [plan] = services.plan_load_catalogue(catalogue)
    centres = plan.indicators.get(code="enterprise_technology_centres")
    assert centres.base_parts == {"national": "4", "provincial": "7"}
    assert [(t.year, plain(t.value), t.parts) for t in centres.targets.all()] == [
        (2021, 13, {"national": "4", "provincial": "9"}),
        (2022, 14, {"national": "4", "provincial": "10"}),
        (2023, 16, {"national": "5", "provincial": "11"}),
    ]


def test_what_serves_a_clause_is_known_and_makes_no_new_version(catalogue: Catalogue) -> None:
    [plan] = services.plan_load_catalogue(catalogue)
    wanted = {"（二）": ["new_rd_institution"], "（十）": ["incubator", "maker_space"], "（六）": []}
    assert _served(plan, wanted) == wanted

    plan.clauses.update(served_by=[])
    assert services.plan_load_catalogue(catalogue) == []
    assert _served(plan, wanted) == wanted
    plan.clauses.filter(no="（十）").update(served_by=[])
    services.plan_load_catalogue(catalogue)
    assert _served(plan, wanted) == {**wanted, "（十）": []}


def _served(plan: Plan, numbers: dict[str, list[str]]) -> dict[str, list[str]]:
    return dict(plan.clauses.filter(section="二", no__in=numbers).values_list("no", "served_by"))


def test_loading_again_changes_nothing(catalogue: Catalogue) -> None:
    services.plan_load_catalogue(catalogue)
    assert services.plan_load_catalogue(catalogue) == []
    assert Plan.objects.count() == 1


def test_corrected_facts_become_a_draft_for_the_office(catalogue: Catalogue, keeper: Any) -> None:
    services.plan_load_catalogue(catalogue)
    facts = catalogue.plans[0]
    corrected = facts.model_copy(update={"document_number": "示例〔2021〕1号"})
    [draft] = services.plan_load_catalogue(catalogue.model_copy(update={"plans": (corrected,)}))
    assert (draft.code, draft.version, draft.state) == (facts.code, 2, "draft")
    assert draft.clauses.get(section="二", no="（八）").served_by == ["pilot_platform"]
    services.plan_publish(plan=draft, actor=keeper)
    assert list(Plan.objects.order_by("version").values_list("state", flat=True)) == ["superseded", "published"]


def test_loading_the_catalogue_stores_its_plans(catalogue: Catalogue) -> None:
    load(catalogue)
    assert list(Plan.objects.values_list("code", "state")) == [("anshun_2021_2023", "published")]
