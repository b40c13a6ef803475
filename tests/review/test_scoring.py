"""Sheets: saving field by field, what signing asks, ranking with ties, selection, feedback, papers."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from zipfile import ZipFile

import openpyxl
import pytest
from django.urls import reverse

from kechuang.kernel.errors import Refused, Stale
from kechuang.pure.scoring.selection import Limit
from kechuang.review.models import Feedback, Round, ScoreSheet
from kechuang.review.papers import PAPERS, trimmed
from kechuang.review.selectors.results import flagged, latest_ranking
from kechuang.review.services import assignments, results, rounds, sheets
from tests.review.conftest import TODAY, Bench


@pytest.fixture
def scoring(bench: Bench) -> Round:
    bench.admit([bench.expert() for _ in range(8)])
    round_ = bench.round()
    for n in range(4):
        bench.proposal(round_, amount_fen=(n + 1) * 10_000_00, figures={"new_national": int(n == 2)})
    bench.accepted(round_, s520=6)
    run = assignments.assignment_ask(round_=round_, objective="total", actor=bench.secretary)
    assignments.assignment_solve(run=run, actor=bench.secretary)
    rounds.round_move(round_=round_, step="open", actor=bench.secretary)
    return round_


def sheets_of(round_: Round) -> list[ScoreSheet]:
    rows = ScoreSheet.objects.filter(pair__proposal__round=round_).order_by("pair__proposal__code", "pair__seat__code")
    return list(rows.select_related("pair__proposal__round__scheme", "pair__seat__identity__expert"))


def fill(bench: Bench, sheet: ScoreSheet, share: int) -> ScoreSheet:
    rules = rounds.rules_of(sheet.pair.proposal.round.scheme)
    values = {f"points.{c.code}": str(Decimal(c.most * share) / 100) for c in rules.criteria}
    values |= {f"comment.{c.code}": "示例依据" for c in rules.criteria}
    values |= {"recommendation": "support", "opinion": f"示例意见 {sheet.pk}"}
    actor = bench.sitting(sheet.pair.seat.identity.expert)
    return sheets.sheet_save(sheet=sheet, actor=actor, version=sheet.version, values=values)


def sign(bench: Bench, sheet: ScoreSheet, share: int) -> ScoreSheet:
    actor = bench.sitting(sheet.pair.seat.identity.expert)
    return sheets.sheet_sign(sheet=fill(bench, sheet, share), actor=actor)


def summed(bench: Bench, round_: Round, shares: dict[str, list[int]]) -> Round:
    """Sign all sheets with given per cents by proposal code, then close."""
    for sheet in sheets_of(round_):
        sign(bench, sheet, shares[sheet.pair.proposal.code].pop(0))
    return rounds.round_move(round_=round_, step="close", actor=bench.secretary)


EVEN = {"P-001": [80] * 5, "P-002": [80] * 5, "P-003": [80] * 5, "P-004": [60] * 5}


@pytest.mark.capability("C53")
def test_a_sheet_is_saved_field_by_field_and_a_late_tab_is_told(bench: Bench, scoring):
    sheet = sheets_of(scoring)[0]
    client = bench.client(bench.sitting(sheet.pair.seat.identity.expert))
    address = reverse("review:sheet_save", args=[sheet.pk])
    first = client.post(address, {"version": "0", "points.innovation": "24"})
    assert (first.status_code, first.json()["version"]) == (200, 1)
    late = client.post(address, {"version": "0", "points.method": "20"})
    assert late.status_code == 409
    assert "别处保存" in late.json()["problem"]
    wrong = client.post(address, {"version": "1", "points.innovation": "31"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "points.innovation")
    assert client.post(address, {"version": "1", "points.nothing": "1"}).status_code == 422
    assert sheet.scores.get().points == Decimal(24)
    plain = client.post(reverse("review:sheet", args=[sheet.pk]), {"version": "1", "opinion": "示例意见"})
    assert plain.status_code == 302
    assert ScoreSheet.objects.get(pk=sheet.pk).opinion == "示例意见"


@pytest.mark.capability("C53")
def test_signing_asks_for_every_point_the_required_grounds_and_a_conclusion(bench: Bench, scoring):
    sheet = sheets_of(scoring)[0]
    actor = bench.sitting(sheet.pair.seat.identity.expert)
    with pytest.raises(Refused, match=r"“创新性”尚未打分.*评审结论.*总体意见"):
        sheets.sheet_sign(sheet=sheet, actor=actor)
    filled = fill(bench, sheet, 50)
    filled = sheets.sheet_save(
        sheet=filled, actor=actor, version=1, values={"comment.method": "", "comment.innovation": ""}
    )
    with pytest.raises(Refused, match="“创新性”须写明依据；“方案可行性”须写明依据"):
        sheets.sheet_sign(sheet=filled, actor=actor)  # one is always asked for, the other below its limit
    filled = sheets.sheet_save(
        sheet=filled, actor=actor, version=2, values={"comment.method": "示例", "comment.innovation": "示例"}
    )
    assert sheets.sheet_sign(sheet=filled, actor=actor).total == Decimal("50.00")
    with pytest.raises(Refused, match="已经签名"):
        sheets.sheet_save(sheet=filled, actor=actor, version=3, values={"opinion": "示例"})


@pytest.mark.parametrize("text", ("-1", "30.001", "NaN", "Infinity", "三十", "1e9"))
def test_points_that_are_no_points_are_refused_at_their_field(bench: Bench, scoring, text):
    sheet = sheets_of(scoring)[0]
    actor = bench.sitting(sheet.pair.seat.identity.expert)
    with pytest.raises(Refused) as refusal:
        sheets.sheet_save(sheet=sheet, actor=actor, version=0, values={"points.innovation": text})
    assert refusal.value.field == "points.innovation"


def test_a_stale_version_is_a_stale_refusal(bench: Bench, scoring):
    sheet = fill(bench, sheets_of(scoring)[0], 50)
    with pytest.raises(Stale):
        sheets.sheet_save(
            sheet=sheet, actor=bench.sitting(sheet.pair.seat.identity.expert), version=0, values={"opinion": "x"}
        )


@pytest.mark.capability("C113")
def test_equal_scores_are_parted_by_the_priority_and_the_list_says_so(bench: Bench, scoring):
    round_ = summed(bench, scoring, {code: list(row) for code, row in EVEN.items()})
    ranking = results.ranking_compute(round_=round_, actor=bench.secretary, cut=1)
    lines = list(ranking.lines.select_related("proposal").order_by("place", "proposal__code"))
    assert [(line.proposal.code, line.place) for line in lines] == [
        ("P-003", 1),
        ("P-001", 2),
        ("P-002", 2),
        ("P-004", 4),
    ]
    assert lines[0].moves == ["P-003 与 P-001、P-002 同分，按“当年新认定国家级平台优先”排在其前。"]
    assert [line.grade for line in lines] == ["良好", "良好", "良好", "合格"]


@pytest.mark.capability("C55")
@pytest.mark.capability("C112")
def test_outliers_must_be_explained_before_the_round_is_decided(bench: Bench, scoring):
    shares = {code: list(row) for code, row in EVEN.items()}
    shares["P-004"] = [60, 60, 60, 60, 100]
    round_ = summed(bench, scoring, shares)
    results.ranking_compute(round_=round_, actor=bench.secretary)
    found = flagged(round_)
    assert [one.proposal for one in found] == ["P-004"]
    with pytest.raises(Refused, match="P-004"):
        rounds.round_move(round_=round_, step="decide", actor=bench.secretary)
    sheet = found[0].sheet
    actor = bench.sitting(sheet.pair.seat.identity.expert)
    sheets.outlier_explain(sheet=sheet, actor=actor, reason="示例：该路线已有成功先例")
    other = next(one for one in sheets_of(round_) if one.pk != sheet.pk)
    with pytest.raises(Refused, match="没有明显偏离"):
        sheets.outlier_explain(sheet=other, actor=bench.sitting(other.pair.seat.identity.expert), reason="示例")
    assert rounds.round_move(round_=round_, step="decide", actor=bench.secretary).state == "decided"


@pytest.mark.capability("C57")
@pytest.mark.capability("C58")
@pytest.mark.capability("C113")
def test_the_funded_set_the_papers_and_the_feedback(bench: Bench, scoring):
    shares = {"P-001": [90] * 5, "P-002": [85] * 5, "P-003": [80] * 5, "P-004": [60] * 5}
    round_ = summed(bench, scoring, shares)
    with pytest.raises(Refused, match="还没有汇总"):
        rounds.round_move(round_=round_, step="decide", actor=bench.secretary)
    results.ranking_compute(round_=round_, actor=bench.secretary)
    with pytest.raises(Refused, match="至少须立项"):
        results.selection_compute(
            round_=round_, actor=bench.secretary, budget_fen=1, limits=[Limit("field", "520", least=9)]
        )
    ranking = results.selection_compute(round_=round_, actor=bench.secretary, budget_fen=50_000_00)
    assert ranking.selection["funded"] == ["P-001", "P-002"]
    assert ranking.selection["next_money"]["extra_fen"] == 10_000_00
    rounds.round_move(round_=round_, step="decide", actor=bench.secretary)
    for name, (make, suffix, _media) in PAPERS.items():
        data = make(latest_ranking(round_), on=TODAY)
        text = _text(data, suffix)
        assert data[:2] == b"PK", name
        assert ("示例课题1" in text) is (name != "statistics"), name
        assert "示例专家" not in text, name
    assert results.feedback_release(round_=round_, actor=bench.secretary) == 4
    assert results.feedback_release(round_=round_, actor=bench.secretary) == 0
    told = json.dumps(list(Feedback.objects.values_list("opinions", flat=True)), ensure_ascii=False)
    assert "专家" not in told


def _text(data: bytes, suffix: str) -> str:
    if suffix == "docx":
        return ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)


def test_a_signed_sheet_goes_back_only_with_a_reason_and_while_scoring(bench: Bench, scoring):
    sheet = sign(bench, sheets_of(scoring)[0], 80)
    with pytest.raises(Refused, match="理由"):
        sheets.sheet_return(sheet=sheet, actor=bench.secretary, reason=" ")
    sheets.sheet_return(sheet=sheet, actor=bench.secretary, reason="示例误填")
    again = ScoreSheet.objects.get(pk=sheet.pk)
    assert (again.state, again.total, again.signed_at) == ("draft", None, None)


def test_a_round_cannot_be_closed_while_a_sheet_is_open(bench: Bench, scoring):
    sign(bench, sheets_of(scoring)[0], 80)
    with pytest.raises(Refused, match="还有 19 份评分表没有签名"):
        rounds.round_move(round_=scoring, step="close", actor=bench.secretary)


def test_figures_are_read_without_their_zeros():
    assert [trimmed(Decimal(text)) for text in ("82.2000", "100", "0.50", "1E+2")] == ["82.2", "100", "0.5", "100"]
