"""What hosts ask for (变更), what is recommended upwards (推荐), and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.directory.models import County, Department, Organisation
from kechuang.kernel import moves, numbering
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.kernel.files import attachment_store
from kechuang.kernel.inbox import opened
from kechuang.kernel.models import Move
from kechuang.kernel.processes import begin
from kechuang.platforms import access as register_access
from kechuang.platforms import life_access as access
from kechuang.platforms.models import ChangeRequest, Platform, PlatformKind, Recommendation
from kechuang.platforms.selectors.competence import competent_department
from kechuang.platforms.selectors.life import barred, change_kind, life_rule
from kechuang.platforms.services.keeping import platform_change
from kechuang.platforms.services.life_steps import about, cleaned, entry_today, in_the_name_of
from kechuang.platforms.services.locks import locked, refuse_future
from kechuang.platforms.services.recognitions import recognition_draft, recognition_move
from kechuang.platforms.services.tracks import in_words

SERIES = "TJ"
RELATED = {"host": Organisation, "county": County}


@transaction.atomic
def change_ask(
    *,
    platform: Platform,
    kind: str,
    on: date,
    values: Mapping[str, Any],
    reason: str,
    actor: Actor,
    scan: UploadedFile[bytes] | None = None,
) -> ChangeRequest:
    """Ask for a change of ``platform`` (变更申请); which fields a kind may touch is the catalogue's.

    The register changes when the request is filed or approved. Raises ``Refused`` at the field at fault.
    """
    current = locked(platform)
    register_access.PLATFORMS.require(actor, "request", current)
    rule = life_rule()
    found = change_kind(rule, kind)
    wanted: dict[str, Any] = {name: values[name] for name in found.fields if values.get(name) not in (None, "")}
    if not wanted:
        raise Refused(_("须填写变更后的内容。"), field=found.fields[0])
    if current.state in ("revoked", "deregistered"):
        raise Refused(_("平台已撤销或注销，不能再变更。"))
    request = ChangeRequest(
        rules=rule,
        kind=kind,
        kind_label=found.label,
        mode=found.mode,
        on=on,
        values={name: value.pk if name in RELATED else value for name, value in wanted.items()},
        shown=in_words(wanted),
        reason=reason.strip(),
        scan=attachment_store(scan, actor=actor) if scan else None,
        **about(current),
        **begin(ChangeRequest.process),
    )
    cleaned(request)
    request.save()
    opened(request)
    return request


@transaction.atomic
def change_move(*, request: ChangeRequest, step: str, actor: Actor, reason: str = "") -> Move:
    """Take a step of a request; ``file`` and ``approve`` write the change into the register."""

    def is_filed(row: ChangeRequest) -> str | None:
        return None if row.mode == "filed" else str(_("这一事项须经核准，不能只报备。"))

    def is_approved(row: ChangeRequest) -> str | None:
        return None if row.mode == "approved" else str(_("这一事项报备即可，不必核准。"))

    move = moves.take(
        request,
        step,
        access=access.CHANGES,
        actor=actor,
        guards={"is_filed": is_filed, "is_approved": is_approved},
        reason=reason,
    )
    if step in ("file", "approve"):
        platform_change(
            platform=request.platform,
            on=request.on,
            actor=in_the_name_of(actor, entry_today(request.platform).department),
            reason=_("%(kind)s：%(reason)s") % {"kind": request.kind_label, "reason": request.reason},
            **_values(request),
        )
    return move


@transaction.atomic
def recommendation_make(
    *,
    organisation: Organisation,
    recommended_on: date,
    actor: Actor,
    platform: Platform | None = None,
    kind: PlatformKind | None = None,
    level: str = "",
    programme: str = "",
    department: Department | None = None,
    document_number: str = "",
    place: int | None = None,
    is_sample: bool = False,
) -> Recommendation:
    """Recommend an organisation or its platform to a higher body, for a type and level or for a programme.

    Raises ``Refused`` while the organisation is barred from applying.
    """
    refuse_future(recommended_on, field="recommended_on")
    if ban := barred(organisation=organisation, on=recommended_on):
        raise Refused(str(ban), field="organisation")
    if (kind is None) == (not programme.strip()):
        raise Refused(_("须写明推荐的平台类别，或推荐的项目、计划，二者取其一。"), field="kind")
    if kind is not None and not level:
        raise Refused(_("须选择推荐到哪一级。"), field="level")
    found = department
    if found is None and kind is not None:
        found = competent_department(kind=kind, level=level, on=actor.today)
    if found is None:
        raise Refused(_("归口表没有归口部门，请指明推荐部门。"), field="department")
    row = Recommendation(
        number="",
        organisation=organisation,
        platform=platform,
        kind=kind,
        level=level,
        programme=programme.strip(),
        department=found,
        recommended_on=recommended_on,
        document_number=document_number.strip(),
        place=place,
        is_sample=is_sample,
        **begin(Recommendation.process),
    )
    row.number = numbering.formatted(SERIES, recommended_on.year)
    cleaned(row)
    row.save()
    access.RECOMMENDATIONS.require(actor, "add", row)
    opened(row)
    return row


@transaction.atomic
def recommendation_record(
    *,
    recommendation: Recommendation,
    recognised: bool,
    actor: Actor,
    decided_on: date,
    decided_by: str = "",
    decision_number: str = "",
    certificate: str = "",
    scan: UploadedFile[bytes] | None = None,
    reason: str = "",
) -> Recommendation:
    """Record what the higher body decided: its number, date and scan.

    Where a platform was recommended and recognised, its recognition is entered and handed to a second person.
    """
    refuse_future(decided_on, field="decided_on")
    if decided_on < recommendation.recommended_on:
        raise Refused(_("决定日期早于推荐日期。"), field="decided_on")

    def decision_document(_row: Recommendation) -> str | None:
        return None if decision_number.strip() and decided_by.strip() else str(_("须填写决定机关和决定文号。"))

    moves.take(
        recommendation,
        "recognise" if recognised else "refuse",
        access=access.RECOMMENDATIONS,
        actor=actor,
        guards={"decision_document": decision_document},
        reason=reason,
        values={
            "decided_on": decided_on,
            "decided_by": decided_by.strip(),
            "decision_number": decision_number.strip(),
            "scan": attachment_store(scan, actor=actor) if scan else None,
        },
    )
    if recognised and recommendation.platform is not None and recommendation.level:
        recognition = recognition_draft(
            platform=recommendation.platform,
            actor=actor,
            level=recommendation.level,
            recognised_on=decided_on,
            document_number=decision_number,
            recognised_by=decided_by,
            certificate=certificate,
            scan=scan,
        )
        recognition_move(recognition=recognition, step="submit", actor=actor)
    return recommendation


@transaction.atomic
def recommendation_withdraw(*, recommendation: Recommendation, reason: str, actor: Actor) -> Move:
    """Take a recommendation back."""
    return moves.take(recommendation, "withdraw", access=access.RECOMMENDATIONS, actor=actor, reason=reason)


def _values(request: ChangeRequest) -> dict[str, Any]:
    return {
        name: RELATED[name]._default_manager.get(pk=value) if name in RELATED else value
        for name, value in request.values.items()
    }
