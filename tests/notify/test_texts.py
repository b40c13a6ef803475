"""The closed table of texts: every situation in every length, masked, cut, and naming nobody."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.directory.selectors import ROLE_LABELS
from kechuang.notify import texts
from kechuang.notify.choices import Kind
from kechuang.notify.masking import masked, shown_address

SITE, LINK = "示例平台", "https://platform.example/messages/123456/"
titles = st.text(alphabet=st.characters(blacklist_categories=("Cs",)), max_size=300)
phones = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
cards = st.from_regex(r"[1-9][0-9]{16}[0-9X]", fullmatch=True)


def facts(situation: str = "act", **values: str) -> dict[str, str]:
    whole = {
        "title": "示例云岭精工工程技术研究中心",
        "office": "示例市科技局 · 部门经办",
        "step": "受理",
        "state": "已受理",
        "reason": "材料齐全",
        "held": "示例市科技局 · 部门负责人",
        "due": "2026-12-01",
    }
    return texts.Facts(situation=situation, **{**whole, **values}).stored()


@pytest.mark.parametrize("situation", texts.SITUATIONS)
@pytest.mark.parametrize("due", ("", "2026-12-01"))
def test_every_situation_prints_in_every_length(situation, due):
    stored = facts(situation, due=due)
    words = texts.printed(stored)
    whole = "".join(
        [words.heading, *words.lines(), texts.short(stored, site=SITE, link=LINK), texts.footing(site=SITE, link=LINK)]
    )
    assert "示例云岭精工工程技术研究中心" in words.heading
    assert "%(" not in whole


def test_a_message_says_what_by_whom_why_what_to_do_until_when_and_why_it_came():
    words = texts.printed(facts("act"))
    assert [words.heading, *words.lines()] == [
        "请办理：示例云岭精工工程技术研究中心",
        "示例市科技局 · 部门经办已办理“受理”，现为“已受理”。",
        "理由：材料齐全",
        "请打开办理，期限至 2026-12-01。",
        "这一步由您的岗位“示例市科技局 · 部门负责人”办理，所以发给您。",
    ]


@given(situation=st.sampled_from(sorted(texts.SITUATIONS)), title=titles, site=titles, link=titles)
def test_the_short_form_is_one_sms_whatever_is_put_in(situation, title, site, link):
    stored = texts.Facts(situation=situation, title=title).stored()
    said = texts.short(stored, site=site, link=link, signature="示例科技局示例科技局二")
    assert len(said) <= texts.SHORT
    assert said.startswith("【示例科技局示例科技局二】")


@given(count=st.integers(1, 10**6), site=titles, link=titles)
def test_the_short_form_of_a_digest_is_one_sms(count, site, link):
    assert len(texts.digest_short(count, site=site, link=link, signature="示例科技局")) <= texts.SHORT


def test_the_title_gives_way_before_the_link_and_the_link_before_the_sense():
    long = facts(title="示例" * 60)
    assert texts.short(long, site=SITE, link=LINK).endswith(f"…”。 {LINK}")
    assert texts.short(long, site=SITE, link="https://" + "x" * 60).endswith("…”。请登录示例平台查看。")


@given(before=titles, number=st.one_of(phones, cards), after=titles)
def test_no_number_of_a_person_is_kept(before, number, after):
    stored = texts.Facts("act", title=f"{before}，{number}。{after}", reason=f"联系 {number} {after}").stored()
    assert not any(number in value for value in stored.values())


@pytest.mark.parametrize(
    ("said", "kept"),
    (
        ("电话 138 0000 1234 联系", "电话 138****34 联系"),
        ("座机0851-33220000", "座机085****00"),
        ("账号6222 0212 3456 7890 123", "账号622****23"),
        ("身份证52040219900101123X。", "身份证520****3X。"),
        ("写信到 shili@example.com", "写信到 ****"),
        ("示科发〔2026〕12号，2026-11-23，KC-2026-000123", "示科发〔2026〕12号，2026-11-23，KC-2026-000123"),
        ("代码91520402MA6ABCDE12，1,234,567.89 元", "代码91520402MA6ABCDE12，1,234,567.89 元"),
    ),
)
def test_what_is_masked_and_what_stays(said, kept):
    assert masked(said) == kept


@pytest.mark.parametrize(
    ("address", "shown"), (("shili@example.com", "sh****@example.com"), ("13800001234", "138****34"), ("abc", "a****"))
)
def test_an_address_can_be_recognised_and_not_used(address, shown):
    assert shown_address(address) == shown


@pytest.mark.parametrize("role", sorted(ROLE_LABELS))
def test_only_offices_that_act_in_the_open_are_named(role):
    named = texts.office_named("示例大学 · 示例角色", role)
    assert (named != "") == (role in texts.OPEN_ROLES)
    said = texts.printed(facts(office=named)).said
    assert ("示例大学" in said) == (role in texts.OPEN_ROLES)
    assert "applicant" not in texts.OPEN_ROLES
    assert "expert" not in texts.OPEN_ROLES


def test_progress_tells_the_state_and_nothing_of_the_step():
    words = texts.printed(facts("progressed", reason="", office="示例大学 · 专家"))
    assert (words.said, words.reason) == ("现为“已受理”。", "")
    assert "专家" not in "".join(words.lines())


def test_a_group_reads_that_there_is_something_and_nothing_of_what():
    assert texts.for_a_group(site=SITE) == "有一件事项等您办理，请登录示例平台查看。"


def test_line_breaks_of_a_title_reach_no_mail_header():
    assert texts.printed(facts(title="示例\r\nBcc: x@example.com")).heading == "请办理：示例 Bcc: ****"


def test_only_what_asks_for_an_act_or_decides_is_urgent():
    urgent = {name for name, one in texts.SITUATIONS.items() if one.kind == Kind.URGENT}
    assert urgent == {"act", "returned", "decided", "demand", "assigned", "reminded", "supervised"}


def test_every_value_in_a_text_is_one_that_is_put_in():
    names = set(texts.Facts.__slots__)
    for one in texts.SITUATIONS.values():
        for msgid in (one.heading, one.said, one.act, one.until, one.because, one.short):
            assert set(re.findall(r"%\((\w+)\)s", msgid)) <= names
