"""What the sample city did for its plan's guarantees: invented money, policies and publicity, all but one confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kechuang.plan import services as plans
from kechuang.plan.models import Clause
from kechuang.site.sample.city import City
from kechuang.ui.formats import FEN_PER_WAN


@dataclass(frozen=True, slots=True)
class Carried:
    """One record: the guarantee's number, whose it is, what and when; 万元 and source for money."""

    no: str
    unit: str
    kind: str
    title: str
    day: date
    wan: int = 0
    source: str = ""
    reference: str = ""
    effect: str = ""


RECORDS: tuple[Carried, ...] = (
    Carried("（二）", "czj", "money", "示例：创新平台后补助资金", date(2021, 9, 15), 300, "municipal"),
    Carried("（二）", "kjj", "money", "示例：省级平台建设资金", date(2022, 6, 20), 450, "provincial"),
    Carried("（二）", "czj", "money", "示例：创新平台后补助资金", date(2022, 10, 10), 380, "municipal"),
    Carried("（二）", "kjj", "money", "示例：依托单位配套投入", date(2022, 12, 1), 1260, "enterprise"),
    Carried("（二）", "czj", "money", "示例：创新平台后补助资金", date(2023, 9, 25), 520, "municipal"),
    Carried("（二）", "jrb", "money", "示例：科技信贷投放", date(2023, 11, 8), 900, "finance"),
    Carried(
        "（三）", "kjj", "policy", "示例：平台绩效评价办法", date(2022, 3, 18), effect="示例：评价后按等次兑现补助。"
    ),
    Carried("（三）", "rsj", "policy", "示例：人才服务措施", date(2023, 5, 30), effect="示例：为平台人才办理服务卡。"),
    Carried("（四）", "kjj", "publicity", "示例：平台建设成效专题报道", date(2023, 10, 12), reference="示例媒体"),
)


def guarantees_carried_out(city: City) -> None:
    """Record ``RECORDS`` for their departments and let the conference office confirm all but the last."""
    office = city.actors["conference_office", ""]
    found = Clause.objects.filter(plan__state="published", kind="guarantee").select_related("plan")
    clauses = {clause.no: clause for clause in found}
    for one in RECORDS:
        clause = clauses.get(one.no)
        if clause is None:
            continue
        department = city.departments[one.unit]
        record = plans.guarantee_record(
            clause=clause,
            actor=city.acting("department_officer", department),
            department_id=department.pk,
            is_sample=True,
            kind=one.kind,
            title=one.title,
            day=one.day,
            amount=one.wan * FEN_PER_WAN or None,
            source=one.source,
            reference=one.reference,
            effect=one.effect,
        )
        if one is not RECORDS[-1]:
            plans.guarantee_step(record=record, step="confirm", actor=office)
