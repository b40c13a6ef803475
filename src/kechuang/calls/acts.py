"""What follows from a step in the same transaction, by the words a process may put under ``does``.

An act gives values that are written with the state (``values``), or does its work once the
move is recorded (``after``). What an act refuses undoes the whole step.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.calls import registries
from kechuang.calls.models import (
    Correction,
    CorrectionItem,
    Decision,
    EffectRecord,
    Extension,
    PlainScore,
    Publicity,
)
from kechuang.calls.proceeding import Proceeding
from kechuang.catalogue.items import Question
from kechuang.kernel import numbering
from kechuang.kernel.errors import Refused

Values = Callable[[Proceeding], dict[str, Any]]
After = Callable[[Proceeding], None]
SERIES = "SL"
DECISIONS = "科创审"  # the series of decisions whose item names none
CERTIFICATE = "ZS"


@dataclass(frozen=True, slots=True)
class Act:
    """What a word under ``does`` means."""

    values: Values | None = None
    after: After | None = None


def _number(proceeding: Proceeding) -> dict[str, Any]:
    """Give the number of the case with its first submission; a later one keeps it."""
    if proceeding.application.number:
        return {}
    return {
        "number": numbering.formatted(SERIES, proceeding.today.year),
        "submitted_at": proceeding.now,
        "phone_tail": _phone_tail(proceeding),
    }


def _phone_tail(proceeding: Proceeding) -> str:
    phones = [
        str(proceeding.answers.get(field.code) or "")
        for _section, field in proceeding.definition.fields()
        if isinstance(field, Question) and field.type == "phone"
    ]
    digits = "".join(letter for letter in next(filter(None, phones), "") if letter.isdecimal())
    return digits[-4:]


def _accept(proceeding: Proceeding) -> dict[str, Any]:
    return {"accepted_on": proceeding.today}


def _open_correction(proceeding: Proceeding) -> None:
    stated = proceeding.stated
    correction = Correction.objects.create(
        application=proceeding.application,
        number=proceeding.application.corrections.count() + 1,
        raised_by_id=proceeding.actor.person_id,
        due_on=date.fromisoformat(stated["due_on"]),
        why_again=stated["why_again"],
    )
    CorrectionItem.objects.bulk_create(
        CorrectionItem(correction=correction, code=code, note=note, before=_standing(proceeding, code))
        for code, note in stated["corrections"].items()
    )


def _standing(proceeding: Proceeding, code: str) -> dict[str, Any]:
    """Return the answers that belong to the field ``code``: one, or a fact's for each year."""
    return {key: value for key, value in proceeding.answers.items() if key.split("@")[0] == code}


def _close_correction(proceeding: Proceeding) -> None:
    correction = proceeding.open_correction()
    if correction is None:
        return
    for item in correction.items.all():
        item.after = _standing(proceeding, item.code)
        item.save(update_fields=["after"])
    correction.closed_at = proceeding.now
    correction.save(update_fields=["closed_at"])


def _publish(proceeding: Proceeding) -> None:
    opens_on = date.fromisoformat(proceeding.stated.get("opens_on") or proceeding.today.isoformat())
    Publicity.objects.create(
        application=proceeding.application,
        opens_on=opens_on,
        closes_on=proceeding.publicity_ends(opens_on),
        shown=public_text(proceeding),
        published_by_id=proceeding.actor.person_id,
    )


def public_text(proceeding: Proceeding) -> dict[str, Any]:
    """Return what the public reads of an application: names, and the answers its form marks public."""
    application = proceeding.application
    answers = {
        field.label: proceeding.answers[field.code]
        for _section, field in proceeding.definition.fields()
        if isinstance(field, Question) and field.public and field.code in proceeding.answers
    }
    return {
        "item": proceeding.definition.title,
        "title": application.title,
        "organisation": application.organisation.name,
        "county": application.county.short_name,
        "department": application.department.name,
        "answers": answers,
    }


def _decide(proceeding: Proceeding) -> None:
    stated, application = proceeding.stated, proceeding.application
    outcome = _outcome(proceeding)
    if outcome == Decision.Outcome.REFUSED and not proceeding.reason.strip():
        raise Refused(_("不予通过须写明理由。"), field="reason")
    try:
        with transaction.atomic():
            decision, made = Decision.objects.get_or_create(
                application=application,
                defaults={
                    "outcome": outcome,
                    "number": stated.get("number") or stated.get("outside_number") or _document_number(proceeding),
                    "decided_on": date.fromisoformat(_decided_on(proceeding)),
                    "minutes": proceeding.stated_before("minutes") or "",
                    "reasons": proceeding.reason.strip(),
                    "decided_by_id": proceeding.actor.person_id,
                },
            )
    except IntegrityError:
        raise Refused(_("决定的内容不完整，请检查文号、日期和理由。"), field="number") from None
    if not made:
        raise Refused(_("本件已经作出决定。"))
    application.decision = decision


def _decided_on(proceeding: Proceeding) -> str:
    stated = proceeding.stated
    return str(stated.get("decided_on") or stated.get("outside_on") or proceeding.today.isoformat())


def _outcome(proceeding: Proceeding) -> Decision.Outcome:
    """Return how the case ends: as the state it goes to is marked, else as the outside body decided."""
    marks = proceeding.marks(proceeding.step.target)
    if "refused" in marks or proceeding.stated.get("outside_outcome") == "refused":
        return Decision.Outcome.REFUSED
    return Decision.Outcome.APPROVED


def _document_number(proceeding: Proceeding) -> str:
    paper = proceeding.definition.paper
    series = paper.series if paper else DECISIONS
    return f"{series}〔{proceeding.today.year}〕{numbering.take(f'paper:{series}'[:40], proceeding.today.year)}号"


def _effect(proceeding: Proceeding) -> None:
    """Run the item's effect once; whatever it refuses undoes the decision."""
    asked, decision = proceeding.definition.effect, proceeding.application.decision
    if asked is None or decision.outcome != Decision.Outcome.APPROVED:
        return
    done = registries.effect(asked.name).run(proceeding.application, decision, asked.params, proceeding.actor)
    EffectRecord.objects.create(
        decision=decision,
        name=asked.name,
        text=done.text[:300],
        target_type=ContentType.objects.get_for_model(done.target) if done.target else None,
        target_id=done.target.pk if done.target else None,
    )


def _certificate(proceeding: Proceeding) -> None:
    decision, paper = proceeding.application.decision, proceeding.definition.paper
    if decision.outcome != Decision.Outcome.APPROVED or not (paper and paper.certificate):
        return
    decision.certificate_number = numbering.formatted(CERTIFICATE, proceeding.today.year)
    decision.token = secrets.token_hex(16)
    decision.save(update_fields=["certificate_number", "token"])


def _extend(proceeding: Proceeding) -> None:
    until = timezone.make_aware(datetime.fromisoformat(f"{proceeding.stated['until']}T23:59:00"))
    Extension.objects.create(
        application=proceeding.application,
        kind=Extension.Kind.CORRECT,
        until=until,
        reason=proceeding.reason,
        granted_by_id=proceeding.actor.person_id,
    )


def _score(proceeding: Proceeding) -> None:
    PlainScore.objects.update_or_create(
        application=proceeding.application,
        scorer_id=proceeding.actor.person_id,
        defaults={
            "points": proceeding.stated["points"],
            "recommended": proceeding.stated["recommended"],
            "opinion": proceeding.stated["opinion"],
        },
    )


def _rank(proceeding: Proceeding) -> dict[str, Any]:
    return {"rank": proceeding.stated["rank"]}


ACTS: dict[str, Act] = {
    "number": Act(values=_number),
    "accept": Act(values=_accept),
    "open_correction": Act(after=_open_correction),
    "close_correction": Act(after=_close_correction),
    "publish": Act(after=_publish),
    "decide": Act(after=_decide),
    "effect": Act(after=_effect),
    "certificate": Act(after=_certificate),
    "extend": Act(after=_extend),
}
"""The words a process may put under ``does``."""

FOLLOWS: dict[str, Act] = {"score": Act(after=_score), "rank": Act(values=_rank)}
"""What is done with an answer by the word that asked for it, beside keeping it with the move."""
