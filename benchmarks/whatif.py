"""What-if over 100,000 candidates of 50 targets: shares, times and intervals. Goal: 50 ms.

Usage: ``python -m benchmarks whatif`` (or ``python benchmarks/whatif.py``).
"""

from __future__ import annotations

import statistics
import time

import numpy as np

from kechuang.pure.chances import chances, in_time

CANDIDATES, TARGETS, STAGES, RUNS, GOAL_MS = 100_000, 50, 5, 21, 50.0


def once(group: np.ndarray, stage: np.ndarray, waited: np.ndarray, durations: list[int], shares: np.ndarray) -> float:
    """Return how long one evaluation takes (ms)."""
    began = time.perf_counter()
    share = shares[stage] * in_time(waited, 200, durations, assumed=365)
    found = chances(group, share, [900.0] * TARGETS)
    took = (time.perf_counter() - began) * 1000
    if len(found) != TARGETS or not all(one.low <= one.mean <= one.high for one in found):
        raise AssertionError("the interval must hold the mean")
    return took


def main() -> int:
    """Print the median and the slowest of ``RUNS``; 1 when the goal is missed."""
    random = np.random.default_rng(7)
    group = random.integers(0, TARGETS, CANDIDATES)
    stage = random.integers(0, STAGES, CANDIDATES)
    waited = random.integers(0, 900, CANDIDATES)
    durations = random.integers(60, 700, 500).tolist()
    runs = [once(group, stage, waited, durations, np.linspace(0.2, 0.9, STAGES)) for _run in range(RUNS)]
    middle = statistics.median(runs)
    print(f"what-if, {CANDIDATES:,} candidates, {TARGETS} targets: median {middle:.1f} ms, slowest {max(runs):.1f} ms")
    return int(middle > GOAL_MS)


if __name__ == "__main__":
    raise SystemExit(main())
