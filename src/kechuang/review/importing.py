"""Experts from a spreadsheet: the columns, how a row is recognised, and the services that write it.

Identity numbers are no column: the file of an import is kept for a month, and the number is kept nowhere. It is typed
on the expert's own page before the entry is handed in.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.directory.importing import hosts_named, units_read
from kechuang.kernel.access import Actor
from kechuang.review import access, subjects
from kechuang.review.models import Affiliation, Expert, ExpertField, Relation
from kechuang.review.services import experts as services
from kechuang.ui.imports.declaration import Batch, Difference, Field, Imports, Setting, Step, Stood

TITLES = {str(label): value for value, label in Expert.Title.choices}
RANKS = {
    "senior": ("教授", "研究员", "正高级工程师", "教授级高级工程师", "主任医师", "正高"),
    "associate": ("副教授", "副研究员", "高级工程师", "副主任医师", "副高"),
    "intermediate": ("讲师", "助理研究员", "工程师", "主治医师"),
}
"""Names of posts under which ledgers say the rank of a title."""
STRENGTHS = {str(label): value for value, label in ExpertField.Strength.choices}
TIES = {str(Relation.Kind(kind).label): kind for kind in ("consultancy", "share", "partner", "coproject", "kin")}
PLAIN = ("born_on", "title", "degree", "post", "mobile", "email")
TREES = {"disciplines": "discipline", "industries": "industry"}
PARTS = re.compile(r"[；;\n]+")
TIE = re.compile(r"^(\w+)[：:](.+)$")
ENTERING = ("host_admin", "applicant")
EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


def fields_said(rows: Iterable[ExpertField], tree: str) -> str:
    """Return an expert's fields of one tree as a cell says them: “520.20 精通；520.40 熟悉”, the main one first."""
    words = dict(ExpertField.Strength.choices)
    mine = sorted((row for row in rows if row.tree == tree), key=lambda row: (not row.main, row.code))
    return "；".join(f"{row.code} {words[ExpertField.Strength(row.stated)]}" for row in mine)


def experts_match(actor: Actor, batch: Batch) -> list[Stood | None]:
    """Recognise rows by name and unit; tell of units, fields and ties that cannot be understood."""
    units_read(batch, "organisation")
    _read_fields(batch)
    _read_ties(batch)
    known = _known(actor, batch)
    own = {office.organisation_id for office in actor.offices if office.role in ENTERING}
    stands: list[Stood | None] = []
    fresh: dict[tuple[str, int], int] = {}
    for place, (name, unit) in enumerate(zip(batch.columns["name"], batch.columns["organisation"], strict=True)):
        found = known.get((name, unit.pk), []) if unit is not None else []
        if len(found) > 1:
            batch.fault(place, "name", _("该单位有几位同名专家，请在专家页逐个修改。"))
        stands.append(_stood(found[0]) if len(found) == 1 else None)
        if not found and unit is not None and unit.pk not in own:
            batch.fault(place, "organisation", _("只能填报本单位的专家。"))
        before = fresh.setdefault((name, unit.pk), place) if name and unit is not None else place
        if before != place and not found:
            twice = _("与第 %(row)d 行重复：“%(label)s”相同。")
            batch.fault(place, "name", twice % {"row": batch.numbers[before], "label": batch.fields["name"].label})
        _tell_of_mail(batch, place)
    return stands


def _tell_of_mail(batch: Batch, place: int) -> None:
    mail = batch.columns["email"][place]
    if mail is not None and not EMAIL.match(mail):
        batch.fault(place, "email", _("“%(said)s”不是邮箱地址。") % {"said": mail})


def _known(actor: Actor, batch: Batch) -> dict[tuple[str, int], list[Expert]]:
    units = {one.pk for one in batch.columns["organisation"] if one is not None}
    rows = access.EXPERTS.visible(Expert.objects.filter(organisation__in=units), actor)
    known: dict[tuple[str, int], list[Expert]] = defaultdict(list)
    for one in rows.exclude(state__in=services.CLOSED).prefetch_related("fields", "relations__organisation"):
        known[(one.name, one.organisation_id)].append(one)
    return known


def _stood(one: Expert) -> Stood:
    values: dict[str, Any] = {name: getattr(one, name) for name in PLAIN}
    fields = list(one.fields.all())
    values |= {name: fields_said(fields, tree) for name, tree in TREES.items()}
    values["ties"] = "；".join(
        sorted(f"{tie.get_kind_display()}：{tie.organisation.name}" for tie in one.relations.all() if tie.organisation)
    )
    return Stood(one.pk, f"{one.name}（{one.number}）", values)


def _read_fields(batch: Batch) -> None:
    """Write fields as ``fields_said`` would; the main one of a tree stays first."""
    for name, tree in TREES.items():
        column = batch.columns[name]
        for place, text in enumerate(column):
            if text is None:
                continue
            rows, wrong = _fields(text, tree)
            if wrong:
                sentence = _(
                    "“%(part)s”读不懂：请写成“代码 熟悉程度”，例如 520.20 精通（代码也可写名称），几个之间用分号隔开。"
                )
                batch.fault(place, name, sentence % {"part": wrong})
            column[place] = None if wrong else fields_said(rows, tree)


def _fields(text: str, tree: str) -> tuple[list[ExpertField], str]:
    """Return the fields a cell names, and the first part of it that is none."""
    rows: dict[str, ExpertField] = {}
    for part in filter(None, (part.strip() for part in PARTS.split(text))):
        said, _space, word = part.rpartition(" ")
        code = said.strip() if subjects.known(tree, said.strip()) else _by_name(tree).get(said.strip(), "")
        if word not in STRENGTHS or not code:
            return [], part
        rows.setdefault(code, ExpertField(tree=tree, code=code, stated=STRENGTHS[word], main=not rows))
    return list(rows.values()), ""


@lru_cache(maxsize=2)
def _by_name(tree: str) -> dict[str, str]:
    """Return name → code of one tree, for names that mean one code only."""
    counted = Counter(subjects.names(tree).values())
    return {name: code for code, name in subjects.names(tree).items() if counted[name] == 1}


def _read_ties(batch: Batch) -> None:
    column = batch.columns["ties"]
    told = {place: _ties(text) for place, text in enumerate(column) if text is not None}
    units = hosts_named([unit for pairs in told.values() for _kind, unit in pairs or ()])
    for place, pairs in told.items():
        lost = next((unit for _kind, unit in pairs or () if len(units.get(unit, ())) != 1), "")
        if pairs is None:
            sentence = _("请写成“关系：单位”，关系为%(kinds)s，几个之间用分号隔开。")
            batch.fault(place, "ties", sentence % {"kinds": "、".join(TIES)})
        elif lost:
            batch.fault(place, "ties", _("单位名录里没有“%(text)s”；请先登记单位，或核对代码与名称。") % {"text": lost})
        else:
            column[place] = "；".join(sorted(f"{kind}：{units[unit][0].name}" for kind, unit in pairs))


def _ties(text: str) -> list[tuple[str, str]] | None:
    """Return (word of the kind, unit) of each tie a cell names, nothing where it cannot be understood."""
    found = [TIE.match(part) for part in (part.strip() for part in PARTS.split(text)) if part]
    if any(one is None or one[1] not in TIES for one in found):
        return None
    return [(one[1], one[2].strip()) for one in found if one]


def experts_enter(actor: Actor, batch: Batch, places: Sequence[int], setting: Setting, step: Step) -> None:
    """Enter experts one by one through the base's own services; each still has to be handed in."""

    def act(place: int) -> None:
        row = batch.row(place)
        ties = row.pop("ties", "")
        expert = services.expert_enter(actor=actor, **_values(row))
        _declare(expert, ties, actor)

    batch.each(places, act, step)


def experts_change(actor: Actor, batch: Batch, changes: Sequence[Difference], setting: Setting, step: Step) -> None:
    """Rewrite entries that are being filled in; the service refuses those of experts already in the base."""
    by_place = {one.place: one for one in changes}

    def act(place: int) -> None:
        one = by_place[place]
        expert = Expert.objects.get(pk=one.stood.key)
        values = dict(one.values)
        ties = values.pop("ties", "")
        if values:
            both = {name: values.get(name, one.stood.values[name]) for name in TREES}
            services.expert_edit(expert=expert, actor=actor, **_values({**values, **both}))
        _declare(expert, ties, actor)

    batch.each(by_place, act, step)


def _values(row: dict[str, Any]) -> dict[str, Any]:
    fields = [one for name, tree in TREES.items() for one in _fields(row.pop(name, "") or "", tree)[0]]
    return {**row, "fields": [(one.tree, one.code, one.stated, one.main) for one in fields]}


def _declare(expert: Expert, ties: str, actor: Actor) -> None:
    """Declare the ties that are not on record yet; none is ever taken away by a spreadsheet."""
    held = {(tie.kind, tie.organisation_id) for tie in expert.relations.all()}
    for kind, name in _ties(ties) or ():
        unit = hosts_named([name])[name][0]
        if (TIES[kind], unit.pk) not in held:
            services.relation_declare(expert=expert, actor=actor, kind=TIES[kind], organisation=unit)


EXPERTS_IN = Imports(
    fields=(
        Field("name", gettext_lazy("姓名"), required=True, length=60, key=True, example="示例专家"),
        Field(
            "organisation",
            gettext_lazy("所在单位"),
            required=True,
            key=True,
            example="示例大学",
            aliases=("工作单位", "单位", "单位名称", "现任职单位"),
            hint=gettext_lazy("统一社会信用代码，或与单位名录完全一致的名称。"),
        ),
        Field(
            "since",
            gettext_lazy("任职起"),
            "day",
            example="2015-09-01",
            aliases=("入职时间", "任职时间", "到岗时间"),
            hint=gettext_lazy("自哪一天起在该单位；留空即今天。"),
        ),
        Field("born_on", gettext_lazy("出生日期"), "day", example="1978-06-01", aliases=("出生年月日", "生日")),
        Field(
            "title",
            gettext_lazy("职称"),
            "choice",
            choices=lambda: TITLES,
            also=lambda: {word: rank for rank, words in RANKS.items() for word in words},
            example="正高级",
            aliases=("职称级别", "专业技术职务"),
        ),
        Field("degree", gettext_lazy("学位"), length=40, example="博士", aliases=("最高学位",)),
        Field("post", gettext_lazy("职务"), length=80, example="示例职务", aliases=("行政职务",)),
        Field("mobile", gettext_lazy("手机"), length=20, aliases=("手机号", "手机号码", "联系电话")),
        Field("email", gettext_lazy("邮箱"), length=200, aliases=("电子邮箱", "电子邮件", "e-mail")),
        Field(
            "disciplines",
            gettext_lazy("学科"),
            example="520.20 精通；520.40 熟悉",
            aliases=("研究领域", "专业领域", "学科代码", "从事学科"),
            hint=gettext_lazy("GB/T 13745 代码和熟悉程度（了解、熟悉、精通），分号隔开，主学科在前。"),
        ),
        Field(
            "industries",
            gettext_lazy("行业"),
            example="C2720 熟悉",
            aliases=("行业领域",),
            hint=gettext_lazy("GB/T 4754 代码和熟悉程度，分号隔开。"),
        ),
        Field(
            "ties",
            gettext_lazy("有关系的单位"),
            length=400,
            aliases=("回避单位", "需回避单位", "利益关系单位"),
            hint=gettext_lazy("“关系：单位”，例如 有偿咨询：示例科技有限公司；分号隔开。评审时回避这些单位。"),
        ),
    ),
    match=experts_match,
    create=experts_enter,
    change=experts_change,
    written={Expert: "id", Affiliation: "expert_id", ExpertField: "expert_id", Relation: "expert_id"},
    rehearsed=True,
    dated=False,
    notes=(
        gettext_lazy("导入的是填报中的专家，仍须逐人提交、推荐、核实、公示后入库。"),
        gettext_lazy("证件号码不在表格里：上传的文件会保存一个月，而证件号码系统从不留存；请在专家页补填。"),
    ),
)
