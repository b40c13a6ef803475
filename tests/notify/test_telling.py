"""Who is told of a step, and that everything decided is told once and nothing rolled back is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from kechuang.directory.models import Office
from kechuang.kernel.desks import _desks as DESKS  # noqa: N812 - broken on purpose by one test
from kechuang.kernel.models import Case, Move
from kechuang.notify import texts
from kechuang.notify.models import Announcement, Delivery, Message
from kechuang.notify.services.telling import spread
from kechuang.platforms import services
from tests.notify.conftest import WORKDAY, acting, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(town, department):
    return {
        "zhang": person("department_officer", department=department),
        "colleague": person("department_officer", department=department),
        "chen": person("department_head", department=department),
        "stranger": person("department_head", department=town.departments[1]),
        "host": person("host_admin", organisation=town.hosts[0]),
    }


@pytest.fixture
def draft(town, cast):
    platform = town.platform()
    return services.recognition_draft(
        platform=platform,
        actor=acting(cast["zhang"]),
        level="municipal",
        recognised_on=date(2019, 1, 1),
        document_number="示科发〔2019〕1号",
        recognised_by="示例机关",
    )


def told() -> dict[int, str]:
    return {row.recipient_id: row.facts["situation"] for row in Message.objects.all()}


def test_a_step_is_announced_in_its_own_transaction(draft, cast):
    with pytest.raises(RuntimeError), transaction.atomic():
        services.recognition_move(recognition=draft, step="submit", actor=acting(cast["zhang"]))
        assert Announcement.objects.count() == 1
        raise RuntimeError
    assert (Announcement.objects.count(), Move.objects.count(), spread()) == (0, 0, 0)


def test_who_must_act_is_told_and_nobody_else(draft, cast):
    services.recognition_move(recognition=draft, step="submit", actor=acting(cast["zhang"]))
    assert spread() == 1
    assert told() == {cast["chen"].pk: "act"}
    words = texts.printed(Message.objects.get().facts)
    assert words.heading.startswith("请办理：")
    assert "“提交”" in words.said or "提交" in words.said
    assert "部门负责人" in words.because


def submitted(draft, cast):
    services.recognition_move(recognition=draft, step="submit", actor=acting(cast["zhang"]))
    spread()
    Message.objects.all().delete()


def test_what_was_returned_comes_back_to_who_handed_it_in_with_the_reason_masked(draft, cast):
    submitted(draft, cast)
    services.recognition_move(
        recognition=draft, step="return", actor=acting(cast["chen"]), reason="文号不符，联系13800001234"
    )
    spread()
    assert told() == {cast["zhang"].pk: "returned", cast["colleague"].pk: "act"}
    words = texts.printed(Message.objects.get(recipient=cast["zhang"]).facts)
    assert words.reason == "文号不符，联系138****34"
    assert "部门负责人" in words.said
    assert cast["chen"].full_name not in str(Message.objects.values_list("facts", flat=True))


def test_a_decision_reaches_who_asked_for_it_and_who_took_part(draft, cast):
    submitted(draft, cast)
    services.recognition_move(recognition=draft, step="return", actor=acting(cast["chen"]), reason="示例")
    services.recognition_move(recognition=draft, step="submit", actor=acting(cast["colleague"]))
    services.recognition_confirm(recognition=draft, actor=acting(cast["chen"]))
    spread()
    last = Message.objects.filter(move=Move.objects.get(step="confirm"))
    assert {row.recipient_id: (row.facts["situation"], row.kind) for row in last} == {
        cast["zhang"].pk: ("settled", "for_information"),
        cast["colleague"].pk: ("settled", "for_information"),
    }


def test_a_step_that_was_overtaken_calls_nobody_to_act(draft, cast):
    services.recognition_move(recognition=draft, step="submit", actor=acting(cast["zhang"]))
    services.recognition_move(recognition=draft, step="withdraw", actor=acting(cast["zhang"]))
    assert spread() == 2
    assert told() == {cast["colleague"].pk: "act"}


def test_of_a_case_with_a_holder_the_holder_alone_is_called(draft, cast, department):
    other = person("department_head", department=department)
    services.recognition_move(recognition=draft, step="submit", actor=acting(cast["zhang"]))
    Case.objects.update(holder=other)
    spread()
    assert told() == {other.pk: "act"}


def test_who_acts_for_another_is_called_and_who_has_left_is_not(draft, cast, department):
    deputy, gone = person(), person("department_head", department=department)
    owner = Office.objects.get(user=cast["chen"])
    Office.objects.create(
        user=deputy, role=owner.role, department=department, start=WORKDAY, end=date(2026, 12, 1), delegated_from=owner
    )
    Office.objects.filter(user=gone).update(end=WORKDAY)
    services.recognition_move(recognition=draft, step="submit", actor=acting(cast["zhang"]))
    spread()
    assert told() == {cast["chen"].pk: "act", deputy.pk: "act"}


def test_until_when_is_what_the_desk_says(draft, cast):
    services.recognition_move(recognition=draft, step="submit", actor=acting(cast["zhang"]))
    spread()
    assert (
        Message.objects.get().facts["due"]
        == Case.objects.get(object_id=draft.pk, process="recognition_record").due_on.isoformat()
    )


def test_the_page_it_leads_to_is_open_to_who_is_told(draft, cast, client):
    services.recognition_move(recognition=draft, step="submit", actor=acting(cast["zhang"]))
    spread()
    client.force_login(cast["chen"])
    assert client.get(Message.objects.get().url).status_code == 200


def test_what_cannot_be_told_holds_up_nothing_and_is_tried_again(draft, cast):
    services.recognition_move(recognition=draft, step="submit", actor=acting(cast["zhang"]))
    broken = Announcement.objects.get()
    kept, DESKS[type(draft)] = DESKS[type(draft)], replace(DESKS[type(draft)], title=lambda row: 1 / 0)
    try:
        assert (spread(), Message.objects.count()) == (1, 0)
    finally:
        DESKS[type(draft)] = kept
    broken.refresh_from_db()
    assert (broken.attempts, broken.spread_at, "ZeroDivisionError" in broken.last_error) == (1, None, True)
    assert spread() == 0
    assert spread(now=broken.next_try_at) == 1
    assert told() == {cast["chen"].pk: "act"}


@pytest.mark.parametrize("number", (1, 3))
def test_telling_costs_the_same_whoever_is_called(draft, cast, department, number, django_assert_max_num_queries):
    for _ in range(number):
        person("department_head", department=department)
    services.recognition_move(recognition=draft, step="submit", actor=acting(cast["zhang"]))
    with django_assert_max_num_queries(32):
        spread(most=1)
    assert Message.objects.count() == number + 1


def test_a_step_itself_pays_for_one_row(draft, cast):
    with CaptureQueriesContext(connection) as asked:
        services.recognition_move(recognition=draft, step="submit", actor=acting(cast["zhang"]))
    ours = [query["sql"].split("(")[0].strip() for query in asked if '"notify_' in query["sql"]]
    assert ours == ['INSERT INTO "notify_announcement"']


def test_telling_again_tells_nobody_twice(draft, cast):
    services.recognition_move(recognition=draft, step="submit", actor=acting(cast["zhang"]))
    assert [spread(), spread()] == [1, 0]
    Announcement.objects.update(spread_at=None)
    assert spread() == 1
    assert (Message.objects.count(), Delivery.objects.count()) == (1, 1)
