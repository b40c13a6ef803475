"""Saving answers: field by field, several people at once, nothing overwritten unseen, nothing lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.calls.models import Answer, AnswerVersion, Application
from kechuang.calls.proceeding import database_now
from kechuang.calls.selectors.filling import fillable_codes
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.ui.documents.plain import printable


@dataclass(frozen=True, slots=True)
class Change:
    """A new value for one answer, and the version that was on the screen (0 = none yet)."""

    code: str
    value: Any
    seen: int


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one change: kept as ``version`` at ``at``; or, in conflict, what stands there instead."""

    code: str
    version: int
    at: datetime
    kept: bool = True
    standing: Any = None
    by: str = ""


@transaction.atomic
def answers_save(*, application: Application, changes: list[Change], actor: Actor) -> list[Saved]:
    """Save each change whose field nobody changed since it was seen; write down the others as not kept.

    The application's row is locked, so that a submission and a late autosave have an order.
    Raises ``Refused`` when a field is not open to ``actor`` now; then nothing is saved.
    """
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    open_codes = fillable_codes(locked, actor)
    for change in changes:
        if change.code not in open_codes:
            raise _closed(locked, change.code)
    standing = {
        row.code: row for row in locked.answers.filter(code__in=[c.code for c in changes]).select_related("changed_by")
    }
    now = database_now()
    return [_save(locked, change, standing.get(change.code), actor, now) for change in changes]


def _closed(application: Application, code: str) -> Refused:
    if application.submitted_at is not None:
        return Refused(_("申报已经提交，这一栏现在不能修改；需要补正时办理部门会一次告知。"), field=code)
    return NotAllowed(_("这一部分不由您填写。请联系发起人邀请您填写。"))


def _save(application: Application, change: Change, standing: Answer | None, actor: Actor, now: datetime) -> Saved:
    if standing and standing.value == change.value:
        return Saved(change.code, standing.version, standing.changed_at)
    seen_is_last = (standing.version if standing else 0) == change.seen
    version = (standing.version if standing else 0) + 1
    _remember(application, change, version, actor, now, kept=seen_is_last)
    if standing and not seen_is_last:
        return Saved(
            change.code,
            standing.version,
            standing.changed_at,
            kept=False,
            standing=standing.value,
            by=str(standing.changed_by),
        )
    # The application's row is locked: between reading what stands and writing nobody else gets in.
    row = standing or Answer(application=application, code=change.code)
    row.value, row.version, row.changed_by_id, row.changed_at = change.value, version, actor.person_id, now
    row.save(update_fields=["value", "version", "changed_by", "changed_at"] if standing else None)
    return Saved(change.code, version, now)


def _remember(
    application: Application, change: Change, version: int, actor: Actor, now: datetime, *, kept: bool
) -> None:
    AnswerVersion.objects.create(
        application=application,
        code=change.code,
        version=version,
        value=change.value,
        kept=kept,
        changed_by_id=actor.person_id,
        changed_at=now,
    )


@transaction.atomic
def correction_answer(*, application: Application, answers: Mapping[str, str], actor: Actor) -> None:
    """Write the applicant's words beside points of the open correction list: code → explanation."""
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    correction = locked.corrections.filter(closed_at=None).first()
    if correction is None:
        raise Refused(_("目前没有需要补正的内容。"))
    if not fillable_codes(locked, actor):
        raise NotAllowed(_("补正由本单位的填报人办理。"))
    for item in correction.items.filter(code__in=answers):
        item.answer = printable(answers[item.code]).strip()[:2000]
        item.save(update_fields=["answer"])
