"""Personal numbers stand in the database sealed, come back as they were, and open under a former key."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from kechuang.kernel.sealing import SealedJSONField, SealedTextField, opened, sealed
from kechuang.pure.personal_numbers import NUMBER

MOBILE, IDENTITY = "13800001234", "52040219900101123X"
TEXTS = st.one_of(st.text("示例a1-", max_size=8), st.sampled_from([MOBILE, f"张{MOBILE}。", IDENTITY, "0851-33281234"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("栏b", max_size=3), inner, max_size=3),
    max_leaves=6,
)


def stored(value: object) -> str:
    """Return the JSON text a column is given."""
    return json.dumps(SealedJSONField().get_db_prep_value(value, connection).obj, ensure_ascii=False)


@given(VALUES)
def test_any_value_comes_back_and_no_personal_number_is_stored(value: object) -> None:
    field = SealedJSONField()
    text = stored(value)
    assert field.from_db_value(text, None, connection) == value
    assert MOBILE not in text
    assert IDENTITY not in text


def test_what_holds_no_personal_number_stands_as_it_is() -> None:
    value = {"area": "1200", "on": "2026-11-23", "code": "91520400MA6E00000X", "rows": [{"name": "示例"}]}
    assert json.loads(stored(value)) == value


def test_a_text_of_its_own_is_sealed_and_old_plain_ones_are_read() -> None:
    field = SealedTextField()
    kept = field.get_prep_value(MOBILE)
    assert NUMBER.search(kept) is None
    assert field.from_db_value(kept, None, connection) == MOBILE
    assert field.from_db_value(MOBILE, None, connection) == MOBILE
    assert field.get_prep_value("") == ""


def test_a_former_key_still_opens_and_a_foreign_one_does_not(settings: pytest.FixtureRequest) -> None:
    token = sealed(MOBILE)
    before = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "示例新密钥" * 10, [before]
    assert opened(token) == MOBILE
    settings.SECRET_KEY_FALLBACKS = []
    assert opened(token) == ""


def test_purposes_do_not_open_each_others() -> None:
    assert opened(sealed(MOBILE, purpose=b"one"), purpose=b"other") == ""
