"""Saved searches: who may, how many, and who is told of what, once a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kechuang.brain.models import SavedSearch
from kechuang.brain.services.saving import search_alert, search_drop, search_save
from kechuang.brain.services.telling import news_tell
from kechuang.directory.models import User
from kechuang.directory.selectors import actor_for
from kechuang.kernel.access import ANONYMOUS, Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.notify.models import Message
from tests.brain.conftest import Ground
from tests.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def actor_of(user: User) -> Actor:
    return actor_for(user=user, on=timezone.localdate())


def saved_yesterday(user: User, text: str, **values: object) -> SavedSearch:
    saved = search_save(text=text, facets=[], actor=actor_of(user))
    SavedSearch.objects.filter(pk=saved.pk).update(told_until=timezone.now() - DAY, **values)
    return saved


def told(user: User) -> list[str]:
    return [str(message.facts["title"]) for message in Message.objects.filter(recipient=user).order_by("pk")]


def test_saving_twice_is_one_search(db):
    actor = actor_of(UserFactory())
    first = search_save(text="大数据", facets=["k:call", "c:1"], actor=actor)
    second = search_save(text=" 大数据 ", facets=["c:1", "k:call"], actor=actor, alerts=False)

    assert first.pk == second.pk
    assert SavedSearch.objects.get().alerts is False


def test_the_public_saves_nothing(db):
    with pytest.raises(NotAllowed):
        search_save(text="大数据", facets=[], actor=ANONYMOUS)


def test_a_stranger_changes_and_drops_nothing(db):
    saved = search_save(text="大数据", facets=[], actor=actor_of(UserFactory()))
    stranger = actor_of(UserFactory())

    with pytest.raises(NotAllowed):
        search_alert(saved=saved, actor=stranger, alerts=False)
    with pytest.raises(NotAllowed):
        search_drop(saved=saved, actor=stranger)


def test_fifty_are_enough(db):
    person = UserFactory()
    SavedSearch.objects.bulk_create(SavedSearch(person=person, text=f"示例{n}") for n in range(SavedSearch.MOST))

    with pytest.raises(Refused, match="最多保存 50 项"):
        search_save(text="又一项", facets=[], actor=actor_of(person))
    assert search_save(text="示例3", facets=[], actor=actor_of(person)).text == "示例3"


@pytest.mark.capability("C91")
def test_news_are_told_once_and_only_news(ground: Ground):
    person = ground.person("leader")
    saved = saved_yesterday(person, "独特")
    SavedSearch.objects.filter(pk=saved.pk).update(told_until=timezone.now() + DAY)
    assert news_tell() == 0, "nothing is new"

    SavedSearch.objects.filter(pk=saved.pk).update(told_until=timezone.now() - DAY)
    OrganisationFactory(name="示例独特单位", county=ground.town.counties[0])
    assert news_tell() == 1
    assert told(person) == ["检索“独特”有 1 条新结果，例如：示例独特单位"]
    SavedSearch.objects.filter(pk=saved.pk).update(told_until=timezone.now() + DAY)
    assert news_tell() == 0


def test_a_day_has_one_message_whatever_the_job_does(ground: Ground):
    person = ground.person("leader")
    saved_yesterday(person, "独特")
    OrganisationFactory(name="示例独特单位", county=ground.town.counties[0])
    news_tell()
    SavedSearch.objects.update(told_until=timezone.now() - DAY)
    news_tell()

    assert len(told(person)) == 1


def test_nobody_is_told_of_what_may_not_be_seen(ground: Ground):
    outsider, leader = ground.person("applicant", organisation=ground.town.hosts[2]), ground.person("leader")
    for person in (outsider, leader):
        saved_yesterday(person, "精密制造")

    assert news_tell() == 1
    assert told(outsider) == []
    assert len(told(leader)) == 1


def test_who_does_not_want_it_or_left_is_not_told(ground: Ground):
    quiet, gone = ground.person("leader"), ground.person("leader")
    saved_yesterday(quiet, "示例", alerts=False)
    saved_yesterday(gone, "示例")
    User.objects.filter(pk=gone.pk).update(is_active=False)

    assert news_tell() == 0
