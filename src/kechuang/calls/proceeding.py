"""One step being taken on one application: everything that guards, questions and acts look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import connection
from django.utils import timezone

from kechuang.calls import registries
from kechuang.calls.definitions import form_of
from kechuang.calls.form.asking import asked_answers
from kechuang.calls.models import Application, Call, Correction, Extension, Partner
from kechuang.calls.selectors.partners import partners_of
from kechuang.catalogue.items import Declaration, FactField, FormField, ServiceItem
from kechuang.kernel.access import Actor
from kechuang.kernel.calendar_days import calendar
from kechuang.kernel.models import Move
from kechuang.kernel.moves import moves_of
from kechuang.kernel.processes import process_of
from kechuang.pure.process import Process, Step

DEFAULT_DAYS = 5


def database_now() -> datetime:
    """Return the database's time at the beginning of this statement: the one clock deadlines go by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        (now,) = cursor.fetchone()
    return now  # type: ignore[no-any-return]


@dataclass
class Proceeding:
    """A step on a locked application. ``stated`` is what was read from the person; ``late`` the moment missed."""

    application: Application
    step: Step
    actor: Actor
    reason: str = ""
    stated: dict[str, Any] = field(default_factory=dict)
    files: Mapping[str, Any] = field(default_factory=dict)
    late: datetime | None = None

    @cached_property
    def now(self) -> datetime:
        """The database's time."""
        return database_now()

    @cached_property
    def today(self) -> date:
        """The day of ``now`` in the city's time."""
        return timezone.localdate(self.now)

    @cached_property
    def definition(self) -> ServiceItem:
        """The item as the application's version says it is."""
        return form_of(self.application)

    @cached_property
    def process(self) -> Process:
        """The application's process."""
        return process_of(self.application.process_version_id)

    @cached_property
    def answers(self) -> dict[str, Any]:
        """The answers now standing, by code."""
        return dict(self.application.answers.values_list("code", "value"))

    @cached_property
    def asked_answers(self) -> dict[str, Any]:
        """The answers to the fields that are asked: what is handed in."""
        return asked_answers(self.definition, self.answers, year=self.application.year)

    @cached_property
    def partners(self) -> list[Partner]:
        """The units invited or taking part."""
        return partners_of(self.application)

    @cached_property
    def call(self) -> Call | None:
        """The call applied under, where there is one."""
        return self.application.call

    @cached_property
    def asks(self) -> tuple[str, ...]:
        """What the step asks here: no plain score where experts have reviewed, or the item wants them to."""
        if "score" not in self.step.asks:
            return self.step.asks
        if self.definition.rubric or self.is_reviewed_by_experts:
            return tuple(word for word in self.step.asks if word != "score")
        return self.step.asks

    @cached_property
    def is_reviewed_by_experts(self) -> bool:
        """Whether a round of expert review has been decided on the application."""
        reviews = registries.reviews().values()
        return bool(reviews) and not any(ask(self.application) for ask in reviews)

    def marks(self, state: str | None = None) -> tuple[str, ...]:
        """Return the marks of ``state``, by default of the one the application is in."""
        return self.process.state(state or self.application.state).marks

    def field_labels(self) -> dict[str, str]:
        """Return field code → label, in the form's order."""
        return labels(self.definition)

    def extended(self, kind: str) -> datetime | None:
        """Return the latest moment to which a deadline of ``kind`` was moved."""
        moved = Extension.objects.filter(application=self.application, kind=kind).order_by("-until").first()
        return moved.until if moved else None

    def open_correction(self) -> Correction | None:
        """Return the correction list that is open."""
        return self.application.corrections.filter(closed_at=None).first()

    def due_after_state(self, mark: str) -> date:
        """Return the last day of the time that the state marked ``mark`` gives, counted from today."""
        days = next((s.working_days for s in self.process.states if mark in s.marks and s.working_days), DEFAULT_DAYS)
        return calendar().add(self.today, days or DEFAULT_DAYS)

    def publicity_ends(self, opens_on: date) -> date:
        """Return the last day of a publicity that opens on ``opens_on``."""
        rule = self.definition.publicity
        days, natural = (rule.days, rule.calendar == "natural") if rule else (DEFAULT_DAYS, False)
        if natural:
            return calendar().add_natural(opens_on, days)
        return calendar().add(opens_on, days)

    def stated_before(self, name: str) -> Any:
        """Return what was stated last as ``name`` on this application, now or with an earlier step."""
        if name in self.stated:
            return self.stated[name]
        moves = [move.pk for move in moves_of(self.application)]
        for move in Move.objects.filter(pk__in=moves, stated__isnull=False).select_related("stated").order_by("-pk"):
            if name in move.stated.values:
                return move.stated.values[name]
        return None


def labels(definition: ServiceItem) -> dict[str, str]:
    """Return field code → label, in the form's order."""
    return {each.code: _label(each) for _section, each in definition.fields()}


def _label(field: FormField) -> str:
    if isinstance(field, FactField):
        return field.metric.label if field.metric else field.fact
    return field.text if isinstance(field, Declaration) else field.label


def correction_ends(correction: Correction) -> datetime:
    """Return the last moment of a correction's time: its day, or a later one it was extended to."""
    end = timezone.make_aware(datetime.fromisoformat(f"{correction.due_on}T23:59:00"))
    rows = Extension.objects.filter(application_id=correction.application_id, kind=Extension.Kind.CORRECT)
    given = rows.filter(granted_at__gte=correction.raised_at).order_by("-until").values_list("until", flat=True)
    return max(filter(None, (end, given.first())))


def window_end(moment: datetime) -> datetime:
    """Return the first moment after a deadline: the minute it names still counts."""
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
