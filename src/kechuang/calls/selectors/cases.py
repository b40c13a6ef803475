"""What the page of a case shows: its parts, what may be done, what stands against it, what happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from kechuang.calls import access
from kechuang.calls.definitions import form_of
from kechuang.calls.form.comparing import Difference, compared
from kechuang.calls.form.printing import parts_of
from kechuang.calls.guards import GUARDS
from kechuang.calls.models import Application, Correction, Decision, Objection, Publicity, Stated, Submission
from kechuang.calls.proceeding import Proceeding, labels
from kechuang.catalogue.items import FileField
from kechuang.facts.models import Evidence
from kechuang.kernel.access import Actor
from kechuang.kernel.models import Move
from kechuang.kernel.moves import moves_of
from kechuang.kernel.processes import process_of
from kechuang.pure.process import Step
from kechuang.ui.documents.papers import Part

RELATED = ("item", "call", "organisation", "county", "department", "started_by", "rule_version", "subject_type")


def applications_for(*, actor: Actor, related: tuple[str, ...] = RELATED) -> QuerySet[Application]:
    """Return the applications ``actor`` may see, newest first, with ``related`` read along.

    Eight tables joined cost the database more to plan than to read: what takes a step names fewer.
    """
    rows = Application.objects.select_related(*related) if related else Application.objects.all()
    return access.APPLICATIONS.visible(rows, actor).order_by("-pk")


def application_seen(*, actor: Actor, pk: int, related: tuple[str, ...] = RELATED) -> Application:
    """Return one application; ``Http404`` where the actor may not see it."""
    found = applications_for(actor=actor, related=related).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def parts_shown(application: Application) -> list[Part]:
    """Return the form as it now stands, section by section, as it is read."""
    definition = form_of(application)
    answers = dict(application.answers.values_list("code", "value"))
    return parts_of(
        definition,
        answers,
        year=application.year,
        files=evidence_names(application, answers),
    )


def evidence_ids(application: Application, answers: dict[str, Any] | None = None) -> list[int]:
    """Return the evidence the form's file fields hold, in the form's order."""
    standing = answers if answers is not None else dict(application.answers.values_list("code", "value"))
    fields = [each for _section, each in form_of(application).fields()]
    chosen = [standing.get(each.code) or () for each in fields if isinstance(each, FileField)]
    return [int(pk) for ids in chosen for pk in ids]


def evidence_names(application: Application, answers: dict[str, Any] | None = None) -> dict[int, str]:
    """Return evidence id → title."""
    return dict(Evidence.objects.filter(pk__in=evidence_ids(application, answers)).values_list("pk", "title"))


def evidence_of(application: Application) -> list[Evidence]:
    """Return the evidence attached, in the form's order, each once."""
    found = Evidence.objects.select_related("attachment").in_bulk(evidence_ids(application))
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A step that is open to the actor, and the sentences that stand against it now."""

    step: Step
    objections: tuple[str, ...]


def step_open(application: Application, name: str, *, actor: Actor) -> Step:
    """Return the step if ``actor`` may take it now; ``Http404`` otherwise."""
    try:
        step = process_of(application.process_version_id).step(name, source=application.state)
    except LookupError:
        raise Http404 from None
    if not access.APPLICATIONS.may_step(actor, step, application):
        raise Http404
    return step


STATED_FIRST = frozenset({"correction_noted", "minutes_recorded", "decided", "within_quota", "reviewed"})
"""Guards about what is stated with the step, or that lock: asked only when it is taken."""


def foreseen(application: Application, step: Step, *, actor: Actor) -> Foreseen:
    """Ask the step's guards without taking it, so that nobody fills a form in vain."""
    proceeding = Proceeding(application, step, actor)
    asked = (name for name in step.needs if name not in STATED_FIRST)
    return Foreseen(step, tuple(said for name in asked if (said := GUARDS[name](proceeding))))


@dataclass(frozen=True, slots=True)
class Happened:
    """A move with what was stated beside its reason."""

    move: Move
    stated: dict[str, Any]


def history(application: Application) -> list[Happened]:
    """Return the moves of an application, oldest first, with what was stated: two queries."""
    moves = list(moves_of(application))
    stated = dict(Stated.objects.filter(move__in=moves).values_list("move_id", "values"))
    return [Happened(move, stated.get(move.pk, {})) for move in moves]


def labels_of(application: Application) -> dict[str, str]:
    """Return field code → label of the application's form."""
    return labels(form_of(application))


def corrections_of(application: Application) -> list[Correction]:
    """Return the correction lists with their points, first to last."""
    return list(application.corrections.prefetch_related("items").select_related("raised_by"))


def changes_of(application: Application) -> list[tuple[Submission, list[Difference]]]:
    """Return each later submission with every answer that differs from the one before, newest first."""
    handed_in = list(application.submissions.select_related("by"))
    definition = form_of(application)
    return [
        (now, compared(definition, before.content["answers"], now.content["answers"], year=application.year))
        for before, now in reversed(list(pairwise(handed_in)))
    ]


def publicities_of(application: Application) -> list[Publicity]:
    """Return the publicities of an application, newest first."""
    return list(application.publicities.all())


def decision_of(application: Application) -> Decision | None:
    """Return the decision with what it effected, ``None`` before there is one."""
    return Decision.objects.filter(application=application).prefetch_related("effects").select_related("paper").first()


def objections_seen(application: Application, *, actor: Actor) -> Iterable[Objection]:
    """Return the objections against an application that ``actor`` may read."""
    rows = Objection.objects.filter(publicity__application=application).order_by("pk")
    return access.OBJECTIONS.visible(rows, actor)
