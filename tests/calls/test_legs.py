"""Where a case was, is and will be: who and by which day, on its page and on its receipt; extended once."""

from __future__ import annotations

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone

from kechuang.calls.models import Application
from kechuang.calls.papers import receipt
from kechuang.calls.selectors.legs import AHEAD, CURRENT, DONE, legs_of
from kechuang.kernel.calendar_days import calendar
from kechuang.kernel.clock import legal_clock
from kechuang.kernel.errors import Refused
from kechuang.kernel.moves import moves_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ranked(bureau) -> Application:
    """Return an application whose opinion is being drafted."""
    case = bureau.filled(bureau.started(bureau.call()))
    bureau.move(case, "submit", "applicant")
    bureau.filled(case, "host_admin")
    bureau.move(case, "pass", "host_admin")
    bureau.move(case, "recommend", "county_officer", rank="1")
    bureau.move(case, "accept", "department_officer")
    bureau.move(case, "start_review", "department_officer")
    said = {"points": "61", "opinion": "示例内部意见", "recommended": "on"}
    return bureau.move(case, "conclude", "department_officer", **said)


def legs(case):
    return legs_of(case, list(moves_of(case)))


def test_every_leg_says_who_and_by_which_day(bureau, ranked):
    found = legs(ranked)
    assert [leg.standing for leg in found] == [DONE] * 6 + [CURRENT] + [AHEAD] * 3
    by_label = {leg.label: leg for leg in found}
    days, today = calendar(), timezone.localdate()
    assert str(bureau.person("host_admin")) in by_label["依托单位审核"].who
    assert by_label["依托单位审核"].due == days.add(today, 3)
    assert by_label["评审"].note == "专家评审时间不计入办理时限"
    assert by_label["拟定意见"].due == legal_clock(ranked).due_on == days.add(today, 5)
    assert by_label["会议审定"].due == days.add(days.add(today, 5), 10)
    assert str(bureau.department) in by_label["会议审定"].who


def test_the_case_page_shows_the_legs_and_tells_no_points_outside_before_the_end(client, bureau, ranked):
    page = reverse("calls:application", args=[ranked.pk])
    seen = {}
    for role in ("applicant", "department_officer"):
        client.force_login(bureau.person(role))
        text = client.get(page).content.decode()
        assert "应于何日前办完" in text
        seen[role] = "示例内部意见" in text
    assert seen == {"applicant": False, "department_officer": True}


def test_a_time_is_extended_once_with_a_reason_and_its_day_moves(bureau, ranked):
    with pytest.raises(Refused, match="须填写理由"):
        bureau.move(ranked, "extend", "department_head", reason="")
    bureau.move(ranked, "extend", "department_head", reason="示例：须补充查证")
    assert legal_clock(ranked).due_on == calendar().add(timezone.localdate(), 10)
    bureau.move(ranked, "return", "department_officer")
    bureau.move(ranked, "conclude", "department_officer", points="61", opinion="示例", recommended="on")
    with pytest.raises(Refused, match="已经延长过一次"):
        bureau.move(ranked, "extend", "department_head", reason="示例：再次")


def test_the_receipt_names_each_step_to_come_with_its_day_and_who(bureau, ranked):
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(receipt(ranked)))
    flat = text.replace("\r", "").replace("\n", "").replace(" ", "")
    for said in ("依托单位审核（依托单位管理员", "3个工作日", "会议审定", "不晚于"):
        assert said in flat
