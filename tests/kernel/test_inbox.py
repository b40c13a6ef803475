"""The tabs of the inbox: whose rows they hold, that each can be opened, pages, filters, and what they cost."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from kechuang.directory.selectors import actor_for
from kechuang.kernel import calendar_days, cases, inbox
from kechuang.kernel.access import ANONYMOUS, Actor, Office
from kechuang.kernel.case_acts import case_assign, case_copy, case_supervise
from kechuang.kernel.models import Case, CaseDesk
from kechuang.plan import services as plan_services
from kechuang.plan.models import Duty
from tests.kernel.matters import build_matters, case_of, submitted_recognition, submitted_report

pytestmark = pytest.mark.django_db
ALL = inbox.Asked(whose="all")


@pytest.fixture
def matters():
    calendar_days.forget()
    yield build_matters()
    calendar_days.forget()


def titles(tab: str, actor: Actor, **asked: object) -> list[str]:
    return [item.title for item in inbox.page(tab, actor, inbox.Asked(**asked)).items]


def test_the_public_has_no_inbox(matters):
    for tab in inbox.TABS:
        assert (inbox.page(tab, ANONYMOUS, ALL).items, inbox.count(tab, ANONYMOUS, ALL)) == ([], (0, True))


@pytest.mark.capability("C86")
def test_every_row_of_every_tab_of_every_role_can_be_opened(matters):
    cases.cases_complete()
    opened = 0
    for (role, place), user in matters.people.items():
        actor, client = matters.actor(role, place), Client()
        client.force_login(user)
        for tab in inbox.TABS:
            page = inbox.page(tab, actor, ALL)
            refused = [item.url for item in page.items if client.get(item.url).status_code != 200]
            assert (role, tab, refused) == (role, tab, [])
            opened += len(page.items)
    assert opened > 30


def test_a_row_that_may_not_be_opened_any_more_is_left_out_and_counted(matters):
    officer, case = matters.actor("department_officer"), case_of(submitted_recognition())
    assert case.title in titles("done", officer)
    elsewhere = Actor(user_id=officer.user_id, offices=(Office("expert"),))
    page = inbox.page("done", elsewhere, ALL)
    assert case.title not in [item.title for item in page.items]
    assert page.hidden > 0


def test_done_is_what_went_through_ones_hands(matters):
    keeper = matters.actor("conference_office")
    assert [(item.note, item.case.state_label) for item in inbox.page("done", keeper, ALL).items] == [
        ("审定", "已审定"),
        ("审定", "已审定"),
    ]


def test_copied_and_supervised_have_their_words(matters):
    report, leader = submitted_report(), matters.actor("leader")
    case, keeper = case_of(report), matters.actor("conference_office")
    case_copy(case=case, to=leader, actor=keeper, words="示例附言")
    case_supervise(case=case, actor=leader, words="请抓紧示例", until=date.today() + timedelta(days=3))
    [copied] = inbox.page("copied", leader, ALL).items
    assert (copied.note, copied.title) == ("示例附言", case.title)
    for actor in (leader, keeper):
        [watched] = inbox.page("supervised", actor, ALL).items
        assert (watched.note, watched.at) == ("请抓紧示例", date.today() + timedelta(days=3))
    assert titles("supervised", matters.actor("department_officer", 1)) == []
    plan_services.report_step(report=report, step="approve", actor=keeper)
    assert titles("supervised", leader) == []


def test_the_superior_sees_what_is_supervised_in_the_department(matters):
    case = case_of(submitted_recognition())
    other = matters.actor("department_head", 1)
    head = matters.actor("department_head")
    case_supervise(case=case, actor=head, words="示例", until=date.today())
    officer = matters.actor("department_officer")
    assert [len(titles("supervised", actor)) for actor in (head, other, officer)] == [1, 0, 0]


def test_what_a_colleague_holds_is_not_on_ones_own_desk_unless_asked_for(matters):
    case = case_of(submitted_report())
    keeper, colleague = matters.actor("conference_office"), matters.colleague("conference_office")
    other = actor_for(user=colleague, on=date.today())
    case_assign(case=case, to=other, actor=keeper, reason="示例移交", batch=uuid4())
    whose = {name: case.title in titles("todo", keeper, whose=name) for name in ("open", "mine", "all")}
    theirs = {name: case.title in titles("todo", other, whose=name) for name in ("open", "mine", "all")}
    assert whose == {"open": False, "mine": False, "all": True}
    assert theirs == {"open": True, "mine": True, "all": True}


def many(matters, number: int) -> Actor:
    """Put ``number`` sub-tasks on the desk of a department's officer."""
    keeper, duty = matters.actor("conference_office"), Duty.objects.filter(department__isnull=False).first()
    for place in range(number):
        plan_services.duty_add(
            clause=duty.clause, actor=keeper, department=matters.town.departments[0], what=f"示例任务{place:03d}"
        )
    return matters.actor("department_officer")


@pytest.mark.parametrize("order", ("due", "-due", "since", "-since"))
def test_pages_follow_each_other_without_a_gap_in_every_order(matters, order):
    officer = many(matters, 7)
    whole = [item.case.pk for item in inbox.page("todo", officer, ALL, order=order).items]
    assert len(whole) == len(set(whole)) > 7
    walked, cursor, last = [], "", None
    while True:
        page = inbox.page("todo", officer, ALL, order=order, cursor=cursor, size=3)
        walked += [item.case.pk for item in page.items]
        if not page.after:
            break
        last, cursor = page, page.after
    assert walked == whole
    back = inbox.page("todo", officer, ALL, order=order, cursor=page.before, size=3)
    assert [item.case.pk for item in back.items] == [item.case.pk for item in last.items]


@pytest.mark.parametrize("cursor", ("x", "e30", "WyJhIiwiMjAyNy0wMS0wMSIsMV0", "WyJhIiwgMSwgMV0"))
def test_a_cursor_made_by_hand_begins_at_the_beginning_or_reads_as_what_it_is(matters, cursor):
    officer = many(matters, 2)
    for order in ("since", "due"):
        page = inbox.page("todo", officer, ALL, order=order, cursor=cursor)
        assert len(page.items) in (0, len(inbox.page("todo", officer, ALL, order=order).items))


def test_two_offices_with_the_same_desk_show_a_case_once(matters):
    first = matters.actor("department_officer")
    twice = Actor(user_id=first.user_id, offices=(*first.offices, *matters.actor("department_head").offices))
    found = [item.case.pk for item in inbox.page("todo", twice, ALL).items]
    assert len(found) == len(set(found))
    assert inbox.count("todo", twice, ALL) == (len(found), True)


def test_filters_narrow_every_tab_to_what_is_asked(matters):
    officer = many(matters, 3)
    case = Case.objects.filter(title__contains="示例任务001").get()
    assert titles("todo", officer, text="任务001") == [case.title]
    assert titles("todo", officer, kind=case.content_type_id, step="plan_duty:todo", text="001") == [case.title]
    assert titles("todo", officer, step="plan_duty:done") == []
    assert titles("todo", officer, unit=f"department:{case.department_id}", text="001") == [case.title]
    assert titles("todo", officer, unit=f"county:{matters.town.counties[1].pk}") == []
    assert titles("todo", officer, organisations=()) == []
    assert titles("todo", officer, due_by=date.today() + timedelta(days=400)) == []
    assert titles("done", officer, text="没有的") == []


def test_counts_stop_at_their_cap(matters):
    officer = many(matters, 4)
    exact, _yes = inbox.count("todo", officer, ALL)
    assert inbox.count("todo", officer, ALL, cap=3) == (3, False)
    assert inbox.count("todo", officer, ALL, cap=exact) == (exact, True)


@pytest.mark.parametrize("number", (1, 6))
def test_a_page_costs_the_same_for_any_number_of_rows(matters, number, django_assert_num_queries):
    officer = many(matters, number)
    asked = inbox.Asked(text="示例任务")
    inbox.page("todo", officer, asked)
    with django_assert_num_queries(4):
        page = inbox.page("todo", officer, asked)
    assert len(page.items) == number


def test_an_office_entered_without_its_bound_sees_nothing(matters):
    unbound = Actor(user_id=matters.user("county_officer").pk, offices=(Office("county_officer"),))
    assert inbox.page("todo", unbound, ALL).items == []
    assert not CaseDesk.objects.filter(role="county_officer", bound="city").exists()
