"""Who is served first when more people come than can be served at once."""

from __future__ import annotations

import threading
import time

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from kechuang.site.admission import AdmissionMiddleware, Gate, Rank, rank_of

LONG = dict.fromkeys(Rank, 10.0)
SHORT = {Rank.WRITING: 10.0, Rank.SIGNED_IN: 10.0, Rank.BROWSING: 0.05}


def until(true):
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_who_hands_something_in_goes_before_who_came_earlier_to_look():
    gate, served = Gate(1, LONG), []

    def come(name, rank):
        with gate.lane(rank) as given:
            served.append((name, given))

    people = [("浏览", Rank.BROWSING), ("本人", Rank.SIGNED_IN), ("提交甲", Rank.WRITING), ("提交乙", Rank.WRITING)]
    with gate.lane(Rank.WRITING):
        threads = []
        for place, person in enumerate(people, start=1):
            threads.append(threading.Thread(target=come, args=person))
            threads[-1].start()
            until(lambda place=place: sum(gate.waiting().values()) == place)
    for thread in threads:
        thread.join()
    assert served == [("提交甲", True), ("提交乙", True), ("本人", True), ("浏览", True)]


def test_never_more_at_once_than_lanes_and_every_lane_comes_back():
    gate, lock, now, most = Gate(3, LONG), threading.Lock(), [0], [0]

    def come():
        with gate.lane(Rank.WRITING):
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            time.sleep(0.002)
            with lock:
                now[0] -= 1

    threads = [threading.Thread(target=come) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (now[0], most[0], set(gate.waiting().values())) == (0, 3, {0})
    with gate.lane(Rank.BROWSING) as one, gate.lane(Rank.BROWSING) as two, gate.lane(Rank.BROWSING) as three:
        assert (one, two, three) == (True, True, True)


def test_a_browser_waits_a_moment_and_a_failure_gives_the_lane_back():
    gate = Gate(1, SHORT)
    with gate.lane(Rank.WRITING), gate.lane(Rank.BROWSING) as given:
        assert given is False
    assert set(gate.waiting().values()) == {0}
    with pytest.raises(ZeroDivisionError), gate.lane(Rank.WRITING):
        raise ZeroDivisionError
    with gate.lane(Rank.BROWSING) as given:
        assert given is True


@pytest.mark.parametrize(
    ("method", "cookies", "rank"),
    (
        ("POST", {}, Rank.WRITING),
        ("DELETE", {}, Rank.WRITING),
        ("GET", {"sessionid": "x"}, Rank.SIGNED_IN),
        ("GET", {"other": "x"}, Rank.BROWSING),
        ("HEAD", {}, Rank.BROWSING),
    ),
)
def test_the_rank_is_read_from_method_and_cookie(method, cookies, rank):
    request = RequestFactory().generic(method, "/")
    request.COOKIES.update(cookies)
    assert rank_of(request) is rank


def test_browsing_is_refused_first_and_told_when_to_come_back(settings):
    settings.KECHUANG_LANES = 1
    middleware = AdmissionMiddleware(lambda request: HttpResponse(request.method))
    middleware.gate = Gate(1, {**SHORT, Rank.WRITING: 0.05})
    ask = RequestFactory()
    assert middleware(ask.get("/")).status_code == 200
    with middleware.gate.lane(Rank.WRITING):
        asked = (ask.get("/"), ask.post("/"), ask.get("/healthz"))
        browsing, writing, watching = (middleware(request) for request in asked)
    assert (browsing.status_code, browsing["Retry-After"]) == (503, "5")
    assert 'http-equiv="refresh"' in browsing.content.decode()
    assert writing.status_code == 503
    assert 'http-equiv="refresh"' not in writing.content.decode()
    assert "提交过的不会重复" in writing.content.decode()
    assert watching.status_code == 200
    assert middleware(ask.post("/")).status_code == 200
