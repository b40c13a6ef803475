"""Keyset pages: walking forward and back shows every row once, in order, whatever the page size."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kechuang.directory.models import County
from kechuang.ui.pages import capped_count, keyset_page


@pytest.fixture
def counties(db):
    County.objects.bulk_create(
        [County(code=f"c{n}", name=f"示例县{n}", short_name=f"示例{n % 3}", order=n % 4) for n in range(23)]
    )
    return County.objects.all()


def walk(rows, order, size):
    cursor, seen, steps = "", [], 0
    while True:
        page = keyset_page(rows, order=order, paths=("name",), cursor=cursor, size=size)
        seen.append([row["name"] for row in page.rows])
        steps += 1
        if not page.after or steps > 30:
            return seen, page
        cursor = page.after


@pytest.mark.parametrize("order", (("order", "pk"), ("-order", "-pk"), ("short_name", "name")))
@pytest.mark.parametrize("size", (1, 5, 23, 50))
def test_pages_show_every_row_once_in_order_and_lead_back(counties, order, size):
    expected = list(counties.order_by(*order).values_list("name", flat=True))
    pages, last = walk(counties, order, size)
    assert [name for page in pages for name in page] == expected

    back = [pages[-1]]
    cursor = last.before
    while cursor:
        page = keyset_page(counties, order=order, paths=("name",), cursor=cursor, size=size)
        back.insert(0, [row["name"] for row in page.rows])
        cursor = page.before
    assert [name for page in back for name in page] == expected


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cursor=st.text(max_size=60))
def test_a_cursor_that_cannot_be_read_starts_at_the_beginning(counties, cursor):
    page = keyset_page(counties, order=("order", "pk"), paths=("name",), cursor=cursor, size=4)
    assert [row["order"] for row in page.rows] == [0, 0, 0, 0]


@pytest.mark.parametrize("key", ((["a", "x", "y"]), (["b", 1]), (["a", True, 1]), (["a", "\0", 1]), ({"a": 1})))
def test_a_cursor_made_by_hand_starts_at_the_beginning(counties, key):
    cursor = base64.urlsafe_b64encode(json.dumps(key).encode()).decode()
    page = keyset_page(counties, order=("order", "pk"), paths=("name",), cursor=cursor, size=4)
    assert [row["order"] for row in page.rows] == [0, 0, 0, 0]


def test_capped_count_says_whether_it_is_exact(counties):
    assert capped_count(counties, cap=22) == (22, False)
    assert capped_count(counties, cap=23) == (23, True)
