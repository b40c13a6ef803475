"""Workers killed while they deliver, and several at once: every message arrives exactly once, or is named."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from django.utils import timezone

from kechuang.kernel.models import Move
from kechuang.notify.models import Announcement, ChannelHealth, Delivery, Digest, Message
from kechuang.notify.services.sending import LEASE, abandoned_settle, deliver
from kechuang.notify.services.summing import digests_write
from kechuang.notify.services.telling import spread
from tests.notify.conftest import notice, person, reached

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
WORKER = """
import os, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["NAME_OF_DATABASE"]
django.setup()
from kechuang.notify.services.sending import deliver
deliver(seconds=60)
"""


class Worker:
    """A process of its own that delivers from the test's database until it is killed or done."""

    def __init__(self, channels: dict[str, dict[str, str]]) -> None:
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "NAME_OF_DATABASE": str(connection.settings_dict["NAME"]),
            "KECHUANG_ADDRESS": "https://shili.example",
            "KECHUANG_SITE_NAME": "示例平台",
            "KECHUANG_SMS_URL": channels["sms"]["url"],
            "KECHUANG_SMS_SECRET": channels["sms"]["secret"],
            "KECHUANG_DINGTALK_URL": channels["dingtalk"]["url"],
            "KECHUANG_DINGTALK_SECRET": channels["dingtalk"]["secret"],
            "no_proxy": "127.0.0.1",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-c", WORKER]
        self.process = subprocess.Popen(command, env=self.environment, cwd=ROOT)  # noqa: S603 - ourselves

    def kill(self) -> None:
        if self.process:
            os.kill(self.process.pid, signal.SIGKILL)

    def wait(self) -> int:
        assert self.process is not None
        return self.process.wait(60)


@pytest.fixture
def crowd(db, no_mail):
    return [reached(person(), sms=f"138{n:08d}", dingtalk=f"user{n}") for n in range(40)]


def after_the_lease() -> None:
    """Let the lease of whatever dead workers hold run out."""
    Delivery.objects.filter(state="sending").update(claimed_at=timezone.now() - 2 * LEASE)
    abandoned_settle()


def test_a_worker_killed_between_sending_and_noting_sends_nothing_twice(crowd, channels, sms):
    notice(*crowd)
    worker = Worker(channels)
    fatal = {3, 20}
    sms.on_request = lambda number: worker.kill() if number in fatal else None
    for _ in fatal:
        worker.start()
        assert worker.wait() == -signal.SIGKILL
        after_the_lease()
    deliver()
    assert Counter(Delivery.objects.values_list("state", flat=True)) == {"sent": 40}
    assert Counter(sms.delivered) == Counter(str(token) for token in Delivery.objects.values_list("token", flat=True))
    assert len(sms.asked) == 42


def test_without_an_idempotency_key_what_is_uncertain_is_named(crowd, channels, dingtalk):
    notice(*crowd)
    worker = Worker(channels)
    fatal = {2, 9}
    dingtalk.on_request = lambda number: worker.kill() if number in fatal else None
    for _ in fatal:
        worker.start()
        assert worker.wait() == -signal.SIGKILL
        after_the_lease()
    deliver()
    assert Counter(Delivery.objects.values_list("state", flat=True)) == {"sent": 38, "uncertain": 2}
    assert set(Counter(dingtalk.said).values()) == {1}
    assert len(dingtalk.said) == 40


def test_trusting_a_provider_that_forgets_sends_twice(crowd, channels, dingtalk, monkeypatch):
    """The control: believe the robot to know our tokens, and a dead worker's message arrives twice."""
    from kechuang.notify.channels import channel_named  # noqa: PLC0415 - only this test bends a channel

    monkeypatch.setattr(channel_named("dingtalk"), "repeatable_for", timedelta(days=1))
    notice(*crowd[:5])
    worker = Worker(channels)
    dingtalk.on_request = lambda number: worker.kill() if number == 2 else None
    worker.start()
    worker.wait()
    after_the_lease()
    deliver()
    assert sorted(Counter(dingtalk.said).values()) == [1, 1, 1, 1, 2]


def test_workers_killed_at_any_moment_lose_nothing(crowd, channels, sms):
    notice(*crowd)
    chance = random.Random(20261123)  # noqa: S311 - a repeatable draw of moments
    worker = Worker(channels)
    for _ in range(2):
        begun = len(sms.asked)
        worker.start()
        while len(sms.asked) == begun and worker.process.poll() is None:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.15))
        worker.kill()
        worker.wait()
        after_the_lease()
    deliver()
    assert Counter(Delivery.objects.values_list("state", flat=True)) == {"sent": 40}
    assert sorted(sms.delivered) == sorted(str(token) for token in Delivery.objects.values_list("token", flat=True))


def at_once(act, times: int) -> None:
    gate = threading.Barrier(times)
    failed: list[BaseException] = []

    def run() -> None:
        gate.wait()
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - told to the test below
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_four_workers_at_once_deliver_each_message_once(crowd, dingtalk):
    notice(*crowd)
    at_once(deliver, 4)
    assert sorted(Counter(dingtalk.said).values()) == [1] * 40
    assert Counter(Delivery.objects.values_list("state", "attempts")) == {("sent", 1): 40}


def test_four_workers_at_once_write_one_digest_a_person(crowd, sms):
    for number in range(3):
        notice(*crowd[:10], key=f"k{number}", urgent=False)
    at_once(digests_write, 4)
    assert (Digest.objects.count(), Message.objects.filter(digest=None).count()) == (10, 0)


def test_four_workers_at_once_tell_each_step_once(town):
    head = person("department_head", department=town.departments[0])
    for number in range(4):
        town.recognise(town.platform(name=f"示例中心{number}"))
    assert Announcement.objects.filter(spread_at=None).count() == Move.objects.count() > 0
    at_once(spread, 4)
    assert Announcement.objects.filter(spread_at=None).count() == 0
    keys = Message.objects.filter(recipient=head).values_list("key", flat=True)
    assert len(keys) == len(set(keys))


def test_the_same_notice_wanted_by_four_at_once_is_told_once(crowd):
    at_once(lambda: notice(*crowd[:5]), 4)
    assert (Message.objects.count(), Delivery.objects.count()) == (5, 0)


def test_channel_failures_of_four_workers_are_all_counted(crowd, channels):
    channels["sms"] |= {"url": "http://127.0.0.1:9/", "secret": "x"}
    notice(*crowd[:4])
    at_once(deliver, 4)
    assert ChannelHealth.objects.get().failures == 4
