"""Numbers are given once; the series' lock holds against real threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from kechuang.kernel import numbering
from kechuang.kernel.models import NumberSeries

TAKERS = 8
ROUNDS = 5


@pytest.mark.django_db
def test_take_counts_each_year_from_one():
    assert [numbering.take("PT", 2022), numbering.take("PT", 2022), numbering.take("PT", 2023)] == [1, 2, 1]
    assert numbering.formatted("PT", 2023) == "PT-2023-0002"


@pytest.mark.django_db
def test_a_rolled_back_taker_leaves_no_gap():
    numbering.take("PT", 2022)
    with pytest.raises(RuntimeError), transaction.atomic():
        numbering.take("PT", 2022)
        raise RuntimeError
    assert numbering.take("PT", 2022) == 2


def _in_threads(work):
    gate = threading.Barrier(TAKERS)

    def one(_):
        try:
            gate.wait()
            return [work() for _ in range(ROUNDS)]
        finally:
            connection.close()

    with ThreadPoolExecutor(TAKERS) as pool:
        return sorted(number for taken in pool.map(one, range(TAKERS)) for number in taken)


@pytest.mark.django_db(transaction=True)
def test_parallel_takers_never_share_a_number():
    assert _in_threads(lambda: numbering.take("PT", 2022)) == list(range(1, TAKERS * ROUNDS + 1))


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_does_share_numbers():
    """The race above has teeth: reading and writing without the row lock loses numbers."""
    NumberSeries.objects.create(code="PT", year=2022)

    def unlocked() -> int:
        series = NumberSeries.objects.get(code="PT", year=2022)
        series.last += 1
        series.save(update_fields=["last"])
        return series.last

    assert _in_threads(unlocked) != list(range(1, TAKERS * ROUNDS + 1))
