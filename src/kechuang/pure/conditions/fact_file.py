"""Answers for FACTS.csv: subject, metric, period, value, read into columns with the line of every fault.

Text goes into arrays in batches, so that millions of facts need megabytes and not gigabytes. A fault stops the
reading; the file is then gone through once more slowly, to name the first faulty line.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from kechuang.pure.conditions.columns import Column, Table, Vocabulary, Words, amounts, integers
from kechuang.pure.conditions.metrics import Dictionary, Metric
from kechuang.pure.conditions.values import Kind, Unreadable, boolean_read, date_read, number_read, set_read, value_read

HEADER = ["subject", "metric", "period", "value"]
_BATCH = 65_536
_YEAR = re.compile("[0-9]{4}")
_DECIMAL = re.compile(r"(-?[0-9]+)(?:\.([0-9]+))?")
_LONGEST_PLAIN = 30
_LONGEST_FIELD = 1_000_000


def facts_read(opened: Callable[[], Iterable[str]], metrics: Dictionary) -> Table:
    """Read a fact file; raises ``Unreadable`` with the line of the first fault.

    ``opened`` gives the file's lines from the beginning each time it is called: twice where there is a fault.
    """
    try:
        return _read(opened(), metrics)
    except _Fault:
        raise _first_fault(opened(), metrics) from None


class _Fault(Exception):
    """Something in the file is wrong; the slow reading says what and where."""


def _records(lines: Iterable[str]) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_FIELD)
    return csv.reader(lines, strict=True)


@dataclass(slots=True)
class _Pile:
    """The facts of one metric and period while they are being read."""

    metric: Metric
    vocabulary: Vocabulary
    rows: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    batches: list[tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]] = field(default_factory=list)

    def settle(self) -> None:
        """Turn the texts gathered so far into arrays: rows, contents, decimals (-1 for unknown)."""
        contents, decimals = _CONTENTS[self.metric.kind](self.texts, self.vocabulary)
        self.batches.append((np.array(self.rows, dtype=np.int64), contents, np.array(decimals, dtype=np.int8)))
        self.rows, self.texts = [], []

    def column(self, size: int) -> Column:
        self.settle()
        rows, contents, decimals = (np.concatenate(parts) for parts in zip(*self.batches, strict=True))
        if len(rows) and np.bincount(rows, minlength=size).max() > 1:
            raise _Fault
        there = decimals >= 0
        rows, contents, decimals = rows[there], contents[there], decimals[there]
        if self.metric.kind in {Kind.NUMBER, Kind.DATE}:
            return amounts(rows, contents, decimals, size)
        codes = np.full(size, -1, dtype=np.int32)
        codes[rows] = contents
        return Words(codes)


def _numbers(texts: list[str], vocabulary: Vocabulary) -> tuple[npt.NDArray[Any], list[int]]:
    tops: list[int] = []
    decimals: list[int] = []
    for text in texts:
        match = _DECIMAL.fullmatch(text)
        if match is None or len(text) > _LONGEST_PLAIN:
            top, places = _odd_number(text)
        else:
            whole, fraction = match.groups()
            top, places = (int(whole), 0) if fraction is None else (int(whole + fraction), len(fraction))
        tops.append(top)
        decimals.append(places)
    return integers(tops), decimals


def _odd_number(text: str) -> tuple[int, int]:
    """Read a number of an unusual form (+5, .5, 1e6) or of many digits, or an empty text."""
    if not text:
        return 0, -1
    number = number_read(text)
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
    return int(number * 10**places), places


def _dates(texts: list[str], vocabulary: Vocabulary) -> tuple[npt.NDArray[Any], list[int]]:
    days = {text: date_read(text).toordinal() if text else 0 for text in set(texts)}
    return np.array([days[text] for text in texts], dtype=np.int64), [0 if text else -1 for text in texts]


def _booleans(texts: list[str], vocabulary: Vocabulary) -> tuple[npt.NDArray[Any], list[int]]:
    found = {text: boolean_read(text) if text else 0 for text in set(texts)}
    return np.array([found[text] for text in texts], dtype=np.int32), [0 if text else -1 for text in texts]


def _words(texts: list[str], vocabulary: Vocabulary) -> tuple[npt.NDArray[Any], list[int]]:
    places = {text: vocabulary.place(text) if text else 0 for text in dict.fromkeys(texts)}
    return np.array([places[text] for text in texts], dtype=np.int32), [0 if text else -1 for text in texts]


def _sets(texts: list[str], vocabulary: Vocabulary) -> tuple[npt.NDArray[Any], list[int]]:
    places = {text: vocabulary.place(set_read(text)) if text else 0 for text in dict.fromkeys(texts)}
    return np.array([places[text] for text in texts], dtype=np.int32), [0 if text else -1 for text in texts]


_CONTENTS = {
    Kind.NUMBER: _numbers,
    Kind.DATE: _dates,
    Kind.BOOLEAN: _booleans,
    Kind.TEXT: _words,
    Kind.SET: _sets,
}


def _read(lines: Iterable[str], metrics: Dictionary) -> Table:
    vocabulary = Vocabulary()
    places: dict[str, int] = {}
    piles: dict[tuple[str, str], _Pile] = {}
    try:
        _gather(_records(lines), metrics, vocabulary, places, piles)
        size = len(places)
        columns = {(code, int(period) if period else None): pile.column(size) for (code, period), pile in piles.items()}
    except (Unreadable, csv.Error):
        raise _Fault from None
    return Table(list(places), columns, metrics, vocabulary)


def _gather(
    records: Iterator[list[str]],
    metrics: Dictionary,
    vocabulary: Vocabulary,
    places: dict[str, int],
    piles: dict[tuple[str, str], _Pile],
) -> None:
    if next(records, None) != HEADER:
        raise _Fault
    for record in records:
        if len(record) != len(HEADER):
            if record:
                raise _Fault
            continue
        subject, code, period, text = record
        pile = piles.get((code, period))
        if pile is None:
            pile = piles[code, period] = _Pile(_metric(code, period, metrics), vocabulary)
        pile.rows.append(places.setdefault(subject, len(places)))
        pile.texts.append(text)
        if len(pile.rows) == _BATCH:
            pile.settle()
    if "" in places:
        raise _Fault


def _metric(code: str, period: str, metrics: Dictionary) -> Metric:
    """Return the metric of a line; raises ``Unreadable`` where code or period does not fit the dictionary."""
    metric = metrics.get(code)
    if metric is None:
        raise Unreadable(f"指标字典中没有“{code}”")
    if metric.yearly and not _YEAR.fullmatch(period):
        raise Unreadable(f"指标“{code}”的 period 应为四位年份，而这里是“{period}”")
    if not metric.yearly and period:
        raise Unreadable(f"指标“{code}”不分年度，period 应为空，而这里是“{period}”")
    return metric


def _first_fault(lines: Iterable[str], metrics: Dictionary) -> Unreadable:
    records = _records(lines)
    seen: set[tuple[str, ...]] = set()
    line = 1
    try:
        if next(records, None) != HEADER:
            return Unreadable(f"表头应为 {','.join(HEADER)}", line=1)
        line = 2
        for record in records:
            if record:
                _check(record, seen, metrics)
            line = records.line_num + 1  # type: ignore[attr-defined]
    except csv.Error as fault:
        return Unreadable(f"CSV 格式错误：{fault}", line=line)
    except Unreadable as fault:
        return Unreadable(fault.message, line=line)
    raise AssertionError("a file refused by the fast reading was accepted by the slow one")


def _check(record: list[str], seen: set[tuple[str, ...]], metrics: Dictionary) -> None:
    if len(record) != len(HEADER):
        raise Unreadable(f"应有 {len(HEADER)} 列，而这里有 {len(record)} 列")
    subject, code, period, text = record
    if not subject:
        raise Unreadable("subject 不能为空")
    metric = _metric(code, period, metrics)
    key = (subject, code, period)
    if key in seen:
        raise Unreadable(f"“{subject}”的“{code}”（{period or '不分年度'}）重复")
    seen.add(key)
    try:
        value_read(text, metric.kind)
    except Unreadable as fault:
        raise Unreadable(f"“{code}”的值有误：{fault.message}") from None
