"""What the services of a platform's life share: who a case is about, in whose name, and the days of its calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from kechuang.directory.models import Department, Organisation
from kechuang.kernel.access import Actor, Office
from kechuang.kernel.calendar_days import calendar
from kechuang.kernel.errors import Refused
from kechuang.platforms.models import Platform, RegisterEntry


def entry_today(platform: Platform) -> RegisterEntry:
    """Return what the register says of ``platform`` today; ``Refused`` when it knows it no more."""
    found = RegisterEntry.objects.filter(platform=platform, end=date.max).select_related("host", "department", "kind")
    entry = found.first()
    if entry is None:
        raise Refused(_("登记库中没有这个平台今天的登记，请先核对平台档案。"))
    return entry


def about(platform: Platform) -> Mapping[str, Any]:
    """Return the columns of ``OfPlatform`` as the register has them today."""
    entry = entry_today(platform)
    return {
        "platform": platform,
        "platform_name": entry.name,
        "host_id": entry.host_id,
        "department_id": entry.department_id,
    }


def last_working_day(day: date, working_days: int) -> date:
    """Return the last day of ``working_days`` after ``day`` by the city's calendar."""
    return calendar().add(day, working_days)


def months_after(day: date, months: int) -> date:
    """Return the same day ``months`` later, the last day of that month where it has no such day."""
    place = day.year * 12 + day.month - 1 + months
    year, month = place // 12, place % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(f"no day {months} months after {day}")


def cleaned(row: Model) -> None:
    """Say in a sentence, at its field, what the model's own rules refuse."""
    try:
        row.full_clean()
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise Refused(sentences[0], field=None if field == "__all__" else field) from error


def in_the_name_of(actor: Actor, department: Department) -> Actor:
    """Return ``actor`` with the offices of ``department``, for what its decision does."""
    label = _("依决定（%(who)s）") % {"who": department.short_name}
    roles = ("department_officer", "department_head")
    named = (Office(role, department_id=department.pk, label=label) for role in roles)
    return actor.with_offices(*actor.offices, *named)


def in_the_name_of_host(actor: Actor, host: Organisation) -> Actor:
    """Return ``actor`` with the host's own office, for what the host has applied for."""
    office = Office("host_admin", organisation_id=host.pk, label=_("依申请（%(who)s）") % {"who": host.name})
    return actor.with_offices(*actor.offices, office)
