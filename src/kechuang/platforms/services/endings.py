"""Ending a platform, its host heard first: 告知 → 陈述申辩 → 决定. Nothing else revokes or deregisters one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.directory.models import Organisation
from kechuang.kernel import moves, numbering
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.files import attachment_store
from kechuang.kernel.inbox import opened
from kechuang.kernel.models import Move
from kechuang.kernel.processes import begin
from kechuang.platforms import access as register_access
from kechuang.platforms import life_access as access
from kechuang.platforms.models import Ban, Hearing, Platform
from kechuang.platforms.selectors.life import ending_ground, life_of, life_rule
from kechuang.platforms.services.life_steps import about, cleaned, entry_today, last_working_day, months_after
from kechuang.platforms.services.lives import platform_end
from kechuang.platforms.services.locks import locked, person, refuse_future

SERIES = "CX"


@transaction.atomic
def hearing_begin(
    *,
    platform: Platform,
    act: str,
    ground: str,
    facts: str,
    actor: Actor,
    ban_months: int = 0,
    scan: UploadedFile[bytes] | None = None,
) -> Hearing:
    """Propose to revoke or deregister ``platform``; nothing happens to it before its host was heard.

    A host may ask for the deregistration of its own platform. ``ban_months`` adds to what the ground itself bars.
    """
    current = locked(platform)
    rule = life_rule()
    found = ending_ground(rule, ground, act)
    asked = found.own_request and register_access.PLATFORMS.may(actor, "request", current)
    if not asked:
        register_access.PLATFORMS.require(actor, "end_propose", current)
    if current.state in ("revoked", "deregistered") and (act == "revoke" or current.state == "deregistered"):
        raise Refused(_("平台已经撤销或注销。"))
    if act == "revoke" and current.state == "candidate":
        raise Refused(_("培育中的平台没有可撤销的认定；停止培育请办理注销。"), field="act")
    if not facts.strip():
        raise Refused(_("须写明事实与理由。"), field="facts")
    hearing = Hearing(
        number="",
        rules=rule,
        act=act,
        ground=ground,
        ground_label=found.label,
        facts=facts.strip(),
        ban_months=max(ban_months, found.ban_months),
        scan=attachment_store(scan, actor=actor) if scan else None,
        **about(current),
        **begin(Hearing.process),
    )
    if asked:
        hearing.views, hearing.views_on = _("依托单位自行申请：%(text)s") % {"text": facts.strip()}, actor.today
    hearing.number = numbering.formatted(SERIES, actor.today.year)
    cleaned(hearing)
    hearing.save()
    opened(hearing)
    return hearing


@transaction.atomic
def hearing_notify(*, hearing: Hearing, on: date, actor: Actor) -> Move:
    """Serve the notice on the host: from the day after, it has the rule's working days to state its views."""
    refuse_future(on)
    days = life_of(hearing.rules).hearing.days
    return _step(hearing, "notify", actor, values={"noticed_on": on, "due_on": last_working_day(on, days)})


@transaction.atomic
def hearing_state(*, hearing: Hearing, views: str, actor: Actor) -> Move:
    """State the host's views (陈述申辩); saying nothing against it is ``hearing_waive``."""
    return _step(hearing, "state", actor, reason=views, values={"views": views.strip(), "views_on": actor.today})


@transaction.atomic
def hearing_waive(*, hearing: Hearing, actor: Actor) -> Move:
    """Say that the host has nothing against it."""
    return _step(hearing, "waive", actor, values={"views": _("无异议"), "views_on": actor.today})


@transaction.atomic
def hearing_lapse(*, hearing: Hearing, actor: Actor) -> Move:
    """Put on record that the term passed and the host stated nothing."""

    def term_over(row: Hearing) -> str | None:
        if row.due_on is not None and actor.today > row.due_on:
            return None
        return str(_("陈述申辩期限 %(day)s 尚未届满。") % {"day": row.due_on.isoformat() if row.due_on else ""})

    values = {"views": _("逾期未陈述"), "views_on": actor.today}
    return _step(hearing, "lapse", actor, guards={"term_over": term_over}, values=values)


@transaction.atomic
def hearing_accept(*, hearing: Hearing, actor: Actor) -> Move:
    """Take up what the host itself asked for: its request is its view, no further notice is served."""

    def asked_for(row: Hearing) -> str | None:
        own = ending_ground(row.rules, row.ground, row.act).own_request
        return None if own else str(_("只有依托单位自行申请的注销可以免于告知。"))

    values = {"views": hearing.views or _("依托单位自行申请"), "views_on": hearing.views_on or actor.today}
    return _step(hearing, "own_request", actor, guards={"asked_for": asked_for}, values=values)


@transaction.atomic
def hearing_on_paper(
    *, hearing: Hearing, noticed_on: date, views: str, actor: Actor, decided_on: date | None = None
) -> Move:
    """Record a notice and views that were exchanged on paper; the term must be over, or the host agree.

    ``decided_on`` is the day the decision was taken where that lies in the past.
    """
    refuse_future(noticed_on, field="noticed_on")
    due_on = last_working_day(noticed_on, life_of(hearing.rules).hearing.days)
    if not views.strip():
        raise Refused(_("须写明依托单位的意见；没有意见的，写“无异议”。"), field="views")
    day = decided_on or actor.today

    def term_kept(_row: Hearing) -> str | None:
        if noticed_on <= day and (views.strip() == _("无异议") or due_on < day):
            return None
        return str(_("决定须在陈述申辩期限 %(day)s 届满后作出。") % {"day": due_on.isoformat()})

    values = {"noticed_on": noticed_on, "due_on": due_on, "views": views.strip(), "views_on": min(due_on, day)}
    return _step(hearing, "on_paper", actor, guards={"term_kept": term_kept}, values=values)


@transaction.atomic
def hearing_drop(*, hearing: Hearing, reason: str, actor: Actor) -> Move:
    """Let the platform be: before the notice the proposal is sent back, after it the matter is closed."""
    return _step(hearing, "return" if hearing.state == "drafted" else "drop", actor, reason=reason)


@transaction.atomic
def hearing_decide(*, hearing: Hearing, answer: str, document_number: str, on: date, actor: Actor) -> Hearing:
    """Decide: the platform ends on ``on``, its recognitions with it, and its host and director are barred if the
    ground bars them.

    The decision answers what the host said; without an answer it is refused.
    """
    refuse_future(on)
    said_nothing = (str(_("无异议")), str(_("逾期未陈述")))

    def views_answered(row: Hearing) -> str | None:
        if row.views in said_nothing or answer.strip():
            return None
        return str(_("须逐条答复依托单位的陈述申辩意见。"))

    if hearing.act == Hearing.Act.REVOKE and not document_number.strip():
        raise Refused(_("须填写撤销或恢复所依据的文号。"), field="document_number")
    _step(
        hearing,
        "decide",
        actor,
        guards={"views_answered": views_answered},
        values={"answer": answer.strip(), "document_number": document_number.strip(), "on": on},
    )
    platform_end(
        platform=hearing.platform,
        step=hearing.act,
        on=on,
        actor=actor,
        reason=f"{hearing.ground_label}：{hearing.facts}",
        document_number=document_number,
    )
    if hearing.ban_months:
        _bar(hearing, on, actor)
    return hearing


@transaction.atomic
def ending_record(
    *,
    platform: Platform,
    step: str,
    on: date,
    actor: Actor,
    reason: str,
    noticed_on: date,
    views: str,
    ground: str = "",
    answer: str = "",
    document_number: str = "",
) -> Hearing:
    """Record an ending whose notice and hearing took place on paper; the term between them must have been kept.

    ``step``: ``revoke`` or ``deregister``. ``ground`` defaults to the failed evaluation, the host's
    own request, or for a platform never recognised to the ended cultivation.
    """
    if not ground:
        ground = "cultivation_ended" if platform.state == "candidate" else "own_request"
        ground = "evaluation_failed" if step == Hearing.Act.REVOKE else ground
    hearing = hearing_begin(platform=platform, act=step, ground=ground, facts=reason, actor=actor)
    hearing_on_paper(hearing=hearing, noticed_on=noticed_on, views=views, actor=actor, decided_on=on)
    return hearing_decide(hearing=hearing, answer=answer or reason, document_number=document_number, on=on, actor=actor)


@transaction.atomic
def ban_record(
    *,
    start: date,
    months: int,
    reason: str,
    actor: Actor,
    organisation: Organisation | None = None,
    person_name: str = "",
    document_number: str = "",
    hearing: Hearing | None = None,
) -> Ban:
    """Bar an organisation or a person from applying for ``months`` from ``start`` on."""
    if hearing is None and not actor.holds("department_head"):
        raise NotAllowed(_("限制申报由归口部门负责人决定。"))
    ban = Ban(
        organisation=organisation,
        person_name=person_name.strip(),
        reason=reason.strip()[:200],
        document_number=document_number.strip(),
        start=start,
        end=months_after(start, months),
        hearing=hearing,
        recorded_by_id=person(actor),
    )
    cleaned(ban)
    ban.save()
    return ban


@transaction.atomic
def ban_lift(*, ban: Ban, on: date, reason: str, actor: Actor) -> Ban:
    """End a ban before its day; ``on`` is the first day without it."""
    access.BANS.require(actor, "lift", ban)
    if not reason.strip():
        raise Refused(_("须写明理由。"), field="reason")
    if ban.lifted_on is not None or on >= ban.end:
        raise Refused(_("这一限制已经结束。"), field="on")
    ban.lifted_on, ban.lifted_because = on, reason.strip()[:200]
    ban.save(update_fields=["lifted_on", "lifted_because"])
    return ban


def _bar(hearing: Hearing, on: date, actor: Actor) -> None:
    entry = entry_today(hearing.platform)
    told: dict[str, Any] = {
        "start": on,
        "months": hearing.ban_months,
        "reason": f"{hearing.platform_name}：{hearing.ground_label}",
        "document_number": hearing.document_number,
        "hearing": hearing,
        "actor": actor,
    }
    ban_record(organisation=hearing.host, **told)
    if entry.director:
        ban_record(person_name=entry.director, **told)


def _step(hearing: Hearing, step: str, actor: Actor, **more: Any) -> Move:
    return moves.take(hearing, step, access=access.HEARINGS, actor=actor, **more)
