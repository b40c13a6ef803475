"""Who is told of a step, and that everything decided is told once and nothing rolled back is told."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from kechuang.kernel.models import Move
from kechuang.notify import texts
from kechuang.notify.models import Announcement, Delivery, Message
from kechuang.notify.services.telling import spread
from kechuang.platforms import services
from tests.notify.conftest import acting, person

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


def test_telling_again_tells_nobody_twice(draft, cast):
    services.recognition_move(recognition=draft, step="submit", actor=acting(cast["zhang"]))
    assert [spread(), spread()] == [1, 0]
    Announcement.objects.update(spread_at=None)
    assert spread() == 1
    assert (Message.objects.count(), Delivery.objects.count()) == (1, 1)
