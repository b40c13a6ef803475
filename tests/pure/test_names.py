import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.pure.names import (
    Likeness,
    Pair,
    core,
    formless,
    likeness,
    near_pairs,
    normalised,
    pinyin_full,
    pinyin_initials,
    pinyin_key,
    sort_key,
)

PLACES = ("贵州省", "贵州", "安顺市", "安顺", "西秀区")
DISTINCT = (("工程技术研究中心", "工程研究中心"),)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    (
        ("示例甲公司", "示例甲公司", Likeness(1.0, "名称相同")),
        ("示例（贵州）Ａ公司", "示例(贵州) a公司", Likeness(1.0, "只有括号、空格、大小写或全半角不同")),
        ("示例机械有限责任公司", "示例机械有限公司", Likeness(0.98, "只有公司形式的写法不同")),
        (
            "安顺市示例机械有限公司",
            "贵州示例机械有限责任公司",
            Likeness(0.9, "去掉地名、括号和公司形式后都是“示例机械”"),
        ),
        (
            "示例辉煌机械有限公司",
            "示例辉皇机械有限公司",
            Likeness(0.9, "读音相同：“示例辉煌机械”与“示例辉皇机械”，可能有错别字"),
        ),
        (
            "示例精密机械公司",
            "示例精密机械公司研究院",
            Likeness(0.85, "“示例精密机械公司研究院”包含“示例精密机械公司”"),
        ),
        ("示例第一中学", "示例第二中学", Likeness(0.5, "只有编号不同：一与二")),
        (
            "示例蔬菜工程技术研究中心",
            "示例蔬菜工程研究中心",
            Likeness(0.0, "一个是工程技术研究中心，一个是工程研究中心，不是同一类"),
        ),
        ("示例药业公司", "示例制药公司", Likeness(0.75, "83% 的字相同：“示例药业公司”与“示例制药公司”")),
    ),
)
def test_likeness_gives_its_reason(one, other, expected):
    assert likeness(one, other, places=PLACES, distinct=DISTINCT) == expected
    assert likeness(other, one, places=PLACES, distinct=DISTINCT).score == expected.score


def test_name_of_places_only_is_kept_whole():
    assert core("安顺市", PLACES) == "安顺市"
    assert formless("示例股份有限公司") == "示例股份公司"


def test_near_pairs_finds_the_doubles_and_nothing_else():
    names = {
        "1": "安顺市示例机械有限公司",
        "2": "贵州示例机械有限责任公司",
        "3": "示例制药股份有限公司",
        "4": "示例辉煌电子公司",
        "5": "示例辉皇电子公司",
        "6": "示例蔬菜工程技术研究中心",
        "7": "示例蔬菜工程研究中心",
    }
    found = near_pairs(names, places=PLACES, distinct=DISTINCT)
    assert [(pair.one, pair.other, pair.likeness.score) for pair in found] == [("1", "2", 0.9), ("4", "5", 0.9)]
    assert isinstance(found[0], Pair)


LETTERS = st.text("示例机械电子工程中心（）() ＡaB有限公司", max_size=12)  # noqa: RUF001


@given(LETTERS)
def test_normalised_is_settled_and_alike_to_itself(name):
    assert normalised(normalised(name)) == normalised(name)
    assert likeness(name, normalised(name)).score == 1.0


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), LETTERS, max_size=8))
def test_near_pairs_are_those_a_full_comparison_calls_the_same(names):
    found = {(pair.one, pair.other) for pair in near_pairs(names, at_least=0.9)}
    keys = sorted(names)
    every = {
        (one, other)
        for place, one in enumerate(keys)
        for other in keys[place + 1 :]
        if likeness(names[one], names[other]).score >= 0.9
    }
    assert found == every


def test_pinyin_keys_serve_search_and_order():
    assert (pinyin_full("安顺市"), pinyin_initials("安顺市")) == ("anshunshi", "ass")
    assert (pinyin_full("示例 A1 公司"), pinyin_initials("（示例）")) == ("shilia1gongsi", "(sl)")
    assert sorted(("镇宁", "西秀", "平坝", "关岭"), key=sort_key) == ["关岭", "平坝", "西秀", "镇宁"]
    assert pinyin_key("西秀区") == "xi1 xiu4 qu1"
    assert pinyin_key("示例" * 300) == ("shi4 li4 " * 300)[:200]
