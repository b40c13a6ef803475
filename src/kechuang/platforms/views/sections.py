"""The parts of a platform's page as plain values; templates only print them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.directory.selectors import ROLE_LABELS
from kechuang.kernel.processes import process_of
from kechuang.platforms import selectors
from kechuang.platforms.lights import RECORDS
from kechuang.platforms.models import Competence, Platform, RegisterEntry
from kechuang.platforms.own import own_fields, said
from kechuang.platforms.resource import level_word, standing_word
from kechuang.platforms.selectors.composition import COUNTED_STATES, FOREVER
from kechuang.pure.process import Step
from kechuang.ui.parts import Action, Fact, Section
from kechuang.ui.tables import Cell, Head, Table

DANGEROUS = frozenset({"revoke", "deregister"})
SILENT = frozenset({"activate", *DANGEROUS})
"""Steps without a button: the first recognition activates, and a hearing of views ends."""


def next_step(platform: Platform) -> str:
    """Say what is waited for, from the process; nothing where nobody has to act."""
    process = process_of(platform.process_version_id)
    state = process.state(platform.state)
    if not state.waits_for:
        return ""
    steps = "、".join(str(step.label) for step in process.leaving(state.name) if state.waits_for in step.by)
    told = {"who": ROLE_LABELS.get(state.waits_for, state.waits_for), "steps": steps, "days": state.working_days}
    if not steps:
        return _("由%(who)s登记认定，复核通过后转入运行") % told
    if state.working_days:
        return _("由%(who)s在 %(days)s 个工作日内办理：%(steps)s") % told
    return _("由%(who)s办理：%(steps)s") % told


def actions(platform: Platform, steps: Iterable[Step], beside: frozenset[str]) -> list[Action]:
    """Return the buttons of the page: what the actor may keep, then the steps that are open."""
    number = platform.number
    keeping = {
        "record": (_("登记认定"), "platforms:record"),
        "change": (_("变更"), "platforms:change"),
        "correct": (_("更正"), "platforms:correct"),
        "partner": (_("增加共建单位"), "platforms:partner"),
        "conceal": (_("公开范围"), "platforms:conceal"),
    }
    found = [
        Action(label, reverse(name, args=[number]), primary=key == "record")
        for key, (label, name) in keeping.items()
        if key in beside
    ]
    if "correct" in beside:
        found.append(Action(_("更正起始日"), reverse("platforms:start", args=[number])))
        found.append(Action(_("孵化关系"), reverse("platforms:derive", args=[number])))
    found += [
        Action(step.label, reverse("platforms:move", args=[number, step.name]), danger=step.name in DANGEROUS)
        for step in steps
        if step.name not in SILENT
    ]
    return [*found, Action(_("关系图"), reverse("brain:relations", args=["platform", platform.pk]))]


def facts(entry: RegisterEntry) -> Section:
    """Return what the register says of the platform on the day."""
    source = _("登记库")
    since = entry.level_since.isoformat() if entry.level_since else ""
    rows = (
        Fact(_("类别"), entry.kind.name),
        Fact(_("级别"), level_word(entry.level), note=since, source=entry.document_number),
        Fact(
            _("依托单位"),
            entry.host_name,
            href=reverse("directory:organisation", args=[entry.host_id]),
            source=_("单位名录"),
        ),
        Fact(_("统一社会信用代码"), entry.host_credit_code, source=_("单位名录") if entry.host_credit_code else ""),
        Fact(_("县区"), entry.county.name),
        Fact(_("归口部门"), entry.department.name, source=_("归口表")),
        Fact(_("行业代码"), entry.industry_code, source=source if entry.industry_code else ""),
        Fact(_("产业方向"), entry.direction, source=source if entry.direction else ""),
        Fact(_("负责人"), entry.director, source=source if entry.director else ""),
        Fact(_("领军人才与团队"), entry.team, source=source if entry.team else ""),
        Fact(_("治理方式"), entry.governance, source=source if entry.governance else "", wide=True),
    )
    values = entry.extras
    own = tuple(
        Fact(field.label, said(field, values.get(field.code)), source=source if field.code in values else "")
        for field in own_fields(entry.kind)
    )
    return Section("facts", _("登记事项"), facts=(*rows, *own))


def recognitions(told: selectors.Chronicle, day: date) -> Section:
    """Return the recognitions with their documents, as they stood at the end of ``day``."""
    labels = (_("级别"), _("认定日期"), _("认定文号"), _("认定机关"), _("证书编号"), _("状态"), _("终止"), _("扫描件"))
    rows = []
    for row in told.recognitions:
        ended = row.ended_on if row.ended_on and row.ended_on <= day else None
        state = row.state if row.state not in COUNTED_STATES else ("ended" if ended else "in_force")
        cells = (
            Cell(row.get_level_display(), href=reverse("platforms:recognition", args=[row.pk])),
            Cell(row.recognised_on.isoformat()),
            Cell(row.document_number),
            Cell(row.recognised_by),
            Cell(row.certificate or _("无")),
            Cell(RECORDS[state].word, light=state),
            Cell(f"{ended.isoformat()} {row.get_ending_display()}" if ended else ""),
            Cell(_("有") if row.scan_id else _("待补录")),
        )
        rows.append(cells)
    return _table_section("recognitions", _("认定"), labels, rows, _("还没有登记认定；培育中的平台不计入认定数。"))


def spans(entries: Iterable[RegisterEntry]) -> Section:
    """Return the platform's history (沿革): one row for each span of days in which nothing changed."""
    labels = (_("起"), _("止"), _("平台名称"), _("级别"), _("状态"), _("依托单位"), _("县区"), _("归口部门"))
    rows = [
        (
            Cell(entry.start.isoformat()),
            Cell("" if entry.end == FOREVER else entry.end.isoformat()),
            Cell(entry.name),
            Cell(level_word(entry.level)),
            Cell(standing_word(entry.standing), light=entry.standing),
            Cell(entry.host_name),
            Cell(entry.county.short_name),
            Cell(entry.department.short_name),
        )
        for entry in entries
    ]
    return _table_section("spans", _("沿革"), labels, rows, "")


def partners(told: selectors.Chronicle, day: date, *, may_end: bool) -> Section:
    """Return who built the platform together with its host."""
    labels = (_("共建单位"), _("起"), _("止"), _("办理"))
    rows = []
    for partner in told.partners:
        ended = partner.end if partner.end and partner.end <= day else None
        end = reverse("platforms:partner_end", args=[partner.pk]) if may_end and partner.end is None else ""
        rows.append(
            (
                Cell(
                    partner.organisation.name,
                    href=reverse("directory:organisation", args=[partner.organisation_id]),
                ),
                Cell(partner.start.isoformat()),
                Cell(ended.isoformat() if ended else ""),
                Cell(_("结束") if end else "", href=end),
            )
        )
    return _table_section("partners", _("共建单位"), labels, rows, _("没有共建单位。"))


def upward(entry: RegisterEntry, found: selectors.NextLevel | None) -> Section:
    """Return the way to the next level: who recognises it and who is competent in the city."""
    title = _("升级路径")
    if found is None or found.competence is None:
        return Section("upward", title, empty=_("归口表中没有更高一级可以认定。"))
    row = found.competence
    return Section(
        "upward",
        title,
        facts=(
            Fact(_("现级别"), level_word(entry.level)),
            Fact(_("上一级"), row.named or found.level.label, note=row.note),
            Fact(_("认定机关"), row.recognised_by),
            Fact(
                _("本市归口"),
                row.department.name,
                note=_("会同%(who)s") % {"who": row.partners} if row.partners else "",
            ),
            Fact(_("依据"), " ".join(part for part in (row.document, row.article) if part), wide=True),
        ),
    )


def family(platform: Platform, relatives: Iterable[RegisterEntry]) -> Section:
    """Return what the platform grew out of and what grew out of it (从1到N)."""
    labels = (_("平台"), _("关系"), _("类别"), _("级别"))
    rows = [
        (
            Cell(entry.name, href=reverse("platforms:detail", args=[entry.number])),
            Cell(_("孵化自") if entry.platform_id == platform.parent_id else _("孵化出")),
            Cell(entry.kind.name),
            Cell(level_word(entry.level)),
        )
        for entry in relatives
    ]
    return _table_section("family", _("孵化关系"), labels, rows, _("没有孵化关系。"))


def doubles(found: Iterable[selectors.Doubles]) -> Table:
    """Return likely doubles, both names linked, with the reason."""
    labels = (_("平台"), _("另一平台"), _("类别"), _("相近之处"))
    rows = tuple(
        (
            Cell(pair.one.name, href=reverse("platforms:detail", args=[pair.one.number]), label=labels[0]),
            Cell(pair.other.name, href=reverse("platforms:detail", args=[pair.other.number]), label=labels[1]),
            Cell(pair.one.kind.name, label=labels[2]),
            Cell(pair.reason, label=labels[3]),
        )
        for pair in found
    )
    return Table(
        heads=tuple(Head(label) for label in labels),
        rows=rows,
        caption=_("疑似重复的平台"),
        empty=_("没有发现疑似重复的平台。"),
    )


def matrix_rows(day: date, *, may_transfer: bool) -> list[dict[str, Any]]:
    """Return a row for each type: its name and a cell for each recognised level (``None`` where nobody is named)."""
    rows: dict[str, dict[str, Competence]] = defaultdict(dict)
    names: dict[str, str] = {}
    for competence in selectors.competences_on(day):
        rows[competence.kind.code][competence.level] = competence
        names[competence.kind.code] = competence.kind.name
    stock = selectors.platform_counts(day, open_only=True)
    return [
        {
            "name": names[code],
            "cells": [
                _matrix_cell(found.get(level), stock[code, level.value], day, may_transfer=may_transfer)
                for level in selectors.RECOGNISED_LEVELS
            ],
        }
        for code, found in rows.items()
    ]


def _matrix_cell(competence: Competence | None, stock: int, day: date, *, may_transfer: bool) -> dict[str, Any] | None:
    if competence is None:
        return None
    query = QueryDict(mutable=True)
    query.update({"kind__code": competence.kind.code, "level": competence.level, "on": day.isoformat()})
    movable = may_transfer and competence.end is None
    return {
        "competence": competence,
        "stock": stock,
        "url": f"{reverse('platforms:list')}?{query.urlencode()}",
        "transfer": reverse("platforms:transfer", args=[competence.pk]) if movable else "",
        "level": competence.get_level_display(),
    }


def _table_section(
    key: str, title: str, labels: tuple[str, ...], rows: Iterable[tuple[Cell, ...]], empty: str
) -> Section:
    """Return a section that prints a table, each cell told by its head's words on a phone."""
    told = tuple(
        tuple(
            Cell(cell.text, cell.href, cell.numeric, cell.light, label) for cell, label in zip(row, labels, strict=True)
        )
        for row in rows
    )
    table = Table(heads=tuple(Head(label) for label in labels), rows=told, caption=title, empty=empty)
    if not told:
        return Section(key, title, empty=empty)
    return Section(key, title, template="platforms/table.html", context={"table": table})
