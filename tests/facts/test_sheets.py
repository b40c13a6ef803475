"""The year's sheet: filled by several at once, submitted as facts, verified; its Excel read back as given out."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from kechuang.facts import selectors, services
from kechuang.facts.models import Fact, Sheet
from kechuang.facts.selectors.sheets import sheet_metrics
from kechuang.facts.values import value_text
from kechuang.facts.workbooks import FIRST_ROW, VALUE, workbook_out, workbook_read
from kechuang.kernel.access import ANONYMOUS
from kechuang.kernel.errors import NotAllowed, Refused, Stale
from tests.facts.conftest import scan
from tests.facts.filling import filled_in

pytestmark = [pytest.mark.django_db, pytest.mark.capability("C19")]
YEAR = 2024


@pytest.fixture
def sheet(ground):
    return services.sheet_open(organisation=ground.organisations[0], year=YEAR, actor=ground.applicant())


def fill(ground, sheet, **values):
    return services.sheet_fill(sheet=sheet, values=values, actor=ground.applicant())


def known(ground, *codes):
    found = selectors.known(subject=ground.subject, metrics=codes, years=[YEAR])
    return {code: one.value for (code, _year), one in found.items()}


def test_a_year_has_one_sheet(ground, sheet):
    again = services.sheet_open(organisation=ground.organisations[0], year=YEAR, actor=ground.applicant())
    assert again == sheet
    assert Sheet.objects.count() == 1


@pytest.mark.parametrize("year", (1999, 2150))
def test_a_year_that_has_not_begun_has_no_sheet(ground, year):
    with pytest.raises(Refused) as refused:
        services.sheet_open(organisation=ground.organisations[0], year=year, actor=ground.applicant())
    assert refused.value.field == "year"


def test_a_draft_keeps_what_is_wrong_and_says_so(ground, sheet):
    kept = fill(ground, sheet, revenue="十万", rd_staff="12")
    assert list(kept.problems) == ["revenue"]
    sheet.refresh_from_db()
    assert sheet.entries == {"revenue": "十万", "rd_staff": "12"}
    assert known(ground, "rd_staff") == {}
    fill(ground, sheet, revenue="")
    sheet.refresh_from_db()
    assert sheet.entries == {"rd_staff": "12"}


def test_a_part_larger_than_its_whole_is_told(ground, sheet):
    kept = fill(ground, sheet, rd_staff="12", full_time_rd_staff="13")
    assert "大于" in kept.problems["full_time_rd_staff"]
    with pytest.raises(Refused) as refused:
        services.sheet_submit(sheet=sheet, actor=ground.applicant())
    assert refused.value.field == "full_time_rd_staff"
    assert not Fact.objects.exists()


def test_a_submitted_sheet_is_known_and_verified_value_by_value(ground, sheet):
    fill(ground, sheet, revenue="1,280.5", independent_legal_person="是")
    done = services.sheet_submit(sheet=sheet, actor=ground.applicant())
    assert (done.new, done.same, done.questions, sheet.state) == (2, 0, 0, "submitted")
    assert known(ground, "revenue", "independent_legal_person") == {
        "revenue": Decimal("1280.5"),
        "independent_legal_person": True,
    }
    officer = ground.officer()
    with pytest.raises(Refused, match="没有核定"):
        services.sheet_move(sheet=sheet, step="verify", actor=officer)
    verdicts = [services.Verdict(fact) for fact in selectors.sheet_facts(sheet=sheet)]
    services.facts_verify(verdicts=verdicts, actor=officer)
    services.sheet_move(sheet=sheet, step="verify", actor=officer)
    assert sheet.state == "verified"


def test_a_sheet_of_the_second_time_asks_only_what_is_not_known(ground, sheet):
    fill(ground, sheet, revenue="100", assets="200")
    services.sheet_submit(sheet=sheet, actor=ground.applicant())
    following = services.sheet_open(organisation=ground.organisations[0], year=YEAR, actor=ground.applicant())
    filled = selectors.sheet_filled(sheet=following, entries={})
    assert (filled.spared, filled.total) == (2, len(sheet_metrics()))
    next_year = services.sheet_open(organisation=ground.organisations[0], year=YEAR + 1, actor=ground.applicant())
    lines = {line.metric.code: line for line in selectors.sheet_filled(sheet=next_year).lines}
    assert (lines["revenue"].last.value, lines["revenue"].known) == (Decimal(100), None)


def test_what_contradicts_a_verified_value_does_not_hold_up_the_sheet(ground, sheet):
    fill(ground, sheet, revenue="100")
    services.sheet_submit(sheet=sheet, actor=ground.applicant())
    services.fact_verify(fact=Fact.objects.get(), actor=ground.officer())
    services.sheet_move(sheet=sheet, step="withdraw", actor=ground.applicant())
    fill(ground, sheet, revenue="120")
    done = services.sheet_submit(sheet=sheet, actor=ground.applicant())
    assert (done.new, done.same, done.questions) == (0, 0, 1)
    assert known(ground, "revenue") == {"revenue": Decimal(100)}
    with pytest.raises(Refused, match="待核对"):
        services.sheet_move(sheet=sheet, step="verify", actor=ground.officer())


def test_an_empty_sheet_is_not_submitted_and_a_submitted_one_not_filled(ground, sheet):
    with pytest.raises(Refused, match="空的"):
        services.sheet_submit(sheet=sheet, actor=ground.applicant())
    fill(ground, sheet, revenue="1")
    services.sheet_submit(sheet=sheet, actor=ground.applicant())
    with pytest.raises(Stale):
        fill(ground, sheet, revenue="2")
    with pytest.raises(Refused):
        services.sheet_fill(sheet=sheet, values={"nothing_of_the_kind": "2"}, actor=ground.applicant())


def test_evidence_of_a_field_goes_with_its_fact(ground, sheet):
    actor = ground.applicant()
    evidence = services.evidence_keep(
        organisation=ground.organisations[0], upload=scan(), title="示例审计报告", kind="audit_report", actor=actor
    )
    services.sheet_fill(sheet=sheet, values={"revenue": "1"}, evidence={"revenue": evidence.pk}, actor=actor)
    services.sheet_submit(sheet=sheet, actor=actor)
    assert Fact.objects.get().evidence == evidence
    other = services.evidence_keep(
        organisation=ground.organisations[1], upload=scan(), title="示例", kind="other", actor=ground.applicant(1)
    )
    services.sheet_move(sheet=sheet, step="withdraw", actor=actor)
    with pytest.raises(Refused):
        services.sheet_fill(sheet=sheet, values={}, evidence={"revenue": other.pk}, actor=actor)


def test_strangers_open_fill_submit_and_move_nothing(ground, sheet):
    fill(ground, sheet, revenue="1")
    for actor in (ground.applicant(1), ANONYMOUS, ground.county()):
        acts = (
            lambda actor=actor: services.sheet_open(organisation=ground.organisations[0], year=2023, actor=actor),
            lambda actor=actor: services.sheet_fill(sheet=sheet, values={"revenue": "2"}, actor=actor),
            lambda actor=actor: services.sheet_submit(sheet=sheet, actor=actor),
        )
        for act in acts:
            with pytest.raises(NotAllowed):
                act()
    services.sheet_submit(sheet=sheet, actor=ground.applicant())
    with pytest.raises(NotAllowed):
        services.sheet_move(sheet=sheet, step="withdraw", actor=ground.applicant(1))
    sheet.refresh_from_db()
    assert (sheet.state, sheet.entries) == ("submitted", {"revenue": "1"})


@pytest.mark.parametrize("count", (1, 3))
def test_a_sheet_is_read_in_a_constant_number_of_queries(ground, sheet, django_assert_num_queries, count):
    fill(ground, sheet, **dict.fromkeys(["revenue", "assets", "rd_staff"][:count], "1"))
    services.sheet_submit(sheet=sheet, actor=ground.applicant())
    with django_assert_num_queries(2):
        filled = selectors.sheet_filled(sheet=sheet, entries={})
    assert filled.spared == count


# Excel out and in.


def test_a_workbook_is_read_back_as_it_was_given_out(ground, sheet):
    fill(ground, sheet, revenue="1280.5", audited_accounts="是", qualifications="高新技术企业")
    data = workbook_out(selectors.sheet_filled(sheet=sheet))
    reading = workbook_read(data, sheet=sheet, metrics=sheet_metrics())
    assert reading.entries == {"revenue": "1280.5", "audited_accounts": "是", "qualifications": "高新技术企业"}
    assert reading.faults == []


def test_a_workbook_shows_last_years_value_and_locks_what_is_not_to_be_filled(ground, sheet):
    fill(ground, sheet, revenue="1280.5")
    services.sheet_submit(sheet=sheet, actor=ground.applicant())
    following = services.sheet_open(organisation=ground.organisations[0], year=YEAR + 1, actor=ground.applicant())
    data = workbook_out(selectors.sheet_filled(sheet=following))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert rows[FIRST_ROW - 1][0] == "revenue"
    assert rows[FIRST_ROW - 1][4] == 1280.5
    assert rows[FIRST_ROW - 1][VALUE] == ""


def test_every_fault_is_told_at_its_cell(ground, sheet):
    data = filled_in(
        workbook_out(selectors.sheet_filled(sheet=sheet)), {5: "十万", 6: 12, 7: "x"}, {6: "nonsense_code"}
    )
    reading = workbook_read(data, sheet=sheet, metrics=sheet_metrics())
    assert [(fault.cell, fault.label) for fault in reading.faults] == [("A6", "nonsense_code")]
    assert reading.cells["revenue"] == "G5"
    filled = selectors.sheet_filled(sheet=sheet, entries=reading.entries)
    assert {reading.cells[code] for code in filled.problems} == {"G5", "G7"}


def test_numbers_of_a_spreadsheet_are_read_without_their_noise(ground, sheet):
    data = filled_in(workbook_out(selectors.sheet_filled(sheet=sheet)), {5: 0.1 + 0.2, 6: 100000000.0})
    reading = workbook_read(data, sheet=sheet, metrics=sheet_metrics())
    assert list(reading.entries.values()) == ["0.3", "100000000"]


def test_what_is_no_sheet_of_this_organisation_is_refused(ground, sheet):
    other = services.sheet_open(organisation=ground.organisations[1], year=YEAR, actor=ground.applicant(1))
    foreign = workbook_out(selectors.sheet_filled(sheet=other))
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (41 * 1024 * 1024))
    own = workbook_out(selectors.sheet_filled(sheet=sheet))
    forged = filled_in(own, {}, marks=["fact_sheet", "x", None])
    for data in (foreign, forged, bomb.getvalue(), b"", b"PK\x03\x04nonsense", b"x" * 10, filled_in(None, {})):
        with pytest.raises(Refused) as refused:
            workbook_read(data, sheet=sheet, metrics=sheet_metrics())
        assert refused.value.field == "workbook"


def test_a_text_that_a_spreadsheet_would_run_is_kept_as_text(ground, sheet):
    fill(ground, sheet, qualifications="=1+1")
    reading = workbook_read(workbook_out(selectors.sheet_filled(sheet=sheet)), sheet=sheet, metrics=sheet_metrics())
    assert reading.entries["qualifications"] == "=1+1"
    assert value_text(sheet_metrics()[0], None) == ""
