"""Two officers at once: exactly one act is done, and the other hears a sentence.

The control takes the lock away and shows that the same two acts then both find the way open.
"""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import DatabaseError, connections

from kechuang.directory import services as directory
from kechuang.kernel.errors import Refused
from kechuang.platforms import services
from kechuang.platforms.models import Platform, Recognition, RegisterEntry
from tests.platforms.conftest import build_town, store_processes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(db):
    store_processes()
    return build_town()


def at_once(*acts):
    """Run ``acts`` in threads that start together; return how each ended: done, refused, or failed in the database."""
    gate = threading.Barrier(len(acts))
    told = [""] * len(acts)

    def run(place, act):
        try:
            gate.wait(timeout=20)
            act()
            told[place] = "done"
        except Refused:
            told[place] = "refused"
        except DatabaseError:
            told[place] = "failed"
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(told)


def submitted(town, platform, level="municipal", on=date(2019, 1, 1)):
    officer = town.officer()
    row = services.recognition_draft(
        platform=platform,
        actor=officer,
        level=level,
        recognised_on=on,
        document_number="示科发〔2019〕1号",
        recognised_by="示例机关",
    )
    services.recognition_move(recognition=row, step="submit", actor=officer)
    return row


def test_one_of_two_heads_confirms(town):
    platform = town.platform()
    row = submitted(town, platform)
    heads = [town.head(), town.head()]

    def confirm(head):
        return lambda: services.recognition_confirm(recognition=Recognition.objects.get(pk=row.pk), actor=head)

    assert at_once(*(confirm(head) for head in heads)) == ["done", "refused"]
    assert services.register_check() == []


def test_two_records_of_one_level_are_not_both_confirmed(town):
    platform = town.platform()
    rows = [submitted(town, platform), submitted(town, platform, on=date(2020, 1, 1))]

    def confirm(row):
        head = town.head()
        return lambda: services.recognition_confirm(recognition=Recognition.objects.get(pk=row.pk), actor=head)

    assert at_once(*(confirm(row) for row in rows)) == ["done", "refused"]
    assert Recognition.objects.filter(state="in_force").count() == 1


def test_one_of_two_officers_ends(town):
    row = town.recognise(town.platform())
    officers = [town.officer(), town.officer()]

    def end(officer, on):
        return lambda: services.recognition_end(
            recognition=Recognition.objects.get(pk=row.pk), on=on, ending="expired", actor=officer, reason="到期"
        )

    told = at_once(end(officers[0], date(2021, 1, 1)), end(officers[1], date(2022, 1, 1)))
    assert told == ["done", "refused"]
    assert services.register_check() == []


def change_twice(town, platform):
    """Have two officers change two fields of one platform at once."""
    officers = [town.officer(), town.officer()]

    def change(officer, **values):
        return lambda: services.platform_change(
            platform=Platform.objects.get(pk=platform.pk),
            on=date(2020, 1, 1),
            actor=officer,
            reason="同时",
            **values,
        )

    return at_once(change(officers[0], name="示例新名"), change(officers[1], director="示例甲"))


def test_two_changes_at_once_are_both_kept(town):
    platform = town.platform()
    assert change_twice(town, platform) == ["done", "done"]
    entry = RegisterEntry.objects.get(platform=platform, end=date.max)
    assert (entry.name, entry.director) == ("示例新名", "示例甲")


def test_control_without_the_lock_one_change_is_lost(town, monkeypatch):
    platform = town.platform()
    both_read = threading.Barrier(2)
    real = services.keeping.tracks_of

    def read_then_wait(current):
        tracks = real(current)
        both_read.wait(timeout=20)
        return tracks

    monkeypatch.setattr(services.keeping, "locked", lambda found, *_hosts: Platform.objects.get(pk=found.pk))
    monkeypatch.setattr(services.keeping, "tracks_of", read_then_wait)
    assert change_twice(town, platform) == ["done", "failed"]
    entry = RegisterEntry.objects.get(platform=platform, end=date.max)
    assert (entry.name, entry.director) in {("示例新名", ""), ("示例中心", "示例甲")}


def test_a_host_renamed_while_its_platform_changes_is_seen_under_its_new_name(town):
    platform = town.platform()
    officer = town.officer()
    told = at_once(
        lambda: services.platform_change(
            platform=Platform.objects.get(pk=platform.pk),
            on=date(2020, 6, 1),
            actor=officer,
            reason="同时",
            director="示例甲",
        ),
        lambda: directory.organisation_change(
            organisation=town.hosts[0], on=date(2020, 1, 1), actor=officer, name="示例更名企业"
        ),
    )
    entry = RegisterEntry.objects.get(platform=platform, end=date.max)
    assert (told, entry.host_name, entry.director) == (["done", "done"], "示例更名企业", "示例甲")
    assert services.register_check() == []
