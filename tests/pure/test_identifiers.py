import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from kechuang.pure.identifiers import (
    ALPHABET,
    check_character,
    mask,
    mask_email,
    mask_name,
    mask_person_id,
    mask_phone,
    read_usci,
)

DIVISIONS = {"520402": "西秀区", "110000": "北京市"}
FORMER = {"520421": "平坝县"}


@pytest.mark.parametrize(
    ("text", "kind"),
    (
        ("91110000600037341L", "企业"),
        ("91520400MA00000005", "企业"),
        ("11520400MB0000000F", "机关"),
        ("12520400429000000G", "事业单位"),
        ("52520400MJ0000000N", "民办非企业单位"),
        ("11440100MB2C90856P", "机关"),
        ("91520221094498275C", "企业"),
        ("9 1 110000 600037341L", "企业"),
        ("９１１１００００６０００３７３４１ｌ", "企业"),  # noqa: RUF001
    ),
)
def test_valid_code_is_read_without_an_error(text, kind):
    seen = read_usci(text)
    assert (seen.errors, seen.body_kind, len(seen.code)) == ((), kind, 18)


@pytest.mark.parametrize(
    ("text", "errors"),
    (
        ("12345", ("统一社会信用代码应为 18 位，现为 5 位",)),
        ("", ("统一社会信用代码应为 18 位，现为 0 位",)),
        ("91110000600037341I", ("第 18 位的“I”不能使用（只用数字和除 I、O、S、V、Z 外的大写字母）",)),
        ("91110000600037342L", ("校验码不符：按前 17 位应为“P”，现为“L”，请逐位核对",)),
        ("11440100MB2C90856Q", ("校验码不符：按前 17 位应为“P”，现为“Q”，请逐位核对",)),
        ("91520000214304865U", ("校验码不符：按前 17 位应为“N”，现为“U”，请逐位核对",)),
        (
            "9111000A600037341L",
            ("第 3 至 8 位“11000A”应为数字（行政区划代码）", "校验码不符：按前 17 位应为“5”，现为“L”，请逐位核对"),
        ),
    ),
)
def test_wrong_code_says_what_is_wrong(text, errors):
    assert read_usci(text).errors == errors


@given(st.integers(0, 99_999_999), st.text(ALPHABET, min_size=9, max_size=9))
def test_check_character_is_that_of_stdnum(first, body):
    front = f"{first:08d}{body}"
    assert check_character(front) == uscc.calc_check_digit(front)


@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_wrong_character_never_passes(front, place, letter):
    changed = front[:place] + letter + front[place + 1 :]
    assert (check_character(changed) == check_character(front)) == (changed == front)


@pytest.mark.parametrize("first", ("A1", "N1", "N2"))
def test_military_and_rural_codes_need_no_division_in_digits(first):
    front = f"{first}A2B3C4MA0000000"
    seen = read_usci(front + check_character(front), divisions=DIVISIONS)
    assert (seen.findings, seen.division) == ((), None)


def with_division(division):
    front = f"91{division}MA0000000"
    return read_usci(front + check_character(front), divisions=DIVISIONS, former=FORMER)


def test_old_division_is_a_note_and_an_unknown_one_a_warning():
    assert with_division("520402").findings == ()
    old, unknown = with_division("520421"), with_division("529999")
    assert [(each.severity, each.message) for each in (*old.findings, *unknown.findings)] == [
        ("note", "第 3 至 8 位“520421”是旧行政区划代码（平坝县），代码仍然有效"),
        ("warning", "第 3 至 8 位“529999”不在行政区划代码表中，可能是更早的代码，请核对"),
    ]
    assert (old.valid, unknown.valid, unknown.division) == (True, True, "529999")


def test_unusual_kind_of_body_is_a_warning():
    front = "99520402MA0000000"
    seen = read_usci(front + check_character(front))
    assert [finding.message for finding in seen.findings] == ["前两位“99”不是常见的机构类别，请核对"]
    assert (seen.valid, seen.body_kind) == (True, None)


@given(st.text(max_size=30))
def test_no_text_raises(text):
    seen = read_usci(text, divisions=DIVISIONS, former=FORMER)
    assert seen.valid == (not seen.errors)


def test_masks_hide_what_identifies():
    assert mask_phone("138 1234 5678") == "138******78"
    assert mask_person_id("520402199001011234") == "520*************34"
    assert mask_email("zhang@example.org") == "z***@example.org"
    assert mask_name("示例人") == "示**"
    assert mask("12345", head=3, tail=2) == "*****"
