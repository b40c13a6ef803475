"""Recording recognitions: entered by one person, confirmed by another, ended or voided with a reason.

Levels are given by the competent body's document; what happens here is that the
document is put on record and checked. Every service locks the platform first.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kechuang.kernel import inbox, moves
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.kernel.files import attachment_store
from kechuang.kernel.models import Move
from kechuang.kernel.processes import begin
from kechuang.platforms import access
from kechuang.platforms.models import LEVEL_ORDER, Level, Platform, PlatformPeriod, Recognition
from kechuang.platforms.selectors.composition import COUNTED_STATES
from kechuang.platforms.services.lives import activate_from, end_recognition
from kechuang.platforms.services.locks import locked, refuse_future
from kechuang.platforms.services.pool import pool_promoted
from kechuang.platforms.services.register import register_compose

CLOSED = ("revoked", "deregistered")


@transaction.atomic
def recognition_draft(
    *,
    platform: Platform,
    actor: Actor,
    level: str,
    recognised_on: date,
    document_number: str,
    recognised_by: str,
    certificate: str = "",
    scan: UploadedFile[bytes] | None = None,
) -> Recognition:
    """Begin to put a recognition of ``platform`` on record; it counts only once confirmed."""
    current = locked(platform)
    access.PLATFORMS.require(actor, "record", current)
    if current.state in CLOSED:
        raise Refused(_("平台已撤销或注销，不能再登记认定；异议成立的，先办理恢复运行。"))
    recognition = Recognition(
        platform=current,
        level=level,
        recognised_on=recognised_on,
        document_number=document_number.strip(),
        recognised_by=recognised_by.strip(),
        certificate=certificate.strip(),
        scan=attachment_store(scan, actor=actor) if scan else None,
        **begin(Recognition.process),
    )
    _clean(recognition)
    recognition.save()
    inbox.opened(recognition)
    return recognition


@transaction.atomic
def recognition_edit(
    *, recognition: Recognition, actor: Actor, scan: UploadedFile[bytes] | None = None, **values: Any
) -> Recognition:
    """Change a record that has not been submitted; ``values`` as in ``recognition_draft``."""
    current = _current(recognition)
    access.RECOGNITIONS.require(actor, "edit", current)
    if current.state != "draft":
        raise Refused(_("只有登记中的认定可以修改；已提交的请先撤回。"))
    for field, value in values.items():
        setattr(current, field, value)
    if scan:
        current.scan = attachment_store(scan, actor=actor)
    _clean(current)
    current.save(update_fields=[*values, "scan"])
    return current


@transaction.atomic
def recognition_move(*, recognition: Recognition, step: str, actor: Actor, reason: str = "") -> Move:
    """Take ``submit``, ``withdraw`` or ``return``: steps after which nothing more is counted than before."""
    if step not in ("submit", "withdraw", "return"):
        raise ValueError(f"{step} has a service of its own")
    current = _current(recognition)
    return moves.take(
        current, step, access=access.RECOGNITIONS, actor=actor, guards={"complete": _incomplete}, reason=reason
    )


@transaction.atomic
def recognition_confirm(
    *, recognition: Recognition, actor: Actor, end_lower: bool = False, reason: str = ""
) -> Recognition:
    """Confirm the record: it counts from ``recognised_on``, and a cultivated platform runs from then on.

    ``end_lower`` ends the lower levels on the day the new one was given (升级); unsaid, they stay in force.
    """
    current = _current(recognition)

    def own_entry(row: Recognition) -> str | None:
        entered = moves.moves_of(row).filter(step="submit").last()
        if entered and entered.actor_id == actor.user_id:
            return str(_("登记人不能复核自己提交的认定，请由另一人复核。"))
        return None

    if current.state == "submitted":
        refuse_overlap(current)
    moves.take(
        current,
        "confirm",
        access=access.RECOGNITIONS,
        actor=actor,
        guards={"complete": _incomplete, "not_own_entry": own_entry},
        reason=reason,
    )
    platform = current.platform
    activate_from(platform, current.recognised_on, actor=actor)
    if end_lower:
        for lower in platform.recognitions.filter(state="in_force", level__in=levels_below(current.level)):
            end_recognition(
                lower,
                on=current.recognised_on,
                ending=Recognition.Ending.UPGRADED,
                actor=actor,
                reason=_("升级为%(level)s") % {"level": current.get_level_display()},
            )
    register_compose([platform.pk])
    pool_promoted(current, actor=actor)
    recognition.state = current.state
    return current


@transaction.atomic
def recognition_end(*, recognition: Recognition, on: date, ending: str, actor: Actor, reason: str) -> Recognition:
    """End a recognition in force; ``on`` is the first day without it."""
    current = _current(recognition)
    refuse_future(on)
    if current.state == "in_force" and ending not in Recognition.Ending.values:
        raise Refused(_("请选择终止原因。"), field="ending")
    end_recognition(current, on=on, ending=Recognition.Ending(ending), actor=actor, reason=reason)
    register_compose([current.platform_id])
    recognition.state = current.state
    return current


@transaction.atomic
def recognition_void(*, recognition: Recognition, actor: Actor, reason: str) -> Recognition:
    """Void a record that was an error: it counts on no day, past ones included; the record itself stays."""
    current = _current(recognition)
    moves.take(current, "void", access=access.RECOGNITIONS, actor=actor, reason=reason)
    register_compose([current.platform_id])
    recognition.state = current.state
    return current


def _current(recognition: Recognition) -> Recognition:
    """Lock the platform and read the recognition as it stands after that."""
    platform = locked(recognition.platform)
    current = Recognition.objects.get(pk=recognition.pk)
    current.platform = platform
    return current


def levels_below(level: str) -> list[str]:
    """Return the levels lower than ``level``."""
    return [one for one, place in LEVEL_ORDER.items() if place < LEVEL_ORDER[level]]


def _incomplete(recognition: Recognition) -> str | None:
    """Tell what a record still lacks, or nothing: the guard ``complete``."""
    if not recognition.document_number or not recognition.recognised_by:
        return str(_("认定文号与认定机关须填写完整。"))
    return None


def refuse_overlap(recognition: Recognition) -> None:
    """Say in a sentence what the exclusion constraint would refuse."""
    others = recognition.platform.recognitions.filter(state__in=COUNTED_STATES, level=recognition.level)
    reaching = Q(ended_on=None) | Q(ended_on__gt=recognition.recognised_on)
    if other := others.filter(reaching).first():
        raise Refused(
            _("该平台在这段时间内已有同一级别的认定：%(other)s；请先终止或作废原认定。") % {"other": other},
            field="recognised_on",
        )


def _clean(recognition: Recognition) -> None:
    refuse_future(recognition.recognised_on, field="recognised_on")
    if recognition.level == Level.CULTIVATED:
        raise Refused(_("培育不是认定，登记平台时即为培育。"), field="level")
    first = PlatformPeriod.objects.filter(platform=recognition.platform).order_by("start").values("start")[:1]
    since = first.get()["start"]
    if recognition.recognised_on < since:
        raise Refused(
            _("认定日期早于平台的登记起始日 %(day)s；请先更正平台的起始日或核对文件。") % {"day": since.isoformat()},
            field="recognised_on",
        )
    try:
        recognition.full_clean(validate_constraints=False)
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise Refused(sentences[0], field=None if field == "__all__" else field) from error
