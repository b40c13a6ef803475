"""Who speaks when a fact is stated: one origin corrects itself, two origins contradict."""

from __future__ import annotations

from kechuang.directory.models import Department, Organisation
from kechuang.facts.models import Sheet
from kechuang.kernel.access import Actor

UNIT = "unit"
"""The origin of what an organisation says of itself, whichever of its people says it."""


def origin_of(actor: Actor, organisation: Organisation) -> str:
    """Return who speaks: the organisation's own people are one voice, each department and county another."""
    if any(office.organisation_id == organisation.pk for office in actor.offices):
        return UNIT
    for office in actor.offices:
        if office.department_id is not None:
            return f"department:{office.department_id}"
        if office.county_id is not None:
            return f"county:{office.county_id}"
    return f"user:{actor.user_id}"


def department_of(organisation: Organisation, *origins: str) -> Department | None:
    """Return the department that deals with an organisation's facts.

    One that speaks itself (``origins``), else the one the last yearly sheet was handed to, else the first of all.
    """
    for origin in origins:
        kind, _mark, key = origin.partition(":")
        if kind == "department":
            return Department.objects.filter(pk=key).first()
    last = Sheet.objects.filter(organisation=organisation).select_related("department").order_by("-year").first()
    return last.department if last else Department.objects.order_by("order", "pk").first()
