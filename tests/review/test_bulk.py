"""Rows stored by COPY hold what Django would have written, column by column."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from kechuang.review.bulk import PLAIN, _written
from kechuang.review.models import Pair, ScoreSheet


def test_a_plain_column_is_written_as_django_writes_it():
    rows = (
        Pair(pk=7, proposal_id=1, seat_id=2, match=640, parts={"discipline": 600}, locked=True),
        Pair(proposal_id=3, seat_id=4, match=0, parts={}),
        ScoreSheet(pk=9, pair_id=5, state="draft", process_version_id=6, version=2),
    )
    seen = set()
    for row in rows:
        for field in row._meta.local_concrete_fields:
            if type(field) in PLAIN:
                seen.add(type(field).__name__)
                wanted = field.get_db_prep_save(field.pre_save(row, add=True), connection)
                assert (_written(field, connection)(row), field.name) == (wanted, field.name)
    assert {"BigAutoField", "ForeignKey", "BooleanField", "CharField"} <= seen


def test_any_other_column_is_asked_what_to_write():
    made = {field.name: _written(field, connection) for field in Pair._meta.local_concrete_fields}
    parts = made["parts"](Pair(proposal_id=1, seat_id=2, match=1, parts={"discipline": 600}))
    assert parts.obj == {"discipline": 600}
    stamped = [field for field in ScoreSheet._meta.local_concrete_fields if getattr(field, "auto_now_add", False)]
    for field in stamped:
        assert _written(field, connection)(ScoreSheet()) <= timezone.now()
