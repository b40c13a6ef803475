"""How long an optimal assignment takes, and against HiGHS simplex on the same instance in the same run.

    python benchmarks/assignment.py            # up to 10,000 proposals
    python benchmarks/assignment.py --large    # also 20,000 x 20,000, and HiGHS at full size

Times are of the solver alone: the network, the flow and the prices of the proof; reading the file
stands beside them. Seconds on the wall come first, seconds of processor in brackets: on a busy machine
only the latter compare. Every result is confirmed by the checker, and HiGHS must reach the same total.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from kechuang.pure.assignment.checking import check
from kechuang.pure.assignment.claims import read_claim
from kechuang.pure.assignment.network import build, score_table
from kechuang.pure.assignment.reading import Instance, read_instance
from kechuang.pure.assignment.solving import assign_fair, assign_random, assign_total


@dataclass(frozen=True, slots=True)
class Size:
    """A made-up round; ``units`` 0 means no limit per unit."""

    proposals: int
    experts: int
    candidates: int
    units: int = 0
    reviews: int = 5

    def __str__(self) -> str:
        limit = "unit limit" if self.units else "no unit limit"
        pairs = self.proposals * self.candidates
        return f"{self.proposals:>6} x {self.experts:>6} x {self.reviews}, {pairs:>9} pairs, {limit:<13}"


MID_SIZE = 1000
SIZES = (Size(1000, 500, 100), Size(1000, 500, 100, 50), Size(10_000, 5000, 100), Size(10_000, 5000, 100, 150))
LARGE = Size(20_000, 20_000, 110)


def instance_of(size: Size) -> Instance:
    """Make a round in which good experts are wanted by many and loads bind."""
    rng = np.random.default_rng(size.proposals + size.units)
    standing = rng.normal(size=size.experts)
    proposal = np.repeat(np.arange(size.proposals), size.candidates)
    chosen = [rng.choice(size.experts, size.candidates, replace=False) for _ in range(size.proposals)]
    expert = np.concatenate(chosen)
    score = np.clip(500 + 150 * rng.normal(size=len(expert)) + 100 * standing[expert], 0, 1000).astype(int)
    most = -(-size.proposals * size.reviews * 6 // (size.experts * 5))
    units = rng.integers(max(size.units, 1), size=size.experts)
    experts = [
        {"id": f"E{e}", "unit": f"U{units[e]}" if size.units else None, "min_load": 1, "max_load": most}
        for e in range(size.experts)
    ]
    data: dict[str, Any] = {
        "proposals": [{"id": f"P{p}", "reviews": size.reviews} for p in range(size.proposals)],
        "experts": experts,
        "scores": np.stack([proposal, expert, score], axis=1).tolist(),
    }
    return read_instance({**data, "max_per_unit": 2} if size.units else data)


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long something took, on the wall and of one processor."""

    wall: float
    processor: float

    def __str__(self) -> str:
        return f"{self.wall:8.3f} s ({self.processor:7.3f} s)"


def timed(work: Callable[[], Any]) -> tuple[Seconds, Any]:
    """Return seconds and result."""
    began, used = time.perf_counter(), time.process_time()
    result = work()
    return Seconds(time.perf_counter() - began, time.process_time() - used), result


def highs_simplex(instance: Instance) -> tuple[Seconds, float]:
    """Solve the same problem as a linear programme by HiGHS dual simplex; return seconds and total."""
    network = build(instance, score_table(instance))
    proposals, experts, groups = network.sizes
    starts, index = _entries(network.proposal, network.expert + proposals, network.group, proposals + experts)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "problem.npz"
        np.savez(
            path,
            cost=network.score.astype(float),
            row_lower=np.concatenate([network.demand, network.low, np.zeros(groups)]).astype(float),
            row_upper=np.concatenate([network.demand, network.high, network.group_cap]).astype(float),
            starts=starts,
            index=index,
        )
        script = Path(__file__).with_name("highs_simplex.py")
        run = subprocess.run([sys.executable, script, path], capture_output=True, text=True, check=True)
    wall, processor, total = map(float, run.stdout.split())
    return Seconds(wall, processor), total


def _entries(proposal: Any, expert: Any, group: Any, offset: int) -> tuple[Any, Any]:
    rows = np.stack([proposal, expert, np.where(group >= 0, group + offset, -1)], axis=1)
    used = rows >= 0
    starts = np.concatenate([[0], np.cumsum(used.sum(axis=1))])
    return starts.astype(np.int32), rows[used].astype(np.int32)


def report(size: Size, *, with_highs: bool) -> None:
    """Print one size: seconds of every objective, and the ratio where asked for."""
    reading, instance = timed(lambda: instance_of(size))
    print(f"{size}  made and read in {reading}")
    for name, solve in (
        ("total", lambda: assign_total(instance)),
        ("fair", lambda: assign_fair(instance)),
        ("random", lambda: assign_random(instance, limit=500, seed=1)),
    ):
        seconds, result = timed(solve)
        claim = read_claim(result)
        if claim is None or check(instance, claim):
            raise SystemExit(f"{name} is not confirmed")
        if name == "total":
            total = seconds
            objective = claim.objective
        print(f"    {name:<7}{seconds}   objective {claim.objective}")
    if with_highs:
        seconds, reached = highs_simplex(instance)
        if round(reached) != objective:
            raise SystemExit(f"HiGHS reaches {reached}, not {objective}")
        ratio = f"{seconds.wall / total.wall:.1f} ({seconds.processor / total.processor:.1f})"
        print(f"    HiGHS  {seconds}   the same total; {ratio} times as long")


def main() -> None:
    """Print all sizes."""
    large = "--large" in sys.argv[1:]
    for size in SIZES:
        report(size, with_highs=large or size.proposals <= MID_SIZE)
    if large:
        report(LARGE, with_highs=False)


if __name__ == "__main__":
    main()
