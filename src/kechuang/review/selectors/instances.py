"""A round's assignment as an instance of ``pure.assignment``: who may read what, and how well it fits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import Avg, Q
from django.utils.translation import gettext as _

from kechuang.pure.assignment.reading import Instance
from kechuang.review.conflicts import Found
from kechuang.review.loading import rules_of
from kechuang.review.matching import Fit, Reading, Topic, fit
from kechuang.review.models import ExpertField, Pair, QualityMark, Round, Seat, Wish
from kechuang.review.selectors.conflicts import conflicts_of_round

PARTS = ("discipline", "industry", "quality", "wish")
ALL_LISTED = 400_000
"""Up to so many pairs all of them are listed; beyond, the best candidates of each proposal."""

WIDEST = 4_000_000
"""Beyond so many listed pairs candidates are not widened any more; two gigabytes hold them."""


@dataclass(frozen=True, slots=True)
class Staffing:
    """The instance with the rows its indices stand for, and the parts of every listed score."""

    instance: Instance
    proposals: list[int]
    seats: list[int]
    fit: Fit
    most: int

    def may_widen(self) -> bool:
        """Tell whether more candidates could help, and would fit into memory: a lack of places they do not mend."""
        wanted, places = sum(self.instance.reviews), sum(most or 0 for most in self.instance.max_load)
        narrow = self.most < len(self.seats) and len(self.proposals) * self.most < WIDEST
        return narrow and wanted <= places

    def parts(self, wanted: Collection[tuple[int, int]]) -> dict[tuple[int, int], dict[str, int]]:
        """Return the parts of the scores of ``wanted`` pairs, of those that are listed."""
        width = len(self.seats) + 1
        keys = np.fromiter((p * width + e for p, e in wanted), dtype=np.int64, count=len(wanted))
        at = np.flatnonzero(np.isin(self.fit.proposal.astype(np.int64) * width + self.fit.expert, keys))
        pairs = zip(self.fit.proposal[at].tolist(), self.fit.expert[at].tolist(), strict=True)
        rows = zip(*(column[at].tolist() for column in self.fit.parts), strict=True)
        return {pair: dict(zip(PARTS, row, strict=True)) for pair, row in zip(pairs, rows, strict=True)}


def staffing(round_: Round, *, on: date, most: int | None = None) -> Staffing:
    """Return the instance of a round's accepted seats: a constant number of queries.

    ``most`` candidates of a proposal are listed (by default all, or in a large round the scheme's
    number); locked pairs and
    readings that were begun stay. A pair whose reader stepped back counts as a conflict.
    """
    limits = rules_of(round_.scheme).limits
    rows = list(round_.proposals.order_by("code").values_list("pk", "code", "discipline_code", "industry_code"))
    seats = list(
        Seat.objects.filter(round=round_, state="accepted")
        .order_by("code")
        .values_list("pk", "code", "max_load", "min_load", "identity__expert_id", "identity__expert__organisation_id")
    )
    if most is None:
        most = len(seats) if len(rows) * len(seats) <= ALL_LISTED else limits.candidates_each
    proposal_at = {row[0]: place for place, row in enumerate(rows)}
    seat_at = {row[0]: place for place, row in enumerate(seats)}
    experts = [row[4] for row in seats]
    found = conflicts_of_round(round_, experts, on=on)
    locked, stepped_back = _standing(round_, proposal_at, seat_at)
    conflicts = _by_place(found, proposal_at, {expert: place for place, expert in enumerate(experts)})
    conflicts |= dict.fromkeys(stepped_back, _("本人已申报回避"))
    locked = [pair for pair in locked if pair not in conflicts]
    barred: dict[int, list[int]] = defaultdict(list)
    for p, e in conflicts:
        barred[p].append(e)
    fitting = fit(
        [Topic(discipline, industry) for _pk, _code, discipline, industry in rows],
        _readings(experts, round_),
        wishes=_wishes(round_, proposal_at, seat_at),
        barred=barred,
        most=most,
        keep=locked,
    )
    scores = np.column_stack([fitting.proposal, fitting.expert, fitting.score]).tolist()
    instance = Instance(
        proposals=[row[1] for row in rows],
        reviews=[limits.reviews_each] * len(rows),
        experts=[row[1] for row in seats],
        units=_numbered([row[5] for row in seats]),
        min_load=[row[3] for row in seats],
        max_load=[row[2] for row in seats],
        scores=scores,
        conflicts=conflicts,
        locked=locked,
        max_per_unit=limits.max_per_unit,
    )
    return Staffing(instance, [row[0] for row in rows], [row[0] for row in seats], fitting, most)


def instance_data(instance: Instance) -> dict[str, object]:
    """Return an instance as its file writes it (``docs/assignment.md``)."""
    return {
        "proposals": [
            {"id": name, "reviews": reviews} for name, reviews in zip(instance.proposals, instance.reviews, strict=True)
        ],
        "experts": [
            {"id": name, "unit": unit, "min_load": low, "max_load": high}
            for name, unit, low, high in zip(
                instance.experts, instance.units, instance.min_load, instance.max_load, strict=True
            )
        ],
        "scores": instance.scores,
        "conflicts": [[p, e, why] for (p, e), why in sorted(instance.conflicts.items())],
        "locked": [list(pair) for pair in instance.locked],
        "max_per_unit": instance.max_per_unit,
    }


def _standing(
    round_: Round, proposal_at: dict[int, int], seat_at: dict[int, int]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return pairs that stay, and pairs whose reader stepped back."""
    pairs = Pair.objects.filter(proposal__round=round_, seat__state="accepted")
    kept = pairs.filter(Q(locked=True) | Q(sheet__version__gt=0) | Q(sheet__state="signed"))
    kept = kept.exclude(sheet__state="abstained")
    gone = pairs.filter(sheet__state="abstained")
    return (
        [(proposal_at[p], seat_at[s]) for p, s in kept.values_list("proposal_id", "seat_id")],
        [(proposal_at[p], seat_at[s]) for p, s in gone.values_list("proposal_id", "seat_id")],
    )


def _by_place(found: Found, proposal_at: dict[int, int], expert_at: dict[int, int]) -> dict[tuple[int, int], str]:
    """Return the rule of each conflict by indices; the file is published, so names are left out."""
    words = RULE_WORDS
    return {
        (proposal_at[p], expert_at[e]): "、".join(dict.fromkeys(words.get(one.code, one.code) for one in row))
        for (p, e), row in found.items()
    }


RULE_WORDS = {
    "unverified": "信息未核实",
    "named": "申报人员本人或同名",
    "own_application": "同批申报",
    "same_unit": "同一单位",
    "same_group": "同一集团",
    "former_unit": "曾任职单位",
    "former_group": "曾任职于同一集团",
    "avoided": "申请回避",
    "supervisor": "导师",
    "student": "学生",
    "coproject": "共同承担项目",
    "coauthor": "合著",
    "kin": "亲属",
    "partner": "合伙",
    "share": "持股",
    "consultancy": "有偿咨询",
}


def _numbered(units: list[int]) -> list[str | None]:
    """Return units by numbers of their own, so that the published file names none of them."""
    numbers = {unit: f"U{n}" for n, unit in enumerate(dict.fromkeys(units), start=1)}
    return [numbers[unit] for unit in units]


def _readings(experts: list[int], round_: Round) -> list[Reading]:
    fields: dict[int, dict[str, list[tuple[str, int]]]] = defaultdict(lambda: {"discipline": [], "industry": []})
    rows = ExpertField.objects.filter(expert__in=experts).values_list("expert_id", "tree", "code", "stated", "observed")
    for expert, tree, code, stated, observed in rows:
        fields[expert][tree].append((code, observed or stated))
    marks = QualityMark.objects.filter(expert__in=experts).values("expert_id").annotate(mean=Avg("points"))
    quality = {row["expert_id"]: row["mean"] for row in marks.order_by()}
    return [Reading(tuple(fields[e]["discipline"]), tuple(fields[e]["industry"]), quality.get(e)) for e in experts]


def _wishes(round_: Round, proposal_at: dict[int, int], seat_at: dict[int, int]) -> dict[tuple[int, int], int]:
    rows = Wish.objects.filter(seat__round=round_).values_list("proposal_id", "seat_id", "wanted")
    return {(proposal_at[p], seat_at[s]): wanted for p, s, wanted in rows if s in seat_at}
