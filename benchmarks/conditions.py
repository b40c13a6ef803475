"""Judge 1,000,000 organisations by 50 rules, and hold the verdicts to the one-by-one path.

The goal: at most 60 s on two cores once the columns are in memory. Everything is made up from a seed; the rules have
the shapes real ones have (thresholds, ratios, sums and growth over years, alternatives, bands of points), with
thresholds drawn anew for each rule, so that no two rules share their work.

    python benchmarks/conditions.py [--organisations 1000000] [--rules 50] [--checked 2000]
"""

import argparse
import random
import resource
import time
from datetime import date
from pathlib import Path

import numpy as np

from kechuang.pure.conditions.bulk import VERDICTS, verdicts
from kechuang.pure.conditions.columns import Column, Table, Vocabulary, Words, amounts
from kechuang.pure.conditions.metrics import metrics_read
from kechuang.pure.conditions.rules import Rule, rules_read
from kechuang.pure.conditions.verdict import rule_verdict

YEAR, ON = 2022, date(2022, 12, 31)
CATALOGUE = Path(__file__).parents[1] / "catalogue" / "base" / "metrics.yaml"
METRICS = metrics_read(CATALOGUE.read_text(encoding="utf-8"))
MONEY = ("revenue", "rd_expense", "equipment_original_value", "total_profit")
COUNTS = ("full_time_rd_staff", "employees", "invention_patents", "new_ip", "site_area")
KINDS = ("enterprise", "university", "institute", "hospital", "other")
LEVELS = (frozenset[str](), frozenset({"city"}), frozenset({"city", "provincial"}))
KNOWN = 0.85

RULE = """
  - id: rule.{place}
    clauses:
      - {{id: kind, need: 'kind in {{"enterprise", "university", "institute"}}'}}
      - {{id: rd, need: "rd_expense >= {rd} or rd_expense / revenue >= 0.0{share}"}}
      - {{id: sum, need: "sum(rd_expense, 3) >= {rd} * 2 or growth(revenue, 2) > 0.{growth}"}}
      - {{id: staff, need: "full_time_rd_staff >= (20 if kind == 'enterprise' else 10) and full_time_rd_staff / employees > 0.{growth}"}}
      - {{id: some, need: "at_least(2, invention_patents >= {some}, new_ip + new_ip[-1] >= {some}, equipment_original_value >= {rd}, has(platform_levels, 'city'))"}}
      - {{id: age, need: "years_since(established_on) >= 1 and 0 <= total_profit / revenue <= 0.5"}}
      - {{id: clean, veto: "serious_dishonesty == True or (known(dishonesty_ended_on) and months_since(dishonesty_ended_on) < 24)"}}
      - {{id: size, max: 10, points: [{{when: "revenue >= {rd} * 20", give: 10}}, {{when: "revenue >= {rd} * 5", give: 5}}, {{when: "avg(revenue, 2) >= 100.5", give: 2}}]}}
      - {{id: ip, points: [{{when: "invention_patents > 20", give: 5}}, {{when: "invention_patents > {some}", give: 2.5}}]}}
    pass: {{min_points: 4.5}}
"""  # noqa: E501  # one clause a line, as in a rule file


def rules(count: int) -> tuple[Rule, ...]:
    """Return made-up rules, each with thresholds of its own."""
    draw = random.Random(1)  # a seed, so that two runs do the same work
    texts = [
        RULE.format(
            place=place,
            rd=draw.randint(50, 2000),
            share=draw.randint(1, 9),
            growth=draw.randint(10, 40),
            some=draw.randint(1, 9),
        )
        for place in range(count)
    ]
    return rules_read("rules:" + "".join(texts), METRICS)


def table(size: int) -> Table:
    """Return made-up facts of ``size`` organisations; about every seventh is unknown."""
    draw = np.random.default_rng(2)
    vocabulary = Vocabulary()
    columns: dict[tuple[str, int | None], Column] = {}

    def known() -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.flatnonzero(draw.random(size) < KNOWN)

    for code in (*MONEY, *COUNTS):
        for year in range(YEAR - 3, YEAR + 1):
            rows = known()
            decimals = 2 if code in MONEY else 0
            tops = (draw.lognormal(4, 2, len(rows)) * 10**decimals).astype(np.int64)
            columns[code, year] = amounts(rows, tops, np.full(len(rows), decimals), size)
    for code in ("established_on", "dishonesty_ended_on"):
        rows = known()
        days = draw.integers(date(1990, 1, 1).toordinal(), ON.toordinal(), len(rows))
        columns[code, None] = amounts(rows, days, np.zeros(len(rows), dtype=np.int64), size)
    for code, words in (("kind", KINDS), ("platform_levels", LEVELS)):
        places = np.array([vocabulary.place(word) for word in words], dtype=np.int32)
        codes = np.full(size, -1, dtype=np.int32)
        rows = known()
        codes[rows] = draw.choice(places, len(rows))
        columns[code, None] = Words(codes)
    codes = (draw.random(size) < 0.02).astype(np.int32)  # noqa: PLR2004  # one in fifty
    columns["serious_dishonesty", None] = Words(codes)
    return Table([str(place) for place in range(size)], columns, METRICS, vocabulary)


def check(
    judged: tuple[Rule, ...], facts: Table, found: np.ndarray[tuple[int, int], np.dtype[np.int8]], rows: int
) -> int:
    """Compare ``rows`` organisations drawn at random with the one-by-one path; return how many verdicts differ."""
    draw = random.Random(3)  # a seed, so that two runs do the same work
    wrong = 0
    for row in draw.sample(range(len(facts.subjects)), min(rows, len(facts.subjects))):
        known = facts.facts(row, year=YEAR, on=ON)
        wrong += sum(VERDICTS[found[place, row]] is not rule_verdict(rule, known) for place, rule in enumerate(judged))
    return wrong


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--organisations", type=int, default=1_000_000)
    parser.add_argument("--rules", type=int, default=50)
    parser.add_argument("--checked", type=int, default=1_000)
    asked = parser.parse_args()
    judged, facts = rules(asked.rules), table(asked.organisations)
    started, cpu = time.perf_counter(), time.process_time()
    found = verdicts(judged, facts, year=YEAR, on=ON)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    counts = {verdict.value: int((found == place).sum()) for place, verdict in enumerate(VERDICTS)}
    print(
        f"{asked.organisations:,} organisations × {asked.rules} rules: {seconds:.1f} s, {cpu:.1f} s of processor time"
    )
    print(f"verdicts: {counts}; peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    started = time.perf_counter()
    wrong = check(judged, facts, found, asked.checked)
    each = (time.perf_counter() - started) / max(1, asked.checked * asked.rules)
    print(
        f"one by one: {each * 1e6:.0f} µs a verdict; {asked.checked:,} organisations compared, {wrong} verdicts differ"
    )


if __name__ == "__main__":
    main()
