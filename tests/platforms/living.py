"""What the tests of a platform's life stand on: rules, metrics and facts of one host, whole cases in a few lines."""

from __future__ import annotations

from datetime import date
from typing import Any

from kechuang.directory.models import Organisation
from kechuang.facts.loading import load as metrics_load
from kechuang.facts.models import Fact
from kechuang.facts.services.declaring import Said, facts_declare
from kechuang.facts.services.rules import rules_load
from kechuang.facts.services.verifying import Verdict, facts_verify
from kechuang.facts.subjects import subject_of
from kechuang.platforms import services
from kechuang.platforms.models import Evaluation, EvaluationRound, LifeRule, Platform, PlatformKind
from tests.platforms.conftest import Town, catalogue

YEAR = date.today().year - 1
FULL: dict[str, Any] = {
    "rd_expense": 1000,
    "revenue": 20000,
    "rd_staff": 40,
    "full_time_rd_staff": 25,
    "qualified_rd_staff": 32,
    "equipment_original_value": 900,
    "new_ip": 8,
    "invention_patents": 10,
    "conversion_income": 300,
    "services": 5,
}
"""Facts for which the sample index system of the catalogue gives 89.4 points."""


def prepare(town: Town) -> None:
    """Make the town's first type the catalogue's etrc, with its metrics and rules."""
    metrics_load(catalogue())
    rules_load(catalogue())
    PlatformKind.objects.filter(pk=town.kinds[0].pk).update(code="etrc")
    town.kinds[0].refresh_from_db()


def rule(kind: str, code: str) -> LifeRule:
    return LifeRule.objects.get(kind=kind, code=code, current=True)


def declare(town: Town, host: Organisation, year: int = YEAR, **values: Any) -> None:
    """Declare facts of ``host`` in its own name."""
    told = [Said(code, year, value, "示例来源") for code, value in values.items()]
    facts_declare(subject=subject_of(host), said=told, actor=town.actor("applicant", organisation=host))


def verify(town: Town, host: Organisation) -> None:
    rows = Fact.objects.filter(subject_id=host.pk)
    facts_verify(verdicts=[Verdict(row, None) for row in rows], actor=town.officer())


def running(town: Town, place: int = 0, **values: Any) -> Platform:
    """Return a recognised platform of host ``place``."""
    platform = town.platform(name=f"示例中心{place}", host=town.hosts[place], **values)
    town.recognise(platform)
    platform.refresh_from_db()
    return platform


def begun(town: Town, **values: Any) -> EvaluationRound:
    """Begin a round by the catalogue's sample scheme and index system."""
    today = date.today()
    told = {
        "title": "示例评价",
        "kind": town.kinds[0],
        "level": "municipal",
        "department": town.departments[0],
        "year": YEAR,
        "scheme": rule("scheme", "engineering_centre_outline"),
        "system": rule("system", "engineering_centre_outline"),
        "opens_on": today,
        "closes_on": today,
    }
    return services.round_begin(actor=town.officer(), **{**told, **values})


def reported(town: Town, round_: EvaluationRound, platform: Platform) -> Evaluation:
    """Hand in the self-report of ``platform``."""
    evaluation = round_.evaluations.get(platform=platform)
    host = Organisation.objects.get(pk=evaluation.host_id)
    services.evaluation_report(evaluation=evaluation, statement="示例自评", actor=town.host_admin(host))
    return evaluation
