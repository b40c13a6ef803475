"""Calls: drafted, checked, published with a fixed version of the item, amended in the open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.calls import access
from kechuang.calls.definitions import definition_of
from kechuang.calls.models import Call, CallNotice, Quota, ServiceItem
from kechuang.calls.proceeding import database_now
from kechuang.directory.models import County
from kechuang.facts.selectors.rules import current_rule
from kechuang.kernel import cases, moves
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.kernel.models import Move
from kechuang.kernel.processes import begin

WINDOWS = ("opens_at", "closes_at", "host_closes_at", "recommend_closes_at")


@transaction.atomic
def call_draft(*, item: ServiceItem, actor: Actor, body: str, **values: Any) -> Call:
    """Draft a call for ``item``; ``values`` are title, year, the windows and the contact."""
    access.ITEMS.require(actor, "call", item)
    call = Call(item=item, department=item.department, **values, **begin(Call.process))
    _clean(call)
    call.save()
    _notice(call, body, actor)
    cases.opened(call)
    return call


@transaction.atomic
def call_edit(*, call: Call, actor: Actor, body: str, **values: Any) -> Call:
    """Change a draft; what has been published is amended with a reason instead."""
    locked = _locked(call)
    access.CALLS.require(actor, "edit", locked)
    if locked.state != "draft":
        raise Refused(_("已送审或已发布的通知不能直接修改；已发布的请用“变更通知”并写明原因。"))
    for name, value in values.items():
        setattr(locked, name, value)
    _clean(locked)
    locked.save()
    locked.notices.update(body=body, windows=_windows(locked))
    cases.changed(locked)
    return locked


@transaction.atomic
def call_move(*, call: Call, step: str, actor: Actor, reason: str = "") -> Move:
    """Take a step; publishing fixes the versions of the item and its rule for all who apply under the call."""
    locked = _locked(call)
    values: dict[str, Any] = {}
    if step == "publish":
        version = locked.item.versions.order_by("-number").first()
        if version is None or not locked.item.offered:
            raise Refused(_("本事项已不在目录中，不能发布。"))
        rule = definition_of(version.pk).rule
        values |= {"item_version": version, "rule_version": current_rule(rule) if rule else None}
    move = moves.take(locked, step, access=access.CALLS, actor=actor, reason=reason, values=values)
    if step == "publish":
        locked.notices.filter(published_at=None).update(published_at=database_now())
    call.refresh_from_db()
    return move


@transaction.atomic
def call_amend(*, call: Call, actor: Actor, body: str, change: str, **windows: datetime | None) -> CallNotice:
    """Publish a new version of the notice, with what changed and why; windows may move with it."""
    locked = _locked(call)
    access.CALLS.require(actor, "amend", locked)
    if locked.state not in ("open", "closed"):
        raise Refused(_("只有已发布的通知可以变更。"))
    if not change.strip():
        raise Refused(_("请写明变更了什么、为什么。"), field="change")
    for name, value in windows.items():
        setattr(locked, name, value)
    _clean(locked)
    locked.save()
    notice = _notice(locked, body, actor, change=change.strip())
    notice.published_at = database_now()
    notice.save(update_fields=["published_at"])
    cases.changed(locked)
    return notice


@transaction.atomic
def quotas_set(*, call: Call, actor: Actor, by_county: dict[int, int]) -> None:
    """Set how many applications each county may recommend; 0 takes a quota away."""
    locked = _locked(call)
    access.CALLS.require(actor, "amend" if locked.state == "open" else "edit", locked)
    for county in County.objects.filter(pk__in=by_county):
        if most := by_county[county.pk]:
            Quota.objects.update_or_create(call=locked, county=county, field="", defaults={"most": most})
        else:
            Quota.objects.filter(call=locked, county=county).delete()


def _locked(call: Call) -> Call:
    return Call.objects.select_for_update(of=("self",)).select_related("item", "department").get(pk=call.pk)


def _clean(call: Call) -> None:
    try:
        call.full_clean(exclude=["process_version", "state"])
    except ValidationError as refusal:
        field, sentences = next(iter(refusal.message_dict.items()))
        raise Refused(sentences[0], field=None if field == "__all__" else field) from None
    if call.item_version_id is None and definition_of(call.item.versions.latest("number").pk).always_open:
        raise Refused(_("“%(item)s”常年受理，不需要申报通知。") % {"item": call.item})


def _windows(call: Call) -> dict[str, str]:
    return {name: timezone.localtime(at).isoformat() for name in WINDOWS if (at := getattr(call, name))}


def _notice(call: Call, body: str, actor: Actor, *, change: str = "") -> CallNotice:
    if not body.strip():
        raise Refused(_("请填写通知正文。"), field="body")
    return CallNotice.objects.create(
        call=call,
        number=call.notices.count() + 1,
        body=body.strip(),
        windows=_windows(call),
        change=change,
        written_by_id=actor.person_id,
    )
