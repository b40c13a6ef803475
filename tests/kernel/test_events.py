"""Listeners hear after commit; those kept in step act inside the transaction."""

from __future__ import annotations

import pytest
from django.db import transaction

from kechuang.kernel import events


@pytest.fixture
def heard(monkeypatch):
    monkeypatch.setattr(events, "_listeners", events._listeners.copy())
    monkeypatch.setattr(events, "_in_step", events._in_step.copy())
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
    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(RuntimeError), transaction.atomic():
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


def test_registering_twice_is_once(heard):
    events.listen("test.twice", heard.append)
    events.listen("test.twice", heard.append)
    assert events._listeners["test.twice"] == [heard.append]
    assert "test.twice" in events.listened()
