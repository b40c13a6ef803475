"""Scores as they stand: by proposal and seat code, outliers, agreement. No expert is named here."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from kechuang.pure.scoring.aggregation import Outlier, outliers
from kechuang.pure.scoring.calibration import Observation
from kechuang.review.loading import rules_of
from kechuang.review.models import Ranking, RankingLine, Round, ScoreSheet

Scores = dict[str, dict[str, Decimal]]


@dataclass(frozen=True, slots=True)
class Flagged:
    """A sheet whose total lies far from the others', and the reason written, "" for none."""

    sheet: ScoreSheet
    proposal: str
    found: Outlier
    reason: str

    def sentence(self) -> str:
        """Say what asks for a written reason."""
        return _("%(proposal)s：%(seat)s 评分 %(score)s，偏离均值 %(mean)s 达 %(share)s%%，须书面说明理由。") % {
            "proposal": self.proposal,
            "seat": self.found.reviewer,
            "score": self.found.score,
            "mean": self.found.mean,
            "share": f"{abs(self.found.deviation) * 100:.2f}",
        }


def signed_sheets(round_: Round) -> list[ScoreSheet]:
    """Return the signed sheets of a round with their proposals and seats: one query."""
    rows = ScoreSheet.objects.filter(pair__proposal__round=round_, state="signed")
    return list(rows.select_related("pair__proposal", "pair__seat").order_by("pair__proposal__code", "pk"))


def scores_of(sheets: list[ScoreSheet]) -> Scores:
    """Return totals by proposal code and seat code."""
    found: Scores = defaultdict(dict)
    for sheet in sheets:
        if sheet.total is not None:
            found[sheet.pair.proposal.code][sheet.pair.seat.code] = sheet.total
    return dict(found)


def observations(scores: Scores) -> list[Observation]:
    """Return every score as calibration and statistics take it."""
    return [Observation(p, seat, value) for p, row in sorted(scores.items()) for seat, value in sorted(row.items())]


def flagged(round_: Round) -> list[Flagged]:
    """Return every outlier of a round, explained or not."""
    sheets = signed_sheets(round_)
    by_place = {(sheet.pair.proposal.code, sheet.pair.seat.code): sheet for sheet in sheets}
    tolerance = rules_of(round_.scheme).outlier_share
    return [
        Flagged(sheet, proposal, one, sheet.outlier_reason.strip())
        for proposal, row in sorted(scores_of(sheets).items())
        for one in outliers(row, tolerance=tolerance)
        for sheet in (by_place[proposal, one.reviewer],)
    ]


def unexplained_outliers(round_: Round) -> list[str]:
    """Return a sentence for every outlier without a written reason."""
    return [one.sentence() for one in flagged(round_) if not one.reason]


def latest_ranking(round_: Round) -> Ranking | None:
    """Return the newest ranking of a round."""
    return round_.rankings.order_by("-pk").first()


def lines_of(ranking: Ranking) -> list[RankingLine]:
    """Return a ranking's lines with their proposals: one query."""
    return list(ranking.lines.select_related("proposal").order_by("place", "proposal__code"))
