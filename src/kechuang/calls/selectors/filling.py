"""Which fields are open to whom now, and what is known before anything is typed."""

from __future__ import annotations

from collections.abc import Iterable

from kechuang.calls import access
from kechuang.calls.definitions import form_of
from kechuang.calls.form.completeness import codes_of
from kechuang.calls.models import Application
from kechuang.calls.selectors.partners import sections_shared
from kechuang.catalogue.items import FileField, FormSection
from kechuang.kernel.access import Actor
from kechuang.kernel.processes import process_of


def fillable_codes(application: Application, actor: Actor) -> frozenset[str]:
    """Return the answer codes ``actor`` may change now: by the state, the section's owner and the invitation."""
    state = process_of(application.process_version_id).state(application.state)
    if not access.APPLICATIONS.may(actor, "fill", application):
        return _partners_codes(application, actor, state.marks)
    sections = _sections_of(application, actor)
    if "correcting" in state.marks:
        return _corrected(application, [one for one in sections if _open_to(one, application, actor, editable=True)])
    hosts_turn = state.waits_for == "host_admin" and access.is_host(actor, application)
    if "editable" not in state.marks and not hosts_turn:
        return frozenset()
    mine = [one for one in sections if _open_to(one, application, actor, editable="editable" in state.marks)]
    return frozenset(code for section in mine for field in section.fields for code in codes_of(field, application.year))


def _partners_codes(application: Application, actor: Actor, marks: Iterable[str]) -> frozenset[str]:
    """Return what a partner unit's people may change: its sections, but no file, for the vault is not theirs."""
    if not {"editable", "correcting"} & set(marks):
        return frozenset()
    shared = sections_shared(application, actor)
    sections = [one for one in form_of(application).form if one.section in shared]
    if "correcting" in marks:
        codes = _corrected(application, sections)
    else:
        codes = frozenset(
            code for one in sections for field in one.fields for code in codes_of(field, application.year)
        )
    return codes - {field.code for one in sections for field in one.fields if isinstance(field, FileField)}


def _open_to(section: FormSection, application: Application, actor: Actor, *, editable: bool) -> bool:
    return access.is_host(actor, application) if section.by == "host_admin" else editable


def _sections_of(application: Application, actor: Actor) -> list[FormSection]:
    """Return the sections an invitation leaves open: all to the starter and the host's administrator."""
    sections = list(form_of(application).form)
    if application.started_by_id == actor.user_id or access.is_host(actor, application):
        return sections
    invited = application.participants.filter(user_id=actor.person_id, fills=True).first()
    if invited is None:
        return []
    return [one for one in sections if not invited.sections or one.section in invited.sections]


def _corrected(application: Application, sections: Iterable[FormSection]) -> frozenset[str]:
    correction = application.corrections.filter(closed_at=None).first()
    listed = set(correction.items.values_list("code", flat=True)) if correction else set()
    return frozenset(
        code
        for section in sections
        for field in section.fields
        if field.code in listed
        for code in codes_of(field, application.year)
    )
