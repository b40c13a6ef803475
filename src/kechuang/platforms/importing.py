"""Platforms and their recognitions from a spreadsheet: columns, recognition of rows, and the services that write them.

A recognition comes in as entered and handed in; it counts once another person has confirmed it, as one typed by hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.directory.importing import counties, counties_in_full, units_read
from kechuang.directory.models import Department, DepartmentAlias
from kechuang.kernel import events
from kechuang.kernel.access import Actor
from kechuang.platforms import access, services
from kechuang.platforms.models import (
    Amendment,
    Platform,
    PlatformKind,
    PlatformPeriod,
    Recognition,
    RegisterEntry,
    Standing,
)
from kechuang.platforms.recognitions_in import (
    LEVELS,
    SINGLE,
    gathered,
    level_fields,
    levels_said,
    recognise,
    tell_of_held,
    tell_of_lacking,
)
from kechuang.platforms.selectors.competence import competences_on
from kechuang.platforms.selectors.composition import FOREVER
from kechuang.platforms.selectors.reference import direction_choices
from kechuang.platforms.services.locks import hold_platforms
from kechuang.platforms.services.tracks import FIELDS
from kechuang.ui.imports.declaration import Batch, Difference, Field, Imports, Setting, Step, Stood

DATED = tuple(name for name in FIELDS if name != "department")


def kinds() -> dict[str, PlatformKind]:
    """Return every type by its name."""
    return {kind.name: kind for kind in PlatformKind.objects.all()}


def departments() -> dict[str, Department]:
    """Return every department by its short name."""
    return {one.short_name: one for one in Department.objects.all()}


def departments_otherwise() -> dict[str, Department]:
    """Return every department by its full name and by the names documents print."""
    named = {alias.name: alias.department for alias in DepartmentAlias.objects.select_related("department")}
    return {**named, **{one.name: one for one in Department.objects.all()}}


@dataclass(frozen=True, slots=True)
class _Known:
    """What the register holds of the platforms a sheet may mean."""

    by_number: dict[str, RegisterEntry]
    by_name: dict[tuple[str, int], list[RegisterEntry]]
    levels: dict[int, dict[str, Recognition]]


def platforms_match(actor: Actor, batch: Batch) -> list[Stood | None]:
    """Recognise rows by their number, else by name and host; tell of hosts the directory does not know."""
    units_read(batch, "host")
    batch.kept = gathered(batch, _again(batch))
    known = _known(actor, batch)
    stands: list[Stood | None] = []
    for place in range(len(batch.numbers)):
        entry = _entry(batch, place, known) if place in batch.kept else None
        stands.append(None if entry is None else _stood(batch, place, entry, known))
        if entry is None and place in batch.kept and not batch.columns["number"][place]:
            _tell_of_beginning(batch, place)
    return stands


def _again(batch: Batch) -> dict[int, int]:
    """Return the rows that tell of the platform of an earlier one, each with that one."""
    firsts: dict[Any, int] = {}
    again: dict[int, int] = {}
    columns = (batch.columns[name] for name in ("number", "name", "host"))
    for place, (number, name, host) in enumerate(zip(*columns, strict=True)):
        key = number.upper() if number else (name, host.pk) if name and host is not None else None
        first = place if key is None else firsts.setdefault(key, place)
        if first != place:
            again[place] = first
    return again


def _entry(batch: Batch, place: int, known: _Known) -> RegisterEntry | None:
    number, name, host = (batch.columns[column][place] for column in ("number", "name", "host"))
    if number:
        entry = known.by_number.get(number.upper())
        if entry is None:
            batch.fault(place, "number", _("名录里没有这个编号；新登记的平台请留空，由系统编号。"))
        return entry
    found = known.by_name.get((name, host.pk), []) if host is not None and name else []
    if len(found) > 1:
        batch.fault(place, "name", _("该单位有几个同名平台，请填写编号。"))
    return found[0] if len(found) == 1 else None


def _known(actor: Actor, batch: Batch) -> _Known:
    hosts = {one.pk for one in batch.columns["host"] if one is not None}
    numbers = {text.upper() for text in batch.columns["number"] if text}
    seen = access.ENTRIES.visible(RegisterEntry.objects.filter(end=FOREVER), actor)
    seen = seen.select_related("kind", "host", "county", "department")
    by_name: dict[tuple[str, int], list[RegisterEntry]] = defaultdict(list)
    for entry in seen.filter(host__in=hosts):
        by_name[(entry.name, entry.host_id)].append(entry)
    by_number = {entry.number: entry for entry in seen.filter(number__in=numbers)}
    keys = {entry.platform_id for rows in by_name.values() for entry in rows}
    keys |= {entry.platform_id for entry in by_number.values()}
    levels: dict[int, dict[str, Recognition]] = defaultdict(dict)
    for one in Recognition.objects.filter(platform__in=keys).exclude(state="voided").order_by("recognised_on", "pk"):
        levels[one.platform_id][one.level] = one
    return _Known(by_number, by_name, levels)


def _stood(batch: Batch, place: int, entry: RegisterEntry, known: _Known) -> Stood:
    """Return what stands; a recognition of a level that is held already is not entered twice."""
    values: dict[str, Any] = {name: getattr(entry, name) for name in ("department", *DATED)}
    held = known.levels[entry.platform_id]
    told = batch.kept[place]
    for one in told:
        if one.level in held:
            tell_of_held(batch, one, held[one.level])
        else:
            tell_of_lacking(batch, one)
    if told:
        values["level"] = levels_said(one.level for one in told if one.level in held)
        _say_levels(batch, place)
    batch.kept[place] = [one for one in told if one.level not in held]
    return Stood(entry.platform_id, f"{entry.name}（{entry.number}）", values)


def _say_levels(batch: Batch, place: int) -> None:
    """Have the row say all its levels in one cell, so that what is new is shown beside what stands."""
    told = batch.kept[place]
    batch.columns["level"][place] = levels_said(one.level for one in told)
    batch.places.setdefault("level", batch.places[told[0].names["recognised_on"]])


def _tell_of_beginning(batch: Batch, place: int) -> None:
    """Tell what a new platform lacks: the day it begins, and its recognitions' papers where levels are given."""
    told = batch.kept[place]
    if _begins(batch, place) is None and batch.empty(place, "since") and batch.empty(place, "recognised_on"):
        batch.fault(place, "since", _("新登记的平台须填起始日期或认定日期。"))
    if batch.columns["kind"][place] is None or batch.columns["host"][place] is None:
        return
    for one in told:
        tell_of_lacking(batch, one)
    if not told and any(batch.columns[name][place] is not None for name in SINGLE if name != "recognised_on"):
        batch.fault(place, "level", _("填了认定文号等内容，须同时填级别。"))


def _begins(batch: Batch, place: int) -> date | None:
    days = (batch.columns["since"][place], batch.columns["recognised_on"][place])
    return next((day for day in days if day), None) or min(
        (one.on for one in batch.kept[place] if one.on), default=None
    )


def platforms_enter(actor: Actor, batch: Batch, places: Sequence[int], setting: Setting, step: Step) -> None:
    """Enter platforms one by one through the register's own services, each with its recognition handed in."""
    bodies = _bodies(actor)

    def act(place: int) -> None:
        row, told = batch.row(place), batch.kept[place]
        platform = services.platform_register(
            actor=actor,
            since=row.get("since") or min(filter(None, (_begins(batch, place), *(one.on for one in told)))),
            department=row.get("department"),
            **{name: row[name] for name in DATED if name in row},
        )
        recognise(platform, told, kind=row["kind"], bodies=bodies, batch=batch, actor=actor)

    batch.each(places, act, step)


def platforms_change(actor: Actor, batch: Batch, changes: Sequence[Difference], setting: Setting, step: Step) -> None:
    """Correct what stands or let it change from a day on, and hand in the recognitions that are new."""
    by_place = {one.place: one for one in changes}
    bodies = _bodies(actor)

    def act(place: int) -> None:
        one, row = by_place[place], batch.row(place)
        platform = Platform.objects.get(pk=one.stood.key)
        values = {name: value for name, value in one.values.items() if name in FIELDS}
        if values and setting.on:
            services.platform_change(platform=platform, on=setting.on, actor=actor, reason=setting.reason, **values)
        elif values:
            services.platform_correct(platform=platform, on=actor.today, actor=actor, reason=setting.reason, **values)
        kind = row.get("kind") or one.stood.values["kind"]
        recognise(platform, batch.kept[place], kind=kind, bodies=bodies, batch=batch, actor=actor)

    batch.each(by_place, act, step)


def _bodies(actor: Actor) -> dict[tuple[int, str], str]:
    """Return who recognises which type at which level today, for sheets that do not say."""
    return {(row.kind_id, row.level): row.recognised_by for row in competences_on(actor.today)}


def platforms_follow(keys: set[int]) -> None:
    """Bring the register in step with platforms that an undo took away or put back."""
    hold_platforms(keys)
    services.register_compose(keys)
    for platform in Platform.objects.filter(pk__in=keys):
        events.publish("platform.corrected", platform)


def directions() -> dict[str, str]:
    """Return every industrial direction a type may name."""
    return dict(direction_choices())


PLATFORMS_IN = Imports(
    access=access.PLATFORMS,
    fields=(
        Field(
            "number",
            gettext_lazy("编号"),
            length=20,
            key=True,
            aliases=("平台编号", "登记编号"),
            hint=gettext_lazy("已登记的平台填写；新登记的留空，由系统编号。"),
        ),
        Field(
            "name",
            gettext_lazy("平台名称"),
            required=True,
            key=True,
            example="示例工程技术研究中心",
            aliases=("名称", "创新平台名称", "中心名称", "实验室名称"),
        ),
        Field(
            "kind",
            gettext_lazy("类别"),
            "choice",
            required=True,
            choices=kinds,
            aliases=("平台类别", "平台类型", "类型"),
        ),
        Field(
            "host",
            gettext_lazy("依托单位"),
            required=True,
            key=True,
            example="示例科技有限公司",
            aliases=("依托单位名称", "承担单位", "建设单位", "申报单位", "所属单位", "单位名称", "依托单位全称"),
            hint=gettext_lazy("统一社会信用代码，或与单位名录完全一致的名称。"),
        ),
        Field(
            "department",
            gettext_lazy("归口部门"),
            "choice",
            choices=departments,
            also=departments_otherwise,
            aliases=("主管部门", "归口管理部门"),
            hint=gettext_lazy("留空即按归口表。"),
        ),
        Field(
            "county",
            gettext_lazy("所在县区"),
            "choice",
            choices=counties,
            also=counties_in_full,
            aliases=("县区", "所属县区", "区县", "所在地"),
            hint=gettext_lazy("与依托单位所在县区不同时填写；留空即随依托单位。"),
        ),
        Field(
            "since",
            gettext_lazy("起始日期"),
            "day",
            example="2020-01-01",
            aliases=("起", "建设日期", "建设时间", "成立日期", "组建时间"),
            hint=gettext_lazy("自哪一天起培育或运行；留空即认定日期。"),
        ),
        Field(
            "level",
            gettext_lazy("级别"),
            "choice",
            choices=lambda: LEVELS,
            also=lambda: dict.fromkeys(("培育", "无级别"), ""),
            example="市级",
            aliases=("平台级别", "认定级别", "等级"),
            hint=gettext_lazy("已获认定的填写；认定由另一人复核后计入。"),
        ),
        Field(
            "recognised_on",
            gettext_lazy("认定日期"),
            "day",
            example="2021-05-20",
            aliases=("认定时间", "批准时间", "批准日期", "获批时间"),
        ),
        Field(
            "document_number",
            gettext_lazy("认定文号"),
            length=80,
            example="示科发〔2021〕1号",
            aliases=("文号", "批准文号", "认定文件", "认定文件号"),
        ),
        Field(
            "recognised_by",
            gettext_lazy("认定机关"),
            length=120,
            aliases=("认定部门", "批准部门", "认定单位", "批准单位"),
            hint=gettext_lazy("留空即按归口表。"),
        ),
        Field("certificate", gettext_lazy("证书编号"), length=80, aliases=("证书号",)),
        *level_fields(),
        Field(
            "director",
            gettext_lazy("负责人"),
            length=60,
            example="示例人员",
            aliases=("平台负责人", "主任", "中心主任", "负责人姓名"),
        ),
        Field(
            "direction", gettext_lazy("产业方向"), "choice", choices=directions, aliases=("方向", "产业领域", "领域")
        ),
        Field("industry_code", gettext_lazy("行业代码"), length=5, aliases=("国民经济行业代码",)),
        Field("governance", gettext_lazy("治理方式"), aliases=("运行机制",)),
        Field("team", gettext_lazy("领军人才与团队"), aliases=("团队", "人才团队")),
    ),
    match=platforms_match,
    create=platforms_enter,
    change=platforms_change,
    written={
        Platform: "id",
        PlatformPeriod: "platform_id",
        Standing: "platform_id",
        Amendment: "platform_id",
        Recognition: "platform_id",
    },
    derived=(RegisterEntry,),
    rehearsed=True,
    recompose=platforms_follow,
    notes=(
        gettext_lazy(
            "一个平台获过几级认定的，可以一级一行（平台名称、依托单位相同），也可以一行里分填各级的认定日期和文号。"
        ),
        gettext_lazy("认定由另一人复核后才计入名录。"),
    ),
)
