"""A type at a level changes hands: another department is competent from a day on."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.directory.models import Department
from kechuang.kernel import events
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.platforms import access
from kechuang.platforms.models import Amendment, Competence, Platform, RegisterEntry
from kechuang.platforms.selectors.composition import FOREVER
from kechuang.platforms.services.locks import hold_organisations, hold_platforms, person, refuse_future
from kechuang.platforms.services.register import register_compose
from kechuang.platforms.services.tracks import in_words, put_within, store, tracks_of
from kechuang.pure.timelines import between


@transaction.atomic
def competence_transfer(
    *, competence: Competence, department: Department, on: date, document: str, actor: Actor
) -> list[Platform]:
    """Make ``department`` competent for the type and level of ``competence`` from ``on`` on.

    Every platform passes over for the days on which it has that type and level and the
    old department keeps it; what came before ``on`` stays the old department's. Returns the platforms
    that passed over.
    """
    access.COMPETENCE.require(actor, "transfer", competence)
    refuse_future(on)
    current = Competence.objects.select_for_update().get(pk=competence.pk)
    _open_next(current, department, on, document)
    moving = RegisterEntry.objects.filter(
        kind=current.kind, level=current.level, department=current.department, end__gt=on
    )
    keys = sorted(set(moving.values_list("platform_id", flat=True)))
    hold_organisations(set(moving.values_list("host_id", flat=True)))
    held = hold_platforms(keys)
    platforms = list(Platform.objects.filter(pk__in=held).order_by("pk"))
    for platform in platforms:
        spans = [
            between(max(start, on), FOREVER if end == FOREVER else end)
            for start, end in moving.filter(platform=platform).values_list("start", "end")
        ]
        tracks = tracks_of(platform)
        put_within(tracks, "department", [span for span in spans if span], department)
        store(platform, tracks)
        Amendment.objects.create(
            platform=platform,
            kind=Amendment.Kind.CHANGE,
            effective_on=on,
            before=in_words({"department": current.department}),
            after=in_words({"department": department}),
            reason=_("归口管理调整"),
            document_number=document.strip()[:80],
            actor_id=person(actor),
        )
    register_compose(held)
    events.publish("competence.transferred", current)
    return platforms


def _open_next(current: Competence, department: Department, on: date, document: str) -> None:
    if not document.strip():
        raise Refused(_("须填写归口调整所依据的文件。"), field="document")
    if current.end is not None:
        raise Refused(_("这一归口关系已经结束，请在现行的归口关系上办理。"))
    if department == current.department:
        raise Refused(_("归口部门没有变化。"), field="department")
    if current.start is not None and on <= current.start:
        raise Refused(_("生效日期须晚于现归口关系的起始日 %(day)s。") % {"day": current.start.isoformat()}, field="on")
    current.end = on
    current.save(update_fields=["end"])
    Competence.objects.create(
        kind=current.kind,
        level=current.level,
        department=department,
        partners=current.partners,
        recognised_by=current.recognised_by,
        named=current.named,
        note=current.note,
        document=document.strip(),
        start=on,
        closed=current.closed,
        template=False,
        recorded=True,
    )
