"""The facts of a submitted form become known of its subject: typed once, for every later form."""

from __future__ import annotations

from kechuang.calls.form.completeness import codes_of
from kechuang.calls.proceeding import Proceeding
from kechuang.calls.selectors.subjects import subject_of
from kechuang.catalogue.items import FactField, FileField
from kechuang.facts.models import Evidence
from kechuang.facts.services import Said, Spoken, facts_weigh
from kechuang.facts.sources import owner_of


def facts_of_form_weigh(proceeding: Proceeding) -> Spoken | None:
    """Hold every answered fact against what is known; what is new is written once the case has its number.

    What a register answers by itself is not declared; a value that contradicts a verified one
    opens a question and changes nothing.
    """
    subject, application = subject_of(proceeding.application), proceeding.application
    answers = proceeding.asked_answers
    asked = [field for _section, field in proceeding.definition.fields() if isinstance(field, FactField)]
    proofs = _proofs(proceeding)
    said = [
        Said(metric, int(year) if year else None, answers[code], evidence=proofs.get(metric))
        for field in asked
        if owner_of(subject.kind, field.fact) is None
        for code in codes_of(field, application.year)
        for metric, _at, year in (code.partition("@"),)
        if answers.get(code) not in (None, "")
    ]
    return facts_weigh(subject=subject, said=said, actor=proceeding.actor) if said else None


def _proofs(proceeding: Proceeding) -> dict[str, Evidence]:
    """Return metric → the evidence that was attached for it in this form."""
    files = [field for _section, field in proceeding.definition.fields() if isinstance(field, FileField)]
    chosen = {metric: ids[-1] for f in files if (ids := proceeding.answers.get(f.code)) for metric in f.evidence_for}
    kept = Evidence.objects.in_bulk(list(chosen.values()))
    return {metric: kept[int(pk)] for metric, pk in chosen.items() if int(pk) in kept}
