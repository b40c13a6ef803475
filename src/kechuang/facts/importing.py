"""Facts of many organisations from a spreadsheet, one value a row: unit, metric, year, value, source.

Every value comes in as declared, not as verified. One that contradicts a verified value, or what somebody else stated,
never overwrites it: both are kept and a question opens.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.directory.importing import units_read
from kechuang.facts import access
from kechuang.facts.choices import IN_FORCE, SubjectKind
from kechuang.facts.models import Fact, Metric, Question, Unit
from kechuang.facts.services.declaring import Said, facts_declare
from kechuang.facts.subjects import Subject
from kechuang.facts.values import in_memory, value_read, value_text
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.ui.imports.declaration import Batch, Difference, Field, Imports, Setting, Step, Stood


def metrics() -> dict[str, Metric]:
    """Return the living metrics of organisations by their labels."""
    return {one.label: one for one in Metric.objects.filter(retired=False, subjects__contains=["organisation"])}


def metrics_otherwise() -> dict[str, Metric]:
    """Return the same by code, and by label with unit."""
    living = metrics().values()
    return {**{one.code: one for one in living}, **{one.titled: one for one in living}}


def facts_match(actor: Actor, batch: Batch) -> list[Stood | None]:
    """Recognise rows by unit, metric and year; tell of values their metric does not take."""
    units_read(batch, "organisation")
    known = _in_force(batch)
    fresh: dict[tuple[int, int, int | None], int] = {}
    stands: list[Stood | None] = []
    for place, key in enumerate(_keys(batch)):
        _read_value(batch, place)
        stands.append(None)
        if key is None:
            continue
        before = fresh.setdefault(key, place)
        if before != place:
            twice = _("与第 %(row)d 行重复：“%(label)s”相同。")
            label = "、".join(str(batch.fields[name].label) for name in ("organisation", "metric", "year"))
            batch.fault(place, "metric", twice % {"row": batch.numbers[before], "label": label})
        if key in known:
            fact, metric, unit = known[key], batch.columns["metric"][place], batch.columns["organisation"][place]
            label = " ".join(filter(None, (unit.name, metric.label, str(fact.year or ""))))
            stands[-1] = Stood(fact.pk, label, {"value": value_text(metric, in_memory(fact.value))})
    _tell_of_bounds(actor, batch)
    return stands


def _keys(batch: Batch) -> list[tuple[int, int, int | None] | None]:
    """Return (unit, metric, year) of each row, nothing where one of them is not understood."""
    return [
        None if unit is None or metric is None else (unit.pk, metric.pk, year)
        for unit, metric, year in zip(
            *(batch.columns[name] for name in ("organisation", "metric", "year")), strict=True
        )
    ]


def _in_force(batch: Batch) -> dict[tuple[int, int, int | None], Fact]:
    keys = [key for key in _keys(batch) if key is not None]
    rows = Fact.objects.filter(
        subject_kind=SubjectKind.ORGANISATION,
        subject_id__in={unit for unit, _metric, _year in keys},
        metric__in={metric for _unit, metric, _year in keys},
        status__in=IN_FORCE,
    )
    return {(row.subject_id, row.metric_id, row.year): row for row in rows}


def _read_value(batch: Batch, place: int) -> None:
    metric, text = batch.columns["metric"][place], batch.columns["value"][place]
    if metric is None or text is None:
        return
    try:
        batch.columns["value"][place] = value_text(metric, value_read(metric, text))
    except Refused as refusal:
        batch.fault(place, "value", str(refusal))
    year = batch.columns["year"][place]
    if metric.yearly and year is None:
        batch.fault(place, "year", _("“%(label)s”须写明是哪一年的。") % {"label": metric.label})
    elif not metric.yearly and year is not None:
        batch.fault(place, "year", _("“%(label)s”不分年度，这里应留空。") % {"label": metric.label})


def _tell_of_bounds(actor: Actor, batch: Batch) -> None:
    units = {unit.pk: unit for unit in batch.columns["organisation"] if unit is not None}
    open_keys = set(
        access.KEEPING.visible(Unit.objects.filter(pk__in=units), actor, "declare").values_list("pk", flat=True)
    )
    for place, unit in enumerate(batch.columns["organisation"]):
        if unit is not None and unit.pk not in open_keys:
            sentence = _("“%(name)s”不在您岗位的范围内，不能申报它的数据。")
            batch.fault(place, "organisation", sentence % {"name": unit.name})


def facts_enter(actor: Actor, batch: Batch, places: Sequence[int], setting: Setting, step: Step) -> None:
    """Declare values unit by unit; where one is refused, that unit's are declared one by one to name its cell."""
    by_unit: dict[int, list[int]] = defaultdict(list)
    for place in places:
        by_unit[batch.columns["organisation"][place].pk].append(place)
    for unit, mine in by_unit.items():
        try:
            with transaction.atomic():
                _declare(unit, mine, batch, actor)
        except Refused:
            batch.each(mine, partial(_alone, unit, batch, actor), step)
        else:
            for _place in mine:
                step()


def facts_change(actor: Actor, batch: Batch, changes: Sequence[Difference], setting: Setting, step: Step) -> None:
    """Declare what differs: it corrects one's own unverified value, and asks where it contradicts another."""
    facts_enter(actor, batch, [one.place for one in changes], setting, step)


def _declare(unit: int, places: Iterable[int], batch: Batch, actor: Actor) -> None:
    rows = [batch.row(place) for place in places]
    said = [Said(row["metric"].code, row.get("year"), row["value"], row["source"]) for row in rows]
    facts_declare(subject=Subject("organisation", unit), said=said, actor=actor)


def _alone(unit: int, batch: Batch, actor: Actor, place: int) -> None:
    try:
        _declare(unit, [place], batch, actor)
    except Refused as refusal:
        raise Refused(str(refusal), field="metric") from refusal


FACTS_IN = Imports(
    access=access.KEEPING,
    action="declare",
    fields=(
        Field(
            "organisation",
            gettext_lazy("单位"),
            required=True,
            key=True,
            example="示例科技有限公司",
            aliases=("单位名称", "企业名称", "机构名称", "统一社会信用代码", "信用代码"),
            hint=gettext_lazy("统一社会信用代码，或与单位名录完全一致的名称。"),
        ),
        Field(
            "metric",
            gettext_lazy("指标"),
            "choice",
            required=True,
            key=True,
            choices=metrics,
            also=metrics_otherwise,
            aliases=("指标名称", "项目", "数据项"),
        ),
        Field(
            "year",
            gettext_lazy("年度"),
            "whole",
            key=True,
            example="2024",
            aliases=("年份", "数据年度"),
            hint=gettext_lazy("不分年度的指标留空。"),
        ),
        Field(
            "value",
            gettext_lazy("数值"),
            required=True,
            length=500,
            example="1280.5",
            aliases=("值", "数据", "填报值"),
            hint=gettext_lazy("按指标字典的计量单位；是非填是或否，集合用顿号隔开。"),
        ),
        Field(
            "source",
            gettext_lazy("来源"),
            required=True,
            length=120,
            example="示例部门2024年统计年报",
            aliases=("数据来源", "出处", "依据"),
            hint=gettext_lazy("哪个部门的什么文件或报表。"),
        ),
    ),
    match=facts_match,
    create=facts_enter,
    change=facts_change,
    written={Fact: "id", Question: "offered_id"},
    rehearsed=True,
    dated=False,
    notes=(gettext_lazy("导入的数据是已申报、未核定；与已核定的或别人申报的值不一致时，两个值都保留并提出核对。"),),
)
