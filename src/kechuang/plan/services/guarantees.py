"""Recording what was done for the plan's guarantees, and confirming it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.kernel import inbox, moves
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.processes import begin
from kechuang.plan import access
from kechuang.plan.choices import ClauseKind
from kechuang.plan.models import Clause, GuaranteeRecord
from kechuang.plan.services.writing import filled, only_once

FIELDS = frozenset({"kind", "title", "day", "amount", "source", "reference", "effect"})
OPEN = ("recorded", "returned")


@transaction.atomic
def guarantee_record(
    *,
    clause: Clause,
    actor: Actor,
    department_id: int | None = None,
    county_id: int | None = None,
    is_sample: bool = False,
    **values: Any,
) -> GuaranteeRecord:
    """Record money, a policy or publicity for a guarantee (``FIELDS``; amounts in fen), for one unit or the office.

    Raises ``Refused`` for a clause that is no guarantee, a day to come, or money without amount and source.
    """
    if clause.kind != ClauseKind.GUARANTEE:
        raise Refused(_("只有保障条款登记落实情况；任务的进展请用“填报进展”。"))
    if actor.user_id is None:
        raise NotAllowed(_("请先登录。"))
    record = GuaranteeRecord(
        **begin("guarantee_record"),
        clause_id=clause.root_id,
        department_id=department_id,
        county_id=county_id,
        author_id=actor.user_id,
        is_sample=is_sample,
    )
    _fill(record, values, actor)
    with only_once(_("同一天的这件事刚刚已有人登记，请刷新页面。")):
        record.save()
    access.GUARANTEES.require(actor, "add", record)
    inbox.opened(record)
    return record


@transaction.atomic
def guarantee_change(*, record: GuaranteeRecord, actor: Actor, **values: Any) -> GuaranteeRecord:
    """Correct what is not confirmed yet (``FIELDS``)."""
    access.GUARANTEES.require(actor, "change", record)
    locked = GuaranteeRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if locked.state not in OPEN:
        raise Refused(_("已核定或已撤销的记录不能改动；请联席会议办公室写明理由退回后再改。"))
    locked.author_id = actor.user_id or locked.author_id
    _fill(locked, values, actor)
    with only_once(_("同一天的这件事刚刚已有人登记，请刷新页面。")):
        locked.save(update_fields=[*values, "author", "written_at"])
    inbox.changed(locked)
    return locked


@transaction.atomic
def guarantee_step(*, record: GuaranteeRecord, step: str, actor: Actor, reason: str = "") -> GuaranteeRecord:
    """Confirm, return, hand in again or drop a record; nobody confirms what they wrote themselves."""

    def another_person(row: GuaranteeRecord) -> str | None:
        if row.author_id != actor.user_id:
            return None
        return _("自己登记的记录须由另一位同事核定。")

    guards = {"another_person": another_person}
    moves.take(record, step, access=access.GUARANTEES, actor=actor, guards=guards, reason=reason)
    return record


def _fill(row: GuaranteeRecord, values: Mapping[str, Any], actor: Actor) -> None:
    day = values.get("day")
    if day and day > actor.today:
        raise Refused(_("日期不能在今天之后：只登记已经落实的。"), field="day")
    filled(row, values, FIELDS)
