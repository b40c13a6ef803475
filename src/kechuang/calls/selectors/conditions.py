"""What the item's rule says of an application, by what is known of its subject."""

from __future__ import annotations

from kechuang.calls.models import Application
from kechuang.calls.selectors.subjects import subject_of
from kechuang.facts.selectors.rules import Judged, standing, verdict
from kechuang.pure.conditions.rules import Role, Verdict


def judged(application: Application) -> Judged | None:
    """Return the verdict of the rule version the application was begun under; ``None`` where its item has no rule."""
    if application.rule_version is None:
        return None
    return verdict(rule_version=application.rule_version, subject=subject_of(application), year=application.year)


def unmet_clauses(application: Application) -> list[str]:
    """Return the sentences of the needs and vetoes that stand against it; unknown does not (待核实).

    A rule taken over from elsewhere as a template is shown and never stands against anybody:
    another province's threshold is no rule of this city.
    """
    found = judged(application)
    if found is None or found.version.template:
        return []
    return [
        clause.text
        for clause in found.explained.clauses
        if clause.clause.role is not Role.POINTS and standing(clause) is Verdict.UNMET
    ]
