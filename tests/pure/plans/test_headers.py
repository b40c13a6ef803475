"""Page headers, covering dates and hostile padding: what stands around and inside copied plans."""

import time

import pytest

from kechuang.pure.plans import PlanReading, read_text

_TASK = "一、重点任务\n（一）建设平台。建设示例平台。（责任单位：示例市科技局{}）\n"


@pytest.mark.parametrize("padding", (" " * 50_000, "\u3000" * 50_000, "." * 50_000, "…" * 50_000, "· " * 25_000))
def test_padding_inside_a_paragraph_costs_no_more_than_its_length(padding: str) -> None:
    began = time.perf_counter()
    reading = read_text("示例市平台建设方案\n" + _TASK.format(padding) + "（二）引进人才。引进。\n")

    # The old pattern took hours on the first of these; the limit leaves room for a busy machine.
    assert time.perf_counter() - began < 5
    assert [task.no for task in reading.tasks] == ["（一）", "（二）"]


@pytest.mark.parametrize("leader", ("………… 3", "......3", "\t12", "           —4—", "。。。。5", "······  - 6 -"))
def test_a_contents_line_is_known_by_its_leader_and_page_number(leader: str) -> None:
    text = f"示例市平台建设方案\n一、重点任务{leader}\n二、保障措施{leader}\n" + _TASK.format("")

    assert [section.title for section in _read(text).sections] == ["重点任务"]


def _read(text: str) -> PlanReading:
    return read_text(text)
