"""Entering platforms, and letting what is true of them change, or correcting what was wrong.

A *change* (变更) is true from a day on. A *correction* (更正) says that what stands there
was wrong for as long as it stood. Both write an ``Amendment``; they never share a function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.directory.models import Department, Organisation
from kechuang.kernel import events, numbering
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.processes import begin
from kechuang.platforms import access
from kechuang.platforms.models import Amendment, Level, Partner, Platform, PlatformKind, PlatformPeriod, Standing
from kechuang.platforms.own import own_fields, own_read
from kechuang.platforms.selectors.competence import competent_department
from kechuang.platforms.selectors.entries import entry_of
from kechuang.platforms.services.locks import hold_organisations, locked, person, refuse_future
from kechuang.platforms.services.register import register_compose
from kechuang.platforms.services.tracks import (
    FIELDS,
    OWN,
    FieldTracks,
    in_words,
    own_emptied,
    own_opened,
    put_from,
    put_instead,
    store,
    tracks_of,
    value_on,
)
from kechuang.pure.timelines import Span

SERIES = "PT"
NOTHING: Mapping[str, Any] = MappingProxyType({})


@transaction.atomic
def platform_register(
    *,
    actor: Actor,
    since: date,
    name: str,
    kind: PlatformKind,
    host: Organisation,
    department: Department | None = None,
    sensitive: bool = False,
    parent: Platform | None = None,
    is_sample: bool = False,
    extras: Mapping[str, Any] = NOTHING,
    **values: Any,
) -> Platform:
    """Enter a platform that its host has cultivated under this name since ``since``.

    ``department`` defaults to the one competent for the type on that day. ``values``: county,
    industry_code, direction, director, governance, team; ``extras``: code → value of the type's own
    fields. Raises ``Refused`` with the field at fault.
    """
    if not access.PLATFORMS.may_any(actor, "add"):
        raise NotAllowed(_("登记平台由归口管理部门办理。"))
    refuse_future(since, field="since")
    hold_organisations([host.pk])
    department = department or _competent(kind, Level.CULTIVATED, since)
    platform = Platform(sensitive=sensitive, parent=parent, is_sample=is_sample, **begin(Platform.process))
    platform.number = numbering.formatted(SERIES, since.year)
    platform.save()
    period = PlatformPeriod(
        platform=platform, start=since, name=name.strip(), kind=kind, host=host, department=department, **values
    )
    period.extras = {code: value for code, value in own_read(kind, extras).items() if value is not None}
    _clean(period)
    period.save()
    Standing.objects.create(platform=platform, start=since, state=platform.state)
    register_compose([platform.pk])
    access.PLATFORMS.require(actor, "add", platform)
    events.publish("platform.registered", platform)
    return platform


@transaction.atomic
def platform_change(
    *, platform: Platform, on: date, actor: Actor, reason: str, document_number: str = "", **values: Any
) -> Amendment:
    """Let ``values`` be true of ``platform`` from ``on`` on; the days before stay as they were.

    ``values`` is a subset of ``services.tracks.FIELDS``, and ``extras`` (code → value of the type's own
    fields). A field that was to change again on a later day still does so on that day. A new type brings its
    competent department with it unless one is given, and leaves behind what only the old type had.
    """
    hosts = [values["host"]] if "host" in values else []
    current = _opened(platform, actor, "change", reason, *hosts)
    refuse_future(on)
    tracks = tracks_of(current)
    if "kind" in values and "department" not in values and values["kind"] != value_on(tracks, "kind", on):
        values["department"] = _competent(values["kind"], _level_on(current, on), on)
    _since, before, after = _rewritten(tracks, on, values, put_from)
    store(current, tracks)
    return _amended(
        current,
        Amendment.Kind.CHANGE,
        actor,
        on=on,
        before=before,
        after=after,
        reason=reason,
        document_number=document_number,
    )


@transaction.atomic
def platform_correct(
    *, platform: Platform, on: date, actor: Actor, reason: str, document_number: str = "", **values: Any
) -> Amendment:
    """Correct what was wrongly written of ``platform`` and stood there on ``on``.

    Each field is rewritten for as long as the same error stood, before ``on`` and after it.
    """
    hosts = [values["host"]] if "host" in values else []
    current = _opened(platform, actor, "correct", reason, *hosts)
    refuse_future(on)
    tracks = tracks_of(current)
    since, before, after = _rewritten(tracks, on, values, put_instead)
    store(current, tracks)
    return _amended(
        current,
        Amendment.Kind.CORRECTION,
        actor,
        on=since,
        before=before,
        after=after,
        reason=reason,
        document_number=document_number,
    )


@transaction.atomic
def platform_conceal(*, platform: Platform, sensitive: bool, actor: Actor, reason: str) -> Amendment:
    """Hide ``platform`` from the public on every day, or show it again."""
    current = _opened(platform, actor, "conceal", reason)
    before = {"sensitive": _said(sensitive=current.sensitive)}
    if current.sensitive == sensitive:
        raise Refused(_("没有要改动的内容。"), field="sensitive")
    current.sensitive = platform.sensitive = sensitive
    current.save(update_fields=["sensitive"])
    return _amended(
        current,
        Amendment.Kind.CORRECTION,
        actor,
        on=date.today(),
        before=before,
        after={"sensitive": _said(sensitive=sensitive)},
        reason=reason,
    )


@transaction.atomic
def platform_derive(*, platform: Platform, parent: Platform | None, actor: Actor, reason: str) -> Amendment:
    """Say which platform ``platform`` grew out of (从1到N), or that it grew out of none."""
    current = _opened(platform, actor, "correct", reason)
    line, seen = parent, {current.pk}
    while line is not None:
        if line.pk in seen:
            raise Refused(_("平台不能由它自己或它孵化出的平台孵化。"), field="parent")
        seen.add(line.pk)
        line = line.parent
    before = in_words({"parent": current.parent})
    if current.parent == parent:
        raise Refused(_("没有要改动的内容。"), field="parent")
    current.parent = platform.parent = parent
    current.save(update_fields=["parent"])
    return _amended(
        current,
        Amendment.Kind.CORRECTION,
        actor,
        on=date.today(),
        before=before,
        after=in_words({"parent": parent}),
        reason=reason,
    )


@transaction.atomic
def partner_add(*, platform: Platform, organisation: Organisation, start: date, actor: Actor) -> Partner:
    """Let ``organisation`` build the platform together with its host from ``start`` on."""
    access.PLATFORMS.require(actor, "partner", platform)
    current = locked(platform, organisation)
    refuse_future(start, field="start")
    if value_on(tracks_of(current), "host", start) == organisation:
        raise Refused(_("依托单位不能同时是共建单位。"), field="organisation")
    if current.partners.filter(organisation=organisation, end=None).exists():
        raise Refused(_("该单位已是共建单位。"), field="organisation")
    return Partner.objects.create(platform=current, organisation=organisation, start=start)


@transaction.atomic
def partner_end(*, partner: Partner, on: date, actor: Actor) -> Partner:
    """Let the partnership end; ``on`` is the first day without it."""
    access.PLATFORMS.require(actor, "partner", partner.platform)
    locked(partner.platform)
    refuse_future(on)
    current = Partner.objects.get(pk=partner.pk)
    if current.end is not None:
        raise Refused(_("这一共建关系已经结束。"))
    if on <= current.start:
        raise Refused(_("结束日期须晚于起始日期 %(day)s。") % {"day": current.start.isoformat()}, field="on")
    current.end = on
    current.save(update_fields=["end"])
    return current


def _opened(platform: Platform, actor: Actor, action: str, reason: str, *hosts: Organisation) -> Platform:
    """Lock first, then ask: the right to keep a platform may have changed hands while waiting."""
    current = locked(platform, *hosts)
    access.PLATFORMS.require(actor, action, current)
    if not reason.strip():
        raise Refused(_("须写明理由。"), field="reason")
    return current


def _rewritten(
    tracks: FieldTracks, on: date, values: dict[str, Any], put: Callable[[FieldTracks, str, date, Any], Span]
) -> tuple[date, dict[str, str], dict[str, str]]:
    """Put ``values`` into ``tracks``; return the first day this touches, and in words what stood and what stands.

    A new type leaves behind, on its days, what only the old one had; what it gives up on ``on`` is told.
    """
    old_kind = value_on(tracks, "kind", on)
    kind = values.get("kind") or old_kind
    entered = own_read(kind, values.pop("extras", {}))
    own_opened(tracks, entered)
    values.update({f"{OWN}{code}": value for code, value in entered.items()})
    before = {field: value_on(tracks, field, on) for field in values}
    changed = _differing(before, values)
    held = {field: value_on(tracks, field, on) for field in tracks if field.startswith(OWN)}
    spans = {field: put(tracks, field, on, values[field]) for field in changed}
    own_emptied(tracks, spans)
    after = {field: values[field] for field in changed}
    lost = {field: None for field, value in held.items() if value is not None and value_on(tracks, field, on) is None}
    own = {field.code: field for one in (old_kind, kind) for field in own_fields(one)}.values()
    first = min(span.start for span in spans.values())
    stood = {field: before[field] for field in changed} | {field: held[field] for field in lost}
    return first, in_words(stood, own), in_words(lost | after, own)


def _differing(before: dict[str, Any], values: dict[str, Any]) -> list[str]:
    unknown = sorted(field for field in values if field not in FIELDS and not field.startswith(OWN))
    if unknown:
        raise ValueError(f"not dated fields of a platform: {unknown}")
    changed = [field for field in values if values[field] != before[field]]
    if not changed:
        raise Refused(_("没有要改动的内容。"))
    for field in ("name", "kind", "host", "department"):
        if field in changed and not values[field]:
            raise Refused(_("此项不能为空。"), field=field)
    return changed


def _amended(
    platform: Platform,
    kind: Amendment.Kind,
    actor: Actor,
    *,
    on: date,
    before: dict[str, str],
    after: dict[str, str],
    reason: str,
    document_number: str = "",
) -> Amendment:
    register_compose([platform.pk])
    amendment = Amendment.objects.create(
        platform=platform,
        kind=kind,
        effective_on=on,
        before=before,
        after=after,
        reason=reason.strip(),
        document_number=document_number.strip(),
        actor_id=person(actor),
    )
    events.publish("platform.changed" if kind == Amendment.Kind.CHANGE else "platform.corrected", platform)
    return amendment


def _competent(kind: PlatformKind, level: str, on: date) -> Department:
    found = competent_department(kind=kind, level=level, on=on)
    if found is None:
        raise Refused(_("归口表没有“%(kind)s”的归口部门，请指明部门。") % {"kind": kind}, field="department")
    return found


def _level_on(platform: Platform, on: date) -> str:
    entry = entry_of(platform=platform, on=on)
    return entry.level if entry and entry.level else Level.CULTIVATED


def _said(*, sensitive: bool) -> str:
    return str(_("不公开") if sensitive else _("公开"))


def _clean(period: PlatformPeriod) -> None:
    try:
        period.full_clean(validate_constraints=False)
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise Refused(sentences[0], field=None if field == "__all__" else field) from error
