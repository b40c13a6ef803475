"""Say what happened; whoever cares has registered.

Most listeners are told after commit (``listen``). Rows that are derived from what changed
and may never lag behind it are brought up to date inside the same transaction
(``keep_in_step``); such a listener's failure undoes the whole act.

An event's name is ``<process>.<step>`` or ``<noun>.<participle>``. It is declared by the
package that publishes it, so that a listener cannot wait for a word nobody says.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction

logger = logging.getLogger(__name__)

Listener = Callable[[Any], None]
_declared: dict[str, str] = {}
_listeners: dict[str, list[Listener]] = defaultdict(list)
_in_step: dict[str, list[Listener]] = defaultdict(list)


def declare(name: str, meaning: str) -> None:
    """Declare that ``name`` is published by this program, with one sentence of meaning."""
    _declared[name] = meaning


def declared() -> dict[str, str]:
    """Return every declared event with its meaning."""
    return dict(_declared)


def listen(name: str, listener: Listener) -> None:
    """Call ``listener(fact)`` after each committed ``name``; registering twice is once."""
    if listener not in _listeners[name]:
        _listeners[name].append(listener)


def keep_in_step(name: str, listener: Listener) -> None:
    """Call ``listener(fact)`` inside the transaction that publishes ``name``."""
    if listener not in _in_step[name]:
        _in_step[name].append(listener)


def listened() -> frozenset[str]:
    """Return the names somebody waits for."""
    return frozenset(name for table in (_listeners, _in_step) for name, listeners in table.items() if listeners)


def publish(name: str, fact: Any) -> None:
    """Tell those kept in step now, and the listeners once the transaction has committed.

    A listener after commit that fails is logged and holds up neither the others nor the person whose
    act is already committed.
    """
    for listener in _in_step[name]:
        listener(fact)
    for listener in _listeners[name]:
        transaction.on_commit(partial(listener, fact), robust=True)
