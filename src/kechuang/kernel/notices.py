"""Asking that people be told something that is no step of a process: one event, ``notice.wanted``.

Rooms below the messages cannot write any; they say here what is to be told and to whom. It is kept in step: the
notice exists if, and only if, the act it tells of is committed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kechuang.kernel import events

EVENT = "notice.wanted"
events.declare(EVENT, "有一件事须告知若干人员（不是流程中的一步）")


@dataclass(frozen=True, slots=True)
class Notice:
    """What ``people`` (keys of users) are to be told, once for each ``key``.

    ``because`` says why it came to them; ``urgent`` is for what they must act on, until ``due_on`` if given.
    """

    people: tuple[int, ...]
    key: str
    text: str
    url: str
    because: str
    urgent: bool = False
    due_on: date | None = None


def wanted(
    *,
    people: Iterable[int],
    key: str,
    text: str,
    url: str,
    because: str,
    urgent: bool = False,
    due_on: date | None = None,
) -> None:
    """Have ``people`` told ``text`` (one line, in Chinese, naming nobody) with the page ``url`` to go to.

    ``key`` names the occasion, e.g. ``call.deadline:12:3``: nobody is told twice under the same key, so a job
    that reminds may run as often as it likes. Call it inside the transaction of the act.
    """
    events.publish(EVENT, Notice(tuple(dict.fromkeys(people)), key, text, url, because, urgent=urgent, due_on=due_on))
