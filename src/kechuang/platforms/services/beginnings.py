"""The day a platform's record begins, corrected when it was wrongly entered."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.kernel import events
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.platforms import access
from kechuang.platforms.models import Amendment, Platform, PlatformPeriod, Standing
from kechuang.platforms.services.locks import locked, person, refuse_future
from kechuang.platforms.services.register import register_compose
from kechuang.platforms.services.tracks import in_words


@transaction.atomic
def platform_restart(
    *, platform: Platform, since: date, actor: Actor, reason: str, document_number: str = ""
) -> Amendment:
    """Correct the day since which the register knows ``platform``; what held on its first day holds from ``since``.

    Raises ``Refused`` at ``since`` when something recorded lies before it: a recognition, a change, a
    standing, a partner; these are corrected first, because moving the start would undo them silently.
    """
    current = locked(platform)
    access.PLATFORMS.require(actor, "correct", current)
    if not reason.strip():
        raise Refused(_("须写明理由。"), field="reason")
    refuse_future(since, field="since")
    period = PlatformPeriod.objects.filter(platform=current).earliest("start")
    standing = Standing.objects.filter(platform=current).earliest("start")
    before = period.start
    if since == before:
        raise Refused(_("没有要改动的内容。"), field="since")
    _refuse_recorded(current, period, standing, since)
    period.start = since
    period.save(update_fields=["start"])
    if standing.end == since:
        standing.delete()  # cultivated for no day: it was recognised on the day it began
    else:
        standing.start = since
        standing.save(update_fields=["start"])
    register_compose([current.pk])
    amendment = Amendment.objects.create(
        platform=current,
        kind=Amendment.Kind.CORRECTION,
        effective_on=min(since, before),
        before=in_words({"start": before}),
        after=in_words({"start": since}),
        reason=reason.strip(),
        document_number=document_number.strip(),
        actor_id=person(actor),
    )
    events.publish("platform.corrected", current)
    return amendment


def _refuse_recorded(platform: Platform, period: PlatformPeriod, standing: Standing, since: date) -> None:
    given = platform.recognitions.exclude(state="voided").order_by("recognised_on").first()
    if given is not None and given.recognised_on < since:
        raise Refused(
            _("起始日不能晚于首次认定日期 %(day)s。") % {"day": given.recognised_on.isoformat()}, field="since"
        )
    joined = platform.partners.order_by("start").first()
    if joined is not None and joined.start < since:
        raise Refused(
            _("共建单位“%(who)s”在 %(day)s 已经加入，起始日不能晚于这一天。")
            % {"who": joined, "day": joined.start.isoformat()},
            field="since",
        )
    for what, day, reached in (
        (_("变更"), period.end, period.end is not None and since >= period.end),
        (_("状态变化"), standing.end, standing.end is not None and since > standing.end),
    ):
        if day is not None and reached:
            raise Refused(
                _("该平台在 %(day)s 已登记%(what)s，起始日须早于这一天；请先更正那一项。")
                % {"day": day.isoformat(), "what": what},
                field="since",
            )
