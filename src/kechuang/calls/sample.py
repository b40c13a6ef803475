"""Invented matters for the sample city: one call, and applications at every place of their way.

Everything goes through the services, as the people of the sample city would have done it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from kechuang.calls import services
from kechuang.calls.definitions import form_of
from kechuang.calls.form.boxes import boxes_of
from kechuang.calls.form.samples import sample
from kechuang.calls.models import Application, Call, Decision, EffectRecord, Objection, ServiceItem, Submission
from kechuang.calls.services.prefilling import answers_prefill
from kechuang.catalogue.items import FileField
from kechuang.directory.models import Organisation
from kechuang.facts.models import Evidence
from kechuang.facts.sample import paper
from kechuang.facts.services import evidence_keep
from kechuang.kernel.access import Actor
from kechuang.kernel.cases import cases_complete
from kechuang.kernel.models import Move

ITEM = "recognition.etrc.municipal"
BODY = """示例通知。为做好示例市级工程技术研究中心的认定工作，现就有关事项通知如下。

一、申报条件见事项页。二、请在规定时间内在线填报，依托单位在线审核，不收纸质材料。
三、申报不收取任何费用。有疑问请按咨询方式联系。"""
WAY: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("submit", "applicant", {}),
    ("pass", "host_admin", {}),
    ("recommend", "county_officer", {}),
    ("accept", "department_officer", {}),
    ("start_review", "department_officer", {}),
    ("conclude", "department_officer", {"points": "84.5", "recommended": "true", "opinion": "示例评审意见"}),
    ("propose", "department_officer", {}),
    ("publish", "department_head", {"minutes": "示例纪要〔2026〕1号"}),
)
"""The usual way of a recognition, step by step."""


@dataclass(frozen=True, slots=True)
class Host:
    """An organisation of the sample city with the people who act for it."""

    organisation: Organisation
    applicant: Actor
    host_admin: Actor


@transaction.atomic
def sample_matters(*, hosts: Sequence[Host], officers: Mapping[str, Actor]) -> int:
    """Publish a call and bring one application of each of ``hosts`` further than the one before; return how many.

    The first stays a draft, the last is made public. ``officers`` are county_officer (of the
    hosts' county), department_officer and department_head by their role.
    """
    call = _call(officers)
    for place, host in enumerate(hosts):
        case = services.application_start(
            item=call.item, call=call, organisation=host.organisation, actor=host.applicant
        )
        answers_prefill(application=case, actor=host.applicant)
        if place == 0:
            continue
        _fill(case, host, role="applicant")
        _carry(case, host, officers, upto=(3, 4, len(WAY))[min(place, 3) - 1], rank=place)
        if place == 1:
            services.application_move(
                application=case,
                step="correct",
                actor=officers["department_officer"],
                reason="示例：经形式审查，下列内容需要一次性补正。",
                typed={
                    "corrections": {
                        "abstract": "示例：摘要没有写明建设目标，请补充。",
                        "equipment": "示例：设备清单缺少购置日期。",
                    }
                },
            )
    return len(hosts)


def _call(officers: Mapping[str, Actor]) -> Call:
    now = timezone.localtime()
    end = datetime.combine(now.date() + timedelta(days=40), datetime.min.time(), now.tzinfo).replace(hour=17)
    call = services.call_draft(
        item=ServiceItem.objects.get(code=ITEM),
        actor=officers["department_officer"],
        body=BODY,
        title=f"示例：{now.year}年市级工程技术研究中心申报通知",
        year=now.year - 1,
        opens_at=now - timedelta(days=5),
        closes_at=end,
        host_closes_at=end + timedelta(days=5),
        recommend_closes_at=end + timedelta(days=12),
        contact="示例科室 示例电话",
        is_sample=True,
    )
    services.call_move(call=call, step="submit", actor=officers["department_officer"])
    services.call_move(call=call, step="publish", actor=officers["department_head"])
    return call


def _carry(case: Application, host: Host, officers: Mapping[str, Actor], *, upto: int, rank: int) -> None:
    for step, role, typed in WAY[:upto]:
        if step == "pass":
            _fill(case, host, role="host_admin")
        actor = {"applicant": host.applicant, "host_admin": host.host_admin}.get(role) or officers[role]
        asked = {**typed, "rank": rank} if step == "recommend" else typed
        services.application_move(application=case, step=step, actor=actor, reason="示例意见", typed=asked)


def _fill(case: Application, host: Host, *, role: str) -> None:
    """Answer the fields of ``role`` that nothing was known for with something made up."""
    definition = form_of(case)
    standing = set(case.answers.values_list("code", flat=True))
    mine = {section.section for section in definition.form if section.by == role}
    proof = _proof(host)
    changes = []
    for box in boxes_of(definition, year=case.year):
        if box.section in mine and box.code not in standing:
            value = [proof.pk] if isinstance(box.field, FileField) else sample(box)
            if value is not None:
                changes.append(services.Change(box.code, value, 0))
    actor = host.host_admin if role == "host_admin" else host.applicant
    services.answers_save(application=case, changes=changes, actor=actor)


def _proof(host: Host) -> Evidence:
    upload = SimpleUploadedFile("sample.pdf", paper(f"SAMPLE {host.organisation.pk}"), "application/pdf")
    return evidence_keep(
        organisation=host.organisation, upload=upload, title="示例证明材料", kind="other", actor=host.applicant
    )


@transaction.atomic
def sample_forget() -> int:
    """Remove every application and call of the sample city with its history; return how many applications (项)."""
    cases = Application.objects.filter(is_sample=True)
    objections = Objection.objects.filter(publicity__application__in=cases)
    calls = Call.objects.filter(is_sample=True)
    for rows in (objections, cases, calls):
        kind = ContentType.objects.get_for_model(rows.model)
        Move.objects.filter(content_type=kind, object_id__in=list(rows.values_list("pk", flat=True))).delete()
    objections.delete()
    decisions = Decision.objects.filter(application__in=cases)
    EffectRecord.objects.filter(decision__in=decisions).delete()
    decisions.delete()
    Submission.objects.filter(application__in=cases).delete()
    count: int = cases.delete()[1].get("calls.Application", 0)
    calls.delete()
    cases_complete()
    return count
