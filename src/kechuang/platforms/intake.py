"""What the register hands to the intake: platforms as what an application is about, and what must not be there."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.calls import registries
from kechuang.calls.registries import Params, SubjectKind
from kechuang.directory.models import Organisation
from kechuang.platforms.models import Platform, RegisterEntry

RUNNING = ("active", "warned", "rectifying", "rectified")


def register() -> None:
    """Let items be about platforms and name what the register knows."""
    registries.register_subject(
        "platform",
        SubjectKind(Platform, choices=hosted_by, label=label, facts_kind="platform", url=page),
    )
    registries.register_clash("same_platform", same_platform)
    registries.register_clash("not_a_platform", not_a_platform)


def hosted_by(organisation: Organisation) -> QuerySet[Platform]:
    """Return the platforms an organisation hosts today."""
    today = RegisterEntry.objects.filter(host=organisation, end=date.max)
    return Platform.objects.filter(pk__in=today.values("platform_id")).order_by("number")


def label(platform: Platform) -> str:
    """Return a platform's name of today."""
    entry = RegisterEntry.objects.filter(platform=platform, end=date.max).first()
    return entry.name if entry else platform.number


def page(platform: Platform) -> str:
    """Return the address of a platform's page."""
    return reverse("platforms:detail", args=[platform.number])


def same_platform(organisation: Organisation, subject: Any, params: Params) -> str | None:
    """Say which platform of the same type and level the organisation has already."""
    rows = RegisterEntry.objects.filter(
        host=organisation, kind__code=params["type"], level=params["level"], end=date.max
    )
    entry = rows.filter(standing__in=RUNNING).first()
    return _("（%(name)s）") % {"name": entry.name} if entry else None


def not_a_platform(organisation: Organisation, subject: Any, params: Params) -> str | None:
    """Say that the platform an application is about does not run."""
    if isinstance(subject, Platform) and subject.state in RUNNING:
        return None
    return _("（所选平台不在运行状态）")
