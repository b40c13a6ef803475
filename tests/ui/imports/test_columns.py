"""Whole columns: judged as each cell alone would be, written as they were read."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kechuang.ui.imports import frames
from kechuang.ui.imports.bulk import columns_in
from kechuang.ui.imports.declaration import Field
from kechuang.ui.imports.models import ImportHead
from kechuang.ui.imports.values import column_values
from tests.ui.imports.ledgers import usci, workbook

FIELDS = (
    Field("name", "名称", required=True, length=12),
    Field("kind", "类别", "choice", choices=lambda: {"甲类": 1, "乙类": 2}),
    Field("day", "日期", "day"),
    Field("price", "原值", "number"),
    Field("count", "台数", "whole", required=True),
    Field("code", "代码", "usci"),
)
CELLS = st.one_of(
    st.none(),
    st.text(max_size=14),
    st.sampled_from(["甲类", " 乙 类", "2024-03-05", "2024年3月5日", "1,234.5", "-3", usci(1), usci(1)[:-1], "=1"]),
)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.kind)
@settings(max_examples=60, deadline=None)
@given(cells=st.lists(CELLS, max_size=20))
def test_a_column_is_judged_as_each_of_its_cells_alone(field, cells):
    values, faults = column_values(field, pl.Series(cells, dtype=pl.String))
    alone = [column_values(field, pl.Series([cell], dtype=pl.String)) for cell in cells]
    assert list(values) == [value for (value,), _faults in alone]
    assert faults == [(place, told[0][1]) for place, (_value, told) in enumerate(alone) if told]


@pytest.mark.django_db
def test_texts_of_every_kind_stand_in_the_table_as_they_were_given():
    texts = ["", "\\N", "a\\tb", "a\tb\nc\rd", '“引号"', "\\.", "平台", "\\", "，"]
    rows = pl.Series([*range(len(texts)), 0], dtype=pl.UInt32)
    columns = {
        "resource": (["示例"], pl.repeat(0, len(rows), dtype=pl.UInt32, eager=True)),
        "office": ([str(place) for place in range(len(rows))], None),
        "label": (texts, rows),
        "field": (["x"], pl.repeat(0, len(rows), dtype=pl.UInt32, eager=True)),
    }
    assert columns_in(ImportHead, columns, range(len(texts))) == len(texts)
    assert list(ImportHead.objects.order_by("pk").values_list("label", flat=True)) == texts


def test_a_workbook_is_read_as_an_officer_would_have_typed_it():
    sheet = frames.sheet_frame(
        workbook([["甲", 1, 1.5], ["", True, 0.1 + 0.2], [None, -3, 915204020000000000]]), "台账"
    )
    assert sheet.rows() == [("甲", "1", "1.5"), (None, "是", "0.3"), (None, "-3", "915204020000000000")]
