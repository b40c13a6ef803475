"""An application's form as it now stands, for the pages that fill it: constant in queries however long it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.calls.definitions import definition_of, form_of
from kechuang.calls.form.asking import asked_codes
from kechuang.calls.form.boxes import Box, boxes_of
from kechuang.calls.form.codes import fact_key
from kechuang.calls.form.completeness import Missing, Progress, missing, progress
from kechuang.calls.form.prefilling import earlier_answers, fact_codes, known_answers
from kechuang.calls.form.reading import fact_stored
from kechuang.calls.models import Answer, Application, Correction, Submission
from kechuang.calls.proceeding import correction_ends
from kechuang.calls.selectors.filling import fillable_codes
from kechuang.calls.selectors.subjects import subject_of
from kechuang.catalogue.items import FileField, ServiceItem
from kechuang.facts.known import REGISTER, Known
from kechuang.facts.models import Evidence
from kechuang.facts.selectors.evidence import evidence_usable
from kechuang.facts.selectors.knowing import known
from kechuang.facts.sources import Key
from kechuang.kernel.access import Actor
from kechuang.kernel.processes import process_of

EARLIER = 3
"""How many earlier applications of an organisation answers are carried over from."""


@dataclass(frozen=True)
class FormSheet:
    """One application with its form, its answers and what ``actor`` may change now."""

    application: Application
    actor: Actor
    is_shared: bool = False
    """Whether the actor fills it for a partner unit, and sees no more than the sections shared with it."""

    @cached_property
    def definition(self) -> ServiceItem:
        """The item as the application's version says it is."""
        return form_of(self.application)

    @cached_property
    def rows(self) -> dict[str, Answer]:
        """The answers now standing, by code, with who gave them."""
        return {row.code: row for row in self.application.answers.select_related("changed_by")}

    @cached_property
    def answers(self) -> dict[str, Any]:
        """The values now standing, by code."""
        return {code: row.value for code, row in self.rows.items()}

    @cached_property
    def boxes(self) -> list[Box]:
        """Every input of the form."""
        return boxes_of(self.definition, year=self.application.year)

    @cached_property
    def asked(self) -> frozenset[str]:
        """The codes of the fields that are asked, given the answers."""
        return asked_codes(self.definition, self.answers, year=self.application.year)

    @cached_property
    def open_codes(self) -> frozenset[str]:
        """The answer codes the actor may change now."""
        return fillable_codes(self.application, self.actor)

    @cached_property
    def known(self) -> Mapping[Key, Known]:
        """What is known of the subject beside this form."""
        keys = [fact_key(code) for code in fact_codes(self.definition, self.application.year)]
        years = {year for _metric, year in keys if year}
        return known(subject=subject_of(self.application), metrics={metric for metric, _year in keys}, years=years)

    @cached_property
    def correction(self) -> Correction | None:
        """The correction list that is open, with its points."""
        return self.application.corrections.filter(closed_at=None).prefetch_related("items").first()

    @cached_property
    def correction_due(self) -> date | None:
        """The last day on which the open correction may be handed in."""
        return timezone.localdate(correction_ends(self.correction)) if self.correction else None

    @cached_property
    def points(self) -> dict[str, str]:
        """Field code → what is to be corrected there."""
        return {item.code: item.note for item in self.correction.items.all()} if self.correction else {}

    @cached_property
    def hosts_turn(self) -> bool:
        """Whether the form lies with the host for its own part."""
        state = process_of(self.application.process_version_id).state(self.application.state)
        return state.waits_for == "host_admin"

    @property
    def parts(self) -> tuple[str, ...]:
        """Whose sections may be filled at this moment."""
        return ("applicant", "host_admin") if self.hosts_turn else ("applicant",)

    def progress(self) -> list[Progress]:
        """Return how far each section is."""
        year = self.application.year
        return progress(self.definition, self.answers, year=year, open_parts=self.parts)

    def missing(self) -> list[Missing]:
        """Return what is missing before the form can go on."""
        return missing(self.definition, self.answers, year=self.application.year, parts=self.parts)

    def boxes_in(self, section: str) -> list[Box]:
        """Return the inputs of one section, those included that are not asked now."""
        return [box for box in self.boxes if box.section == section]

    def box(self, code: str) -> Box | None:
        """Return the input called ``code``."""
        return next((box for box in self.boxes if box.code == code), None)

    def register_said(self, box: Box) -> str:
        """Return what a register answers in a box by itself."""
        found = self.known.get(fact_key(box.code))
        return box.said(fact_stored(found.value)) if found else ""

    def spared(self) -> list[str]:
        """Return the codes that nobody had to type: they stand as they were known or answered before."""
        before = prefill(self)
        kept_by_register = [box.code for box in self.boxes if box.kept_by_register and fact_key(box.code) in self.known]
        return [code for code, value in before.items() if self.answers.get(code) == value] + [
            code for code in kept_by_register if code not in before
        ]

    def source_of(self, code: str) -> str:
        """Return where the answer standing in a fact's box comes from, "" when it was typed here."""
        found = self.known.get(fact_key(code))
        if found is None or self.answers.get(code) != fact_stored(found.value):
            return ""
        return _("单位登记") if found.status == REGISTER else (found.source or _("已填报的数据"))

    @cached_property
    def evidence(self) -> dict[int, Evidence]:
        """The evidence named by the form's file fields."""
        fields = [field for _section, field in self.definition.fields() if isinstance(field, FileField)]
        keys = {int(pk) for field in fields for pk in self.answers.get(field.code) or ()}
        return Evidence.objects.select_related("attachment").in_bulk(keys)


def prefill(sheet: FormSheet) -> dict[str, Any]:
    """Return what need not be typed in this form, by code: facts that are known, answers of earlier forms."""
    application, definition = sheet.application, sheet.definition
    facts = known_answers(definition, sheet.known, year=application.year)
    return earlier_answers(definition, _earlier(application)) | facts


def _earlier(application: Application) -> list[tuple[ServiceItem, dict[str, Any]]]:
    """Return the forms this organisation handed in last, newest first: the same item's before others."""
    rows = (
        Submission.objects.filter(application__organisation_id=application.organisation_id)
        .exclude(application_id=application.pk)
        .select_related("application")
        .order_by("-pk")[: EARLIER * 2]
    )
    last: dict[int, Submission] = {}
    for row in rows:
        last.setdefault(row.application_id, row)
    ordered = sorted(last.values(), key=lambda row: row.application.item_id != application.item_id)
    return [(definition_of(row.application.item_version_id), row.content["answers"]) for row in ordered[:EARLIER]]


def evidence_offered(sheet: FormSheet) -> dict[int, Evidence]:
    """Return the evidence of the organisation that may be attached today."""
    rows = evidence_usable(organisation=sheet.application.organisation, on=sheet.actor.today)
    return {row.pk: row for row in rows.select_related("attachment")[:200]}
