"""Whose facts an application is about."""

from __future__ import annotations

from kechuang.calls import registries
from kechuang.calls.models import Application
from kechuang.facts.subjects import Subject


def subject_of(application: Application) -> Subject:
    """Return whose facts the form asks for: the organisation's, or those of what it is about.

    A kind of subject whose ``facts_kind`` is ``organisation`` has no figures of its own: its host's are asked for.
    """
    kind = registries.subject_kind(application.subject_type.model) if application.subject_type else None
    if kind is None or application.subject_id is None or kind.facts_kind == "organisation":
        return Subject("organisation", application.organisation_id)
    return Subject(kind.facts_kind, application.subject_id)
