"""Answers for the verdicts of many subjects at once, the very same as one by one.

Columns are taken in pieces that fit a processor's cache. Numbers are quotients of whole numbers of 64 bits whose
bounds are known beforehand, so comparisons are exact; where the bounds do not allow that they are made in floating
point with an error bound. A row too close to call, or in a form too rare to deserve columns, is evaluated one by
one. Nothing here decides by rounding.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from math import lcm

import numpy as np
import numpy.typing as npt

from kechuang.pure.conditions.columns import WIDEST, Flags, Table, value_at
from kechuang.pure.conditions.forms import truth_of
from kechuang.pure.conditions.nodes import Facts, references
from kechuang.pure.conditions.pieces import Piece, Run
from kechuang.pure.conditions.rules import Clause, Role, Rule, Verdict
from kechuang.pure.conditions.verdict import rule_verdict

ROWS = 32_768
UNMET, UNKNOWN, MET = 0, 1, 2
VERDICTS = (Verdict.UNMET, Verdict.UNKNOWN, Verdict.MET)
_PLACES = {verdict: place for place, verdict in enumerate(VERDICTS)}

Verdicts = npt.NDArray[np.int8]


def verdicts(rules: Sequence[Rule], table: Table, *, year: int, on: date, threads: int = 2) -> Verdicts:
    """Return the verdicts as an array of rules × subjects; 0, 1, 2 stand for ``VERDICTS``.

    ``threads`` pieces are evaluated side by side; numpy lets go of the interpreter while it works on a column.
    """
    nodes = [band.when for rule in rules for clause in rule.clauses for band in clause.bands]
    run = Run.over(table, nodes, year=year, on=on)
    size = len(table.subjects)
    found = np.empty((len(rules), size), dtype=np.int8)

    def work(start: int) -> None:
        piece = Piece(run, start, min(start + ROWS, size))
        with np.errstate(all="ignore"):
            for place, rule in enumerate(rules):
                found[place, piece.start : piece.end] = _rule(rule, piece)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(0, size, ROWS)))
    return found


def _rule(rule: Rule, piece: Piece) -> Verdicts:
    piece.clear()
    size = piece.end - piece.start
    unmet, unknown = np.zeros(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_)
    for clause in rule.clauses:
        if clause.role is Role.POINTS:
            continue
        truth = truth_of(clause.when, piece)
        unmet |= truth.met if clause.role is Role.VETO else truth.unmet
        unknown |= ~(truth.met | truth.unmet)
    _points(rule, piece, unmet, unknown)
    found = np.full(size, MET, dtype=np.int8)
    found[unknown] = UNKNOWN
    found[unmet] = UNMET
    for row in np.flatnonzero(piece.doubt):
        found[row] = _PLACES[rule_verdict(rule, _facts(rule, piece, int(row)))]
    return found


def _facts(rule: Rule, piece: Piece, row: int) -> Facts:
    """Return what the rule asks of one subject, exactly."""
    run = piece.run
    values = {}
    for fact in references(tuple(band.when for clause in rule.clauses for band in clause.bands)):
        column = run.column(fact)
        value = None if column is None else value_at(column, piece.start + row, fact.kind, run.words)
        if value is not None:
            values[fact.key] = value
    return Facts(run.year, run.on, values)


def _points(rule: Rule, piece: Piece, unmet: Flags, unknown: Flags) -> None:
    """Mark where the possible points miss the rule's minimum, and where the certain ones do."""
    clauses = [clause for clause in rule.clauses if clause.role is Role.POINTS]
    numbers = [band.give for clause in clauses for band in clause.bands]
    numbers += [rule.min_points, *(clause.most for clause in clauses if clause.most is not None)]
    unit = lcm(*(number.denominator for number in numbers))
    if sum(abs(number) * unit for number in numbers) >= WIDEST:
        piece.doubt[:] = True
        return
    certain = possible = np.zeros(1, dtype=np.int64)
    for clause in clauses:
        low, high = _clause_points(clause, piece, unit)
        certain, possible = certain + low, possible + high
    need = int(rule.min_points * unit)
    unmet |= possible < need
    unknown |= certain < need


def _clause_points(clause: Clause, piece: Piece, unit: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the certain and the possible points of a clause, counted in ``1 / unit``."""
    best = np.full(1, -WIDEST, dtype=np.int64)
    most = np.full(1, -WIDEST, dtype=np.int64)
    least = np.zeros(1, dtype=np.int64)
    for band in clause.bands:
        truth = truth_of(band.when, piece)
        give = int(band.give * unit)
        undecided = ~(truth.met | truth.unmet)
        best = np.maximum(best, np.where(truth.met, give, -WIDEST))
        most = np.maximum(most, np.where(undecided, give, -WIDEST))
        least = np.minimum(least, np.where(undecided, give, 0))
    any_met = best > -WIDEST
    certain = np.where(any_met, best, least)
    possible = np.maximum(np.where(any_met, best, 0), most)
    if clause.most is not None:
        cap = int(clause.most * unit)
        certain, possible = np.minimum(certain, cap), np.minimum(possible, cap)
    return certain, possible


@dataclass(frozen=True, slots=True)
class Backtest:
    """Who would gain and who would lose if one rule took another's place (回测)."""

    gained: list[str]
    lost: list[str]
    counts: dict[tuple[Verdict, Verdict], int]


def backtest(before: Rule, after: Rule, table: Table, *, year: int, on: date) -> Backtest:
    """Compare two readings of a rule over a whole table: subjects by name, and counts of each pair of verdicts."""
    old, new = verdicts([before, after], table, year=year, on=on)
    counts = {
        (VERDICTS[one], VERDICTS[other]): int(np.count_nonzero((old == one) & (new == other)))
        for one in range(len(VERDICTS))
        for other in range(len(VERDICTS))
    }
    gained = np.flatnonzero((new == MET) & (old != MET))
    lost = np.flatnonzero((old == MET) & (new != MET))
    gainers, losers = ([table.subjects[int(row)] for row in rows] for rows in (gained, lost))
    return Backtest(gainers, losers, counts)
