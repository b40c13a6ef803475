"""The working-day calendar: its seed against two sources, the entry of a year, races and strangers."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import connection, connections, transaction
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from kechuang.catalogue.loading import installed_root, load
from kechuang.catalogue.whole import Catalogue
from kechuang.kernel import calendar_days
from kechuang.kernel.access import Actor, Office
from kechuang.kernel.calendar_days import Day, calendar, days_read, year_enter
from kechuang.kernel.errors import NotAllowed, Refused, Stale
from kechuang.kernel.models import CalendarDay, CalendarNotice
from tests.factories import UserFactory

FIRST, LAST = date(2018, 1, 1), date(2026, 12, 31)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
SPRING = "2027-02-05 至 2027-02-11 春节\n2027-02-20 上班"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load(installed_root(), "anshun")


@pytest.fixture(autouse=True)
def _fresh():
    calendar_days.forget()
    yield
    calendar_days.forget()


@pytest.fixture
def seeded(db, catalogue):
    calendar_days.load(catalogue)


def keeper() -> Actor:
    return Actor(user_id=UserFactory().pk, offices=(Office("system_admin"),))


@pytest.mark.capability("C88")
def test_every_day_of_nine_years_is_as_the_library_and_the_catalogue_say(seeded, catalogue):
    china = country_holidays("CN", years=range(2018, 2027), language="zh_CN")
    override = {row.day: row.works for row in catalogue.reference.workday_exceptions}
    found = calendar()
    assert [day for day in DAYS if found.works(day) != override.get(day, day.weekday() < 5)] == []
    wrong = [day for day in DAYS if found.works(day) != china.is_working_day(day)]

    assert wrong == []
    assert len(DAYS) == 3_287


def test_a_year_without_its_notice_is_an_estimate_and_says_so(seeded):
    found = calendar()
    assert found.years == frozenset(range(2018, 2027))
    assert (found.works(date(2027, 2, 8)), found.works(date(2027, 2, 15))) == (False, True)
    assert calendar_days.estimate_note(found, date(2027, 2, 15)) == "暂按法定假日估算"
    assert calendar_days.estimate_note(found, date(2026, 12, 31), date.max, None) == ""


def test_loading_again_changes_nothing_and_asks_little(seeded, catalogue, django_assert_num_queries):
    before = calendar_days.calendar_version()
    calendar_days.load(catalogue)
    assert calendar_days.calendar_version() == before
    calendar()
    with django_assert_num_queries(1):
        calendar()


def test_what_a_person_entered_outlives_the_next_catalogue(seeded, catalogue):
    days = days_read(SPRING, 2027)
    notice = year_enter(
        year=2027, days=days, source="示例办发〔2026〕1号", version=calendar_days.calendar_version(), actor=keeper()
    )
    calendar_days.load(catalogue)
    assert calendar_days.notices()[2027] == notice
    assert calendar().works(date(2027, 2, 20))
    assert not calendar().works(date(2027, 2, 10))
    assert calendar_days.estimate_note(calendar(), date(2027, 2, 20)) == ""
    assert [change for change in notice.changes if change["day"] == "2027-02-20"] == [
        {"day": "2027-02-20", "was": False, "becomes": True}
    ]


def test_other_workers_read_the_new_calendar_with_their_next_question(seeded):
    old = calendar()
    year_enter(
        year=2027,
        days=days_read("2027-03-01 放假", 2027),
        source="示例",
        version=calendar_days.calendar_version(),
        actor=keeper(),
    )
    assert (old.works(date(2027, 3, 1)), calendar().works(date(2027, 3, 1))) == (True, False)


@pytest.mark.parametrize("role", ("security_admin", "auditor", "conference_office", "leader"))
def test_a_stranger_enters_nothing(seeded, role):
    stranger = Actor(user_id=UserFactory().pk, offices=(Office(role),))
    with pytest.raises(NotAllowed, match="系统管理员"):
        year_enter(
            year=2027,
            days=days_read(SPRING, 2027),
            source="示例",
            version=calendar_days.calendar_version(),
            actor=stranger,
        )
    assert calendar_days.notices()[2027].published is False


@pytest.mark.parametrize(
    ("text", "sentence"),
    (
        ("2027-02-30 春节", "第 1 行读不懂"),
        ("2027-02-05 春节\n春节放假", "第 2 行读不懂"),
        ("2028-01-03 元旦", "不在 2027 年"),
        ("2027-02-05,perhaps,春节", "第 1 行读不懂"),
        ("2027-02-11 至 2027-02-05 春节", "第 1 行读不懂"),
        ("2027-01-01 至 2027-12-31 放假", "第 1 行读不懂"),
    ),
)
def test_what_cannot_be_read_is_told_with_its_line(text, sentence):
    with pytest.raises(Refused, match=sentence):
        days_read(text, 2027)


@pytest.mark.parametrize(
    "text",
    (
        "2027-02-05 至 2027-02-11 春节\n2027-02-20 上班",
        "2027年2月5日至2月11日 春节\n2027年2月20日 上班",
        "2027/2/5到2027/2/11，春节\n2027/2/20：补班",
        "\ufeffday,works,name\n"
        + "".join(f"2027-02-{n:02d},false,春节\n" for n in range(5, 12))
        + "2027-02-20,true,上班\n",
    ),
)
def test_a_notice_is_read_however_it_is_written(text):
    days = days_read(text, 2027)
    assert [(row.day.day, row.works) for row in days] == [(n, False) for n in (5, 8, 9, 10, 11)] + [(20, True)]


def test_an_empty_notice_and_one_without_source_are_refused(seeded):
    version, actor = calendar_days.calendar_version(), keeper()
    with pytest.raises(Refused, match="依据"):
        year_enter(year=2027, days=days_read(SPRING, 2027), source=" ", version=version, actor=actor)
    with pytest.raises(Refused, match="没有读到"):
        year_enter(year=2027, days=[], source="示例", version=version, actor=actor)
    with pytest.raises(Refused, match="年度应在"):
        year_enter(year=1999, days=days_read(SPRING, 2027), source="示例", version=version, actor=actor)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_enter_the_same_year_one_is_told_to_look_again():
    calendar_days.estimate([2027])
    version, actors, told = calendar_days.calendar_version(), [keeper(), keeper()], []
    gate = threading.Barrier(2)

    def enter(actor: Actor) -> None:
        try:
            with transaction.atomic():
                gate.wait()
                year_enter(year=2027, days=days_read(SPRING, 2027), source="示例", version=version, actor=actor)
            told.append("entered")
        except Stale:
            told.append("stale")
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=enter, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["entered", "stale"]
    assert CalendarNotice.objects.filter(year=2027, published=True).count() == 1


@given(st.sets(st.integers(0, 364), max_size=20))
def test_reading_what_was_written_gives_the_same_days(numbers):
    days = [date(2027, 1, 1) + timedelta(days=number) for number in sorted(numbers)]
    rows = [Day(day, day.weekday() > 4, "示例") for day in days]
    text = "day,works,name\n" + "".join(f"{row.day},{str(row.works).lower()},{row.name}\n" for row in rows)
    assert days_read(text, 2027) == rows


def test_the_audit_trail_has_every_day(seeded):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kernel_auditevent WHERE \"table\" = 'kernel_calendarday'")
        assert cursor.fetchone()[0] == CalendarDay.objects.count()
