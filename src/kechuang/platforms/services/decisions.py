"""What a decision of this city's own does to the register: the decision is the ground, no second person is asked.

A decision was taken by its own process, with its own hands and publicity. Whoever ends that process acts here in the
name of the competent department; what the host applied for, the host has said.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.directory.models import Department, Organisation
from kechuang.kernel import moves
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.platforms import access
from kechuang.platforms.models import Level, Platform, PlatformKind, Recognition
from kechuang.platforms.selectors.competence import competent_department
from kechuang.platforms.services.keeping import platform_register
from kechuang.platforms.services.life_steps import in_the_name_of
from kechuang.platforms.services.lives import activate_from, end_recognition
from kechuang.platforms.services.locks import locked
from kechuang.platforms.services.pool import pool_promoted
from kechuang.platforms.services.recognitions import levels_below, recognition_draft, refuse_overlap
from kechuang.platforms.services.register import register_compose


@transaction.atomic
def platform_from_decision(
    *,
    actor: Actor,
    name: str,
    kind: PlatformKind,
    host: Organisation,
    since: date,
    department: Department | None = None,
    values: Mapping[str, Any] | None = None,
    is_sample: bool = False,
) -> Platform:
    """Enter the platform a decision has made; ``department`` defaults to the one competent for the type."""
    found = department or competent_department(kind=kind, level=Level.MUNICIPAL, on=since)
    if found is None:
        raise Refused(_("归口表没有“%(kind)s”的归口部门，请指明部门。") % {"kind": kind}, field="department")
    return platform_register(
        actor=in_the_name_of(actor, found),
        since=since,
        name=name,
        kind=kind,
        host=host,
        department=found,
        is_sample=is_sample,
        **(values or {}),
    )


@transaction.atomic
def recognition_from_decision(
    *,
    platform: Platform,
    level: str,
    recognised_on: date,
    document_number: str,
    actor: Actor,
    recognised_by: str = "",
    certificate: str = "",
    end_lower: bool = True,
) -> Recognition:
    """Put a level decided here into force in one act: entered and in force, with the decision as its ground.

    The platform runs from then on; lower levels end as upgraded unless ``end_lower`` says otherwise; the platform
    leaves the pool whose target it was. ``recognised_by`` defaults to the competent department.
    """
    current = locked(platform)
    department = current.entries.filter(end=date.max).select_related("department").get().department
    signing = in_the_name_of(actor, department)
    recognition = recognition_draft(
        platform=current,
        actor=signing,
        level=level,
        recognised_on=recognised_on,
        document_number=document_number,
        recognised_by=recognised_by or department.name,
        certificate=certificate,
    )
    refuse_overlap(recognition)
    moves.take(recognition, "enact", access=access.RECOGNITIONS, actor=signing, guards={"complete": lambda _row: None})
    activate_from(recognition.platform, recognised_on, actor=signing)
    if end_lower:
        for lower in current.recognitions.filter(state="in_force", level__in=levels_below(level)):
            end_recognition(
                lower,
                on=recognised_on,
                ending=Recognition.Ending.UPGRADED,
                actor=signing,
                reason=_("升级为%(level)s") % {"level": recognition.get_level_display()},
            )
    register_compose([current.pk])
    pool_promoted(recognition, actor=signing)
    return recognition
