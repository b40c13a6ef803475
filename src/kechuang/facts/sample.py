"""Invented facts for invented organisations: three years of figures that grow, some verified, one in question.

Nothing here is drawn: figures follow from the place in the list, so that the same sample is told twice the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal

from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from kechuang.directory.models import Organisation
from kechuang.facts import services
from kechuang.facts.choices import SubjectKind
from kechuang.facts.models import Evidence, Fact, Question, Sheet
from kechuang.facts.services import Said, Verdict
from kechuang.facts.subjects import subject_of
from kechuang.kernel.access import Actor
from kechuang.kernel.cases import cases_complete
from kechuang.kernel.models import Move

GROWTH = Decimal("1.12")
YEARS = 3
# Share of the revenue, or a count for each hundred employees; the shape of a middling industrial firm.
OF_REVENUE = {
    "main_revenue": "0.93",
    "total_profit": "0.07",
    "assets": "1.4",
    "rd_expense": "0.041",
    "new_product_sales": "0.28",
    "high_tech_income": "0.52",
    "equipment_original_value": "0.11",
    "rd_software_value": "0.008",
}
PER_HUNDRED = {
    "rd_staff": 14,
    "full_time_rd_staff": 9,
    "qualified_rd_staff": 8,
    "senior_experts": 2,
    "rd_projects": 6,
    "valid_ip": 11,
    "new_ip": 3,
    "invention_patents": 2,
    "patents_accepted": 4,
}
SITE = "site_area"
A4 = b"[0 0 595 842]"


def sample_facts(
    organisations: Iterable[Organisation], *, speaker: Callable[[Organisation], Actor | None], officer: Actor
) -> int:
    """Let each organisation declare three years of figures and return how many facts there are (项).

    ``speaker`` gives who speaks for an organisation (``None``: it is left out); ``officer`` is a department's, who
    verifies two years of every second one. The first organisation contradicts a verified figure, so that one
    question waits; it also keeps an audit report in its vault.
    """
    count = 0
    last = officer.today.year - 1
    for place, organisation in enumerate(organisations):
        actor = speaker(organisation)
        if actor is None:
            continue
        report = _report(organisation, actor, last) if place < 3 else None  # noqa: PLR2004 - a few papers are enough
        said = list(_said(organisation, place, last, report))
        declared = services.facts_declare(subject=subject_of(organisation), said=said, source="示例数据", actor=actor)
        count += len(declared)
        if place % 2 == 0:
            old = [Verdict(one.fact) for one in declared if one.fact.year is not None and one.fact.year < last]
            services.facts_verify(verdicts=old, actor=officer)
        if place == 0:
            _contradict(organisation, actor, last - 1)
            services.sheet_open(organisation=organisation, year=last, actor=actor)
    return count


@transaction.atomic
def sample_forget() -> int:
    """Remove every fact, question, sheet and evidence of sample organisations; return how many facts went (项)."""
    mine = Organisation.objects.filter(is_sample=True)
    facts = Fact.objects.filter(subject_kind=SubjectKind.ORGANISATION, subject_id__in=mine.values("pk"))
    questions = Question.objects.filter(held__in=facts)
    sheets = Sheet.objects.filter(organisation__in=mine)
    for rows in (questions, sheets):
        kind = ContentType.objects.get_for_model(rows.model)
        Move.objects.filter(content_type=kind, object_id__in=list(rows.values_list("pk", flat=True))).delete()
        rows.delete()
    count: int = facts.delete()[1].get("facts.Fact", 0)
    Evidence.objects.filter(organisation__in=mine).delete()
    cases_complete()
    return count


def figures(place: int, back: int) -> dict[str, Decimal]:
    """Return the invented figures of the ``place``-th organisation ``back`` years before the last one."""
    revenue = (Decimal(1800 + 730 * (place % 17)) / GROWTH**back).quantize(Decimal("0.1"))
    employees = 40 + 23 * (place % 11) - 3 * back
    found = {"revenue": revenue, "employees": Decimal(employees), SITE: Decimal(600 + 55 * (place % 13))}
    found |= {code: (revenue * Decimal(share)).quantize(Decimal("0.1")) for code, share in OF_REVENUE.items()}
    found |= {code: Decimal(employees * count // 100) for code, count in PER_HUNDRED.items()}
    return found


def _said(organisation: Organisation, place: int, last: int, report: Evidence | None) -> Iterator[Said]:
    for back in range(YEARS):
        for code, value in figures(place, back).items():
            evidence = report if back == 0 and code in {"revenue", "rd_expense"} else None
            yield Said(code, last - back, value, evidence=evidence)
        yield Said("audited_accounts", last - back, place % 5 != 4)  # noqa: PLR2004 - one in five has no audit
    yield Said("independent_legal_person", None, value=True)
    yield Said("established_on", None, date(1998 + place % 22, 1 + place % 12, 1 + place % 28))
    yield Said("serious_dishonesty", None, value=False)
    if organisation.kind == Organisation.Kind.ENTERPRISE:
        names = ("high_tech", "tech_sme", "innovative_sme", "specialised")
        yield Said("qualifications", None, frozenset(names[: place % 4]))


def _report(organisation: Organisation, actor: Actor, year: int) -> Evidence:
    return services.evidence_keep(
        organisation=organisation,
        upload=SimpleUploadedFile("sample.pdf", paper(f"SAMPLE {organisation.pk} {year}"), "application/pdf"),
        title=f"示例{year}年度审计报告",
        kind="audit_report",
        valid_from=date(year + 1, 3, 31),
        actor=actor,
    )


def _contradict(organisation: Organisation, actor: Actor, year: int) -> None:
    services.fact_declare(
        subject=subject_of(organisation),
        metric="rd_expense",
        year=year,
        value=figures(0, 1)["rd_expense"] + Decimal("12.5"),
        source="示例更正说明",
        actor=actor,
    )


def paper(text: str) -> bytes:
    """Return a PDF of one page that says ``text`` (ASCII), so that a sample's file opens like any other."""
    content = f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode("ascii")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>" % A4,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    found, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(found))
        found += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(found))
    return found + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (size, table, end)
