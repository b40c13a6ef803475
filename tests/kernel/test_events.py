"""Listeners hear after commit; those kept in step act inside the transaction."""

from __future__ import annotations

from collections import defaultdict

import pytest
from django.db import transaction

from kechuang.kernel import events


@pytest.fixture
def heard(monkeypatch):
    """A place to hear in; what the test registers is forgotten after it."""
    monkeypatch.setattr(events, "_listeners", defaultdict(list))
    monkeypatch.setattr(events, "_in_step", defaultdict(list))
    return []


@pytest.mark.django_db
def test_listener_is_told_only_after_commit(heard, django_capture_on_commit_callbacks):
    events.listen("test.step", heard.append)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        events.publish("test.step", 7)
        assert heard == []
    assert heard == [7]


@pytest.mark.django_db
def test_listener_hears_nothing_of_an_act_undone(heard, django_capture_on_commit_callbacks):
    events.listen("test.step", heard.append)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError), transaction.atomic():
        events.publish("test.step", 7)
        raise RuntimeError
    assert heard == []


@pytest.mark.django_db
def test_kept_in_step_acts_at_once_and_its_failure_undoes_the_act(heard):
    events.keep_in_step("test.step", heard.append)
    events.publish("test.step", 7)
    assert heard == [7]

    def fail(_):
        raise RuntimeError("derived rows lag")

    events.keep_in_step("test.step", fail)
    with pytest.raises(RuntimeError, match="derived rows lag"), transaction.atomic():
        events.publish("test.step", 8)


@pytest.mark.django_db
def test_registering_twice_is_hearing_once(heard, django_capture_on_commit_callbacks):
    events.listen("test.twice", heard.append)
    events.listen("test.twice", heard.append)
    with django_capture_on_commit_callbacks(execute=True):
        events.publish("test.twice", 1)
    assert (heard, events.listened()) == ([1], frozenset({"test.twice"}))
