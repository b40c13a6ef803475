"""The papers of a case: what an office sends out in official form, and what an applicant keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.calls.definitions import definition_of, form_of
from kechuang.calls.models import Application, Decision
from kechuang.calls.proceeding import labels
from kechuang.calls.selectors.cases import parts_shown, publicities_of
from kechuang.calls.selectors.legs import legs_ahead
from kechuang.calls.selectors.partners import partners_of
from kechuang.kernel.calendar_days import calendar
from kechuang.kernel.errors import Refused
from kechuang.kernel.processes import process_of
from kechuang.ui.documents import official, pdf
from kechuang.ui.documents.official import Heading, OfficialPaper, Paragraph, TableRows
from kechuang.ui.documents.papers import ApplicationPaper, CertificatePaper, Coming, Line, ReceiptPaper
from kechuang.ui.formats import day_long

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
MOST_COMING = 10


def site_address(path: str) -> str:
    """Return the public address of ``path``, as a code on paper needs it."""
    return f"{settings.KECHUANG_ADDRESS}{path}"


def decision_letter(case: Application) -> bytes:
    """Return the decision in official form (GB/T 9704): approval or refusal, with its reasons."""
    decision = _decision(case)
    definition = definition_of(case.item_version_id)
    approved = decision.outcome == Decision.Outcome.APPROVED
    title = definition.paper.decision if definition.paper and approved else _refusal_title(case)
    return _letter(case, title, _decided(case, decision), decision.number, decision.decided_on)


def _refusal_title(case: Application) -> str:
    return _("关于不予通过%(item)s的决定") % {"item": case.item.title}


def _decided(case: Application, decision: Decision) -> list[str]:
    said = {"organisation": case.organisation.name, "item": case.item.title, "title": case.title, "number": case.number}
    if decision.outcome == Decision.Outcome.APPROVED:
        lines = [
            _("你单位申报的“%(title)s”（受理编号%(number)s），经审核、公示，符合%(item)s的有关要求，现予通过。") % said
        ]
        if decision.minutes:
            lines.append(_("本决定依据会议纪要%(minutes)s作出。") % {"minutes": decision.minutes})
        if decision.certificate_number:
            lines.append(_("证书编号：%(number)s。") % {"number": decision.certificate_number})
        return [*lines, *(f"{effect.text}。" for effect in decision.effects.all())]
    return [
        _("你单位申报的“%(title)s”（受理编号%(number)s），经审核，决定不予通过。") % said,
        _("理由：%(reasons)s") % {"reasons": decision.reasons},
        _("如不服本决定，可以自收到本决定之日起六十日内申请行政复议，或者在六个月内提起行政诉讼。"),
    ]


def correction_notice(case: Application) -> bytes:
    """Return the one list of what is to be corrected (一次性告知) in official form."""
    correction = case.corrections.prefetch_related("items").last()
    if correction is None:
        raise Refused(_("本件没有补正告知。"))
    names = labels(form_of(case))
    rows = [
        (str(place), names.get(item.code, item.code), item.note)
        for place, item in enumerate(correction.items.all(), start=1)
    ]
    body: list[Paragraph | Heading | TableRows] = [
        Paragraph(
            _("你单位提交的“%(title)s”（受理编号%(number)s）已收悉。经审查，下列内容需要补正，现一次性告知：")
            % {"title": case.title, "number": case.number}
        ),
        TableRows((_("序号"), _("栏目"), _("需要补正的内容")), rows),
        Paragraph(
            _("请于%(due)s前补正。补正期间不计入办理时限；逾期不补正的，按有关规定办理。")
            % {"due": day_long(correction.due_on)}
        ),
    ]
    title = _("补正告知书")
    return official.letter(
        OfficialPaper(
            agency=case.department.name,
            title=title,
            body=body,
            signed_on=timezone.localdate(correction.raised_at),
            addressees=case.organisation.name,
        )
    )


def acceptance_notice(case: Application) -> bytes:
    """Return the notice that the application is accepted (受理通知书)."""
    if case.accepted_on is None:
        raise Refused(_("本件还没有受理。"))
    said = {"title": case.title, "number": case.number, "day": day_long(case.accepted_on)}
    lines = [_("你单位申报的“%(title)s”（受理编号%(number)s），材料齐全，符合法定形式，已于%(day)s受理。") % said]
    promised = definition_of(case.item_version_id).promised_days
    if promised:
        lines.append(_("承诺自受理之日起%(days)d个工作日内办结，补正、评审、公示时间不计算在内。") % {"days": promised})
    return _letter(case, _("受理通知书"), lines, "", case.accepted_on)


def publicity_notice(case: Application) -> bytes:
    """Return the notice of the last publicity (公示) in official form."""
    found = publicities_of(case)
    if not found:
        raise Refused(_("本件没有公示。"))
    shown = found[0]
    lines = [
        _("经审核，拟通过下列申报，现予公示。公示期为%(opens)s至%(closes)s。")
        % {"opens": day_long(shown.opens_on), "closes": day_long(shown.closes_on)},
        _("公示期内，任何单位和个人对公示内容有异议的，请以真实姓名书面提出，写明事实和理由并留下联系方式。"),
    ]
    rows = [(shown.shown["title"], shown.shown["organisation"], shown.shown["county"])]
    body: list[Paragraph | Heading | TableRows] = [
        *(Paragraph(line) for line in lines),
        TableRows((_("名称"), _("申报单位"), _("县区")), rows),
    ]
    return official.letter(
        OfficialPaper(
            agency=case.department.name,
            title=_("%(item)s公示") % {"item": case.item.title},
            body=body,
            signed_on=shown.opens_on,
            note=_("此件公开发布"),
        )
    )


def _letter(case: Application, title: str, lines: Sequence[str], number: str, on: date) -> bytes:
    return official.letter(
        OfficialPaper(
            agency=case.department.name,
            number=number,
            title=title,
            body=[Paragraph(line) for line in lines],
            signed_on=on,
            addressees=case.organisation.name,
            printed_by=case.department.name,
            printed_on=on,
        )
    )


def application_form(case: Application) -> bytes:
    """Return the application as PDF, with 草稿 across every page until it is handed in."""
    last = case.submissions.last()
    return pdf.printed(
        ApplicationPaper(
            title=case.item.title,
            applicant=case.organisation.name,
            parts=parts_shown(case),
            number=case.number,
            version=last.fingerprint[:12] if last else "",
            draft=last is None,
            made_at=f"{timezone.localtime(last.at):%Y-%m-%d %H:%M}" if last else "",
            facts=(
                Line(_("名称"), case.title),
                Line(_("县区"), case.county.name),
                *([Line(_("联合申报单位"), _partners_said(case), wide=True)] if _partners_said(case) else []),
            ),
        )
    )


def _partners_said(case: Application) -> str:
    return "；".join(f"{row.organisation}（{row.duty}）" for row in partners_of(case))


def receipt(case: Application) -> bytes:
    """Return the receipt of the first submission: number, time of the database, what happens next."""
    first = case.submissions.first()
    if first is None:
        raise Refused(_("本件还没有提交，没有回执。"))
    return pdf.printed(
        ReceiptPaper(
            title=_("提交回执"),
            number=case.number,
            received_at=f"{timezone.localtime(first.at):%Y-%m-%d %H:%M:%S}",
            applicant=case.organisation.name,
            facts=(
                Line(_("事项"), case.item.title),
                Line(_("名称"), case.title),
                Line(_("提交人"), str(first.by)),
                *([Line(_("联合申报单位"), _partners_said(case))] if _partners_said(case) else []),
                Line(_("内容指纹"), first.fingerprint[:16]),
            ),
            coming=tuple(_ahead(case, timezone.localdate(first.at))),
            check_url=site_address(reverse("calls:progress")),
            version=first.fingerprint[:12],
            issuer=case.department.name,
        )
    )


def _ahead(case: Application, since: date) -> Iterator[Coming]:
    """Yield what follows the first submission: by which day, which step, and who deals with it."""
    process = process_of(case.process_version_id)
    begun = process.states[0]
    for leg in legs_ahead(case, begun, since, calendar())[:MOST_COMING]:
        due = _("不晚于 %(day)s") % {"day": day_long(leg.due)} if leg.due else ""
        who = f"（{leg.who}）" if leg.who else ""
        days = _("，%(days)d 个工作日") % {"days": leg.days} if leg.days else ""
        yield Coming(due or "—", f"{leg.label}{who}{days}")


def certificate(case: Application) -> bytes:
    """Return the certificate as PDF; its code leads to the public page that verifies it."""
    decision = _decision(case)
    definition = definition_of(case.item_version_id)
    if not decision.certificate_number or definition.paper is None or definition.paper.certificate is None:
        raise Refused(_("本件没有证书。"))
    return pdf.printed(
        CertificatePaper(
            title=definition.paper.certificate,
            number=decision.certificate_number,
            holder=case.organisation.name,
            text=_("经审核，“%(title)s”通过%(item)s（%(number)s）。")
            % {"title": case.title, "item": case.item.title, "number": decision.number},
            issuer=case.department.name,
            issued_on=day_long(decision.decided_on),
            check_url=site_address(reverse("calls:verify", args=[decision.token])),
            sample=case.is_sample,
        )
    )


def _decision(case: Application) -> Decision:
    found = Decision.objects.filter(application=case).prefetch_related("effects").first()
    if found is None:
        raise Refused(_("本件还没有决定。"))
    return found


PAPERS: dict[str, tuple[Any, str, Callable[[Application], bytes]]] = {
    "decision": (gettext_lazy("决定"), WORD, decision_letter),
    "correction": (gettext_lazy("补正告知书"), WORD, correction_notice),
    "acceptance": (gettext_lazy("受理通知书"), WORD, acceptance_notice),
    "publicity": (gettext_lazy("公示"), WORD, publicity_notice),
    "application": (gettext_lazy("申报书"), PDF, application_form),
    "receipt": (gettext_lazy("提交回执"), PDF, receipt),
    "certificate": (gettext_lazy("证书"), PDF, certificate),
}
"""Kind → its name, media type and the function that makes it."""
EXTENSIONS = {WORD: "docx", PDF: "pdf"}
