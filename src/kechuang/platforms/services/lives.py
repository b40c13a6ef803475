"""How a platform stands: warned, rectifying, revoked, deregistered, each with its day.

The step is taken now (``kernel.moves``); the standing it leads to has effect from a day that
may lie before. Revocation (撤销, a sanction) and deregistration (注销, expiry or own wish)
are kept apart; either ends the recognitions in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.kernel import moves
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.kernel.models import Move
from kechuang.kernel.moves import Guard
from kechuang.platforms import access
from kechuang.platforms.models import Platform, Recognition, Standing
from kechuang.platforms.services.locks import locked, refuse_future
from kechuang.platforms.services.register import register_compose

ENDINGS = {"revoke": Recognition.Ending.REVOKED, "deregister": Recognition.Ending.DEREGISTERED}


@transaction.atomic
def platform_move(
    *, platform: Platform, step: str, on: date, actor: Actor, reason: str = "", document_number: str = ""
) -> Move:
    """Take ``step`` of ``platform_life`` with effect from ``on``.

    Raises ``Refused`` when the day lies in the future or before the standing the platform has, and for
    ``revoke`` and ``deregister``: these are decided in a hearing of views (``services.endings``).
    """
    if step in ENDINGS:
        raise Refused(_("撤销、注销须先告知依托单位并听取陈述申辩，请从“撤销与注销”发起。"))
    return platform_end(
        platform=platform, step=step, on=on, actor=actor, reason=reason, document_number=document_number
    )


def platform_end(
    *, platform: Platform, step: str, on: date, actor: Actor, reason: str = "", document_number: str = ""
) -> Move:
    """Take a step of ``platform_life``, endings included; for ``services.endings`` once the host was heard.

    ``revoke`` and ``deregister`` end every recognition in force on ``on``. Runs in the caller's transaction.
    """
    current = locked(platform)
    refuse_future(on)
    move = moves.take(
        current,
        step,
        access=access.PLATFORMS,
        actor=actor,
        guards=_guards(step, reason, document_number),
        reason=reason,
    )
    _stand(current, move.target, on, reason=reason, document_number=document_number)
    if ending := ENDINGS.get(step):
        for recognition in current.recognitions.filter(state="in_force"):
            end_recognition(recognition, on=on, ending=ending, actor=actor, reason=reason or move.label)
    register_compose([current.pk])
    platform.state = current.state
    return move


def end_recognition(
    recognition: Recognition, *, on: date, ending: Recognition.Ending, actor: Actor, reason: str
) -> None:
    """End one recognition so that ``on`` is the first day without it; the platform is locked by the caller."""
    if on <= recognition.recognised_on:
        raise Refused(
            _("终止日期须晚于“%(what)s”的认定日期 %(day)s。")
            % {"what": recognition, "day": recognition.recognised_on.isoformat()},
            field="on",
        )
    moves.take(
        recognition,
        "end",
        access=access.RECOGNITIONS,
        actor=actor,
        guards={"end_recorded": lambda _row: None},
        reason=reason,
        values={"ended_on": on, "ending": ending},
    )


def activate_from(platform: Platform, day: date, *, actor: Actor) -> None:
    """Let a platform run from the day of its first recognition; the platform is locked by the caller.

    A recognition entered later but given earlier moves that day back.
    """
    if platform.state == "candidate":
        moves.take(platform, "activate", access=access.PLATFORMS, actor=actor, guards={"recognised": lambda _row: None})
        _stand(platform, "active", day)
        return
    waiting = platform.standings.filter(state="candidate", start__lte=day, end__gt=day).first()
    if waiting is None or waiting.end is None:
        return
    follows = platform.standings.get(start=waiting.end)
    if waiting.start == day:
        waiting.delete()
    else:
        waiting.end = day
        waiting.save(update_fields=["end"])
    follows.start = day
    follows.save(update_fields=["start"])


def _stand(platform: Platform, state: str, on: date, *, reason: str = "", document_number: str = "") -> None:
    """Close the standing that runs and open ``state`` on ``on``; one that held no day is rewritten."""
    running = platform.standings.get(end=None)
    if on < running.start:
        raise Refused(
            _("生效日期不能早于现状态的起始日 %(day)s。") % {"day": running.start.isoformat()},
            field="on",
        )
    told = {"state": state, "reason": reason.strip(), "document_number": document_number.strip()}
    if on == running.start:
        Standing.objects.filter(pk=running.pk).update(**told)
        return
    running.end = on
    running.save(update_fields=["end"])
    Standing.objects.create(platform=platform, start=on, **told)


def _guards(step: str, reason: str, document_number: str) -> Mapping[str, Guard[Platform]]:
    def recognised(platform: Platform) -> str | None:
        if platform.recognitions.filter(state="in_force").exists():
            return None
        return str(_("平台还没有有效的认定，不能转入运行。"))

    def document(platform: Platform) -> str | None:
        return None if document_number.strip() else str(_("须填写撤销或恢复所依据的文号。"))

    def report(platform: Platform) -> str | None:
        return None if reason.strip() else str(_("须写明整改情况。"))

    return {
        "recognised": recognised,
        "revocation_document": document,
        "objection_founded": document,
        "rectification_report": report,
    }
