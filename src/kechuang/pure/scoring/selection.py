"""The best set to fund (择优立项) under a budget and limits per county and field, exactly.

Of all sets within the limits: the greatest total of scores; of those the least money; of those the
one whose ranks add up to the least. Solved by CP-SAT to proven optimality, one thread and a fixed
seed, so that a second run says the same. Money is whole fen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

SECONDS_MAX = 60.0
"""A call's list is solved in well under a second; beyond this something is wrong with the limits."""


class Unfundable(ValueError):
    """No set keeps the limits; the text says which cannot be kept."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """A proposal that may be funded, in the order of ranking. ``groups`` maps a kind (county, field) to its value."""

    id: str
    score: Decimal
    cost_fen: int
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limit:
    """At least and at most so many proposals, or so much money, for one value of one kind of group."""

    kind: str
    value: str
    least: int = 0
    most: int | None = None
    most_fen: int | None = None

    @property
    def name(self) -> str:
        return f"{self.kind}“{self.value}”"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a funded set must keep to."""

    budget_fen: int
    limits: tuple[Limit, ...] = ()
    count_most: int | None = None
    required: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """What one more yuan, or one more place, would do: enough of it, and who comes in and goes out.

    ``extra_fen`` is the least further money that raises the total score; zero for a place.
    """

    what: str
    extra_fen: int
    gain: Decimal
    comes_in: tuple[str, ...]
    goes_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """The funded set in ranking order, with what is left of the money and what would come next."""

    funded: tuple[str, ...]
    score: Decimal
    cost_fen: int
    left_fen: int
    next_money: Change | None
    next_places: tuple[Change, ...]


def select(applicants: Sequence[Applicant], terms: Terms) -> Selection:
    """Return the best set and what the next yuan or the next place would change.

    Raises ``Unfundable`` where no set keeps the limits, ``TimeoutError`` where none was proved the best.
    """
    _check(applicants, terms)
    chosen = _best(applicants, terms)
    funded = _picked(applicants, chosen)
    score = sum((a.score for a in funded), Decimal(0))
    cost = sum(a.cost_fen for a in funded)
    return Selection(
        funded=tuple(a.id for a in funded),
        score=score,
        cost_fen=cost,
        left_fen=terms.budget_fen - cost,
        next_money=_next_money(applicants, terms, chosen),
        next_places=tuple(_next_places(applicants, terms, chosen)),
    )


def _check(applicants: Sequence[Applicant], terms: Terms) -> None:
    ids = {a.id for a in applicants}
    if len(ids) != len(applicants):
        raise ValueError("同一项目在名单中出现多次。")
    if any(a.cost_fen < 0 for a in applicants) or terms.budget_fen < 0:
        raise ValueError("金额不能为负。")
    if missing := terms.required - ids:
        raise ValueError(f"必须立项的 {'、'.join(sorted(missing))} 不在名单中。")
    if (cost := sum(a.cost_fen for a in applicants if a.id in terms.required)) > terms.budget_fen:
        raise Unfundable(
            f"必须立项的项目共需 {Decimal(cost) / 100} 元，超过预算 {Decimal(terms.budget_fen) / 100} 元。"
        )
    for limit in terms.limits:
        there = [a for a in applicants if a.groups.get(limit.kind) == limit.value]
        if len(there) < limit.least:
            raise Unfundable(f"{limit.name}至少须立项 {limit.least} 项，但只有 {len(there)} 项可选。")


def _units(applicants: Sequence[Applicant]) -> list[int]:
    """Return scores as whole numbers of the smallest unit any of them has."""
    places = max((-int(a.score.as_tuple().exponent) for a in applicants), default=0)
    return [int(a.score.scaleb(max(places, 0))) for a in applicants]


def _model(applicants: Sequence[Applicant], terms: Terms) -> tuple[cp_model.CpModel, list[Any]]:
    from ortools.sat.python import cp_model  # noqa: PLC0415 (brings pandas: a second no page and no command should wait for)

    model = cp_model.CpModel()
    taken = [model.new_bool_var(a.id) for a in applicants]
    model.add(sum(a.cost_fen * x for a, x in zip(applicants, taken, strict=True)) <= terms.budget_fen)
    if terms.count_most is not None:
        model.add(sum(taken) <= terms.count_most)
    for limit in terms.limits:
        there = [(a, x) for a, x in zip(applicants, taken, strict=True) if a.groups.get(limit.kind) == limit.value]
        model.add(sum(x for _, x in there) >= limit.least)
        if limit.most is not None:
            model.add(sum(x for _, x in there) <= limit.most)
        if limit.most_fen is not None:
            model.add(sum(a.cost_fen * x for a, x in there) <= limit.most_fen)
    for a, x in zip(applicants, taken, strict=True):
        if a.id in terms.required:
            model.add(x == 1)
    return model, taken


def _optimum(model: cp_model.CpModel, objective: Any) -> tuple[int, cp_model.CpSolver]:
    """Minimise ``objective`` to proven optimality."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 (see ``_model``)

    model.minimize(objective)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_time_in_seconds = SECONDS_MAX
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        raise Unfundable("预算与各项名额限制不能同时满足。")
    if status != cp_model.OPTIMAL:
        raise TimeoutError("the solver proved no set the best in time")
    return round(solver.objective_value), solver


def _best(applicants: Sequence[Applicant], terms: Terms) -> list[bool]:
    model, taken = _model(applicants, terms)
    score = sum(-n * x for n, x in zip(_units(applicants), taken, strict=True))
    cost = sum(a.cost_fen * x for a, x in zip(applicants, taken, strict=True))
    places = sum(place * x for place, x in enumerate(taken, start=1))
    for aim in (score, cost):
        value, _ = _optimum(model, aim)
        model.add(aim == value)
    _, solver = _optimum(model, places)
    return [bool(solver.value(x)) for x in taken]


def _picked(applicants: Sequence[Applicant], chosen: Sequence[bool]) -> list[Applicant]:
    return [a for a, taken in zip(applicants, chosen, strict=True) if taken]


def _next_money(applicants: Sequence[Applicant], terms: Terms, chosen: Sequence[bool]) -> Change | None:
    """Find the least budget at which a better set becomes possible, None where money is not what is lacking."""
    units = _units(applicants)
    reached = sum(n for n, taken in zip(units, chosen, strict=True) if taken)
    unbounded = replace(terms, budget_fen=sum(a.cost_fen for a in applicants))
    model, taken = _model(applicants, unbounded)
    model.add(sum(n * x for n, x in zip(units, taken, strict=True)) >= reached + 1)
    try:
        budget, _ = _optimum(model, sum(a.cost_fen * x for a, x in zip(applicants, taken, strict=True)))
    except Unfundable:
        return None
    better = _best(applicants, replace(terms, budget_fen=budget))
    return _change("预算", budget - terms.budget_fen, applicants, (chosen, better))


def _next_places(applicants: Sequence[Applicant], terms: Terms, chosen: Sequence[bool]) -> list[Change]:
    """Tell for every limit on a number of places what one more place would bring."""
    found = []
    if terms.count_most is not None:
        wider = replace(terms, count_most=terms.count_most + 1)
        found.append(_change("立项总数", 0, applicants, (chosen, _best(applicants, wider))))
    for at, limit in enumerate(terms.limits):
        if limit.most is not None:
            limits = (*terms.limits[:at], replace(limit, most=limit.most + 1), *terms.limits[at + 1 :])
            better = _best(applicants, replace(terms, limits=limits))
            found.append(_change(limit.name, 0, applicants, (chosen, better)))
    return [change for change in found if change.gain > 0]


def _change(
    what: str, extra_fen: int, applicants: Sequence[Applicant], sets: tuple[Sequence[bool], Sequence[bool]]
) -> Change:
    before, after = ({a.id: a.score for a in _picked(applicants, chosen)} for chosen in sets)
    return Change(
        what=what,
        extra_fen=extra_fen,
        gain=sum(after.values(), Decimal(0)) - sum(before.values(), Decimal(0)),
        comes_in=tuple(name for name in after if name not in before),
        goes_out=tuple(name for name in before if name not in after),
    )
