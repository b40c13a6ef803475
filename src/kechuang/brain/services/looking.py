"""Looking something up: what changed a moment ago is taken in first, so that it is found, or not, as of now."""

from __future__ import annotations

from django.db import connection

from kechuang.brain.asking import EVERYTHING, Found, Wanted
from kechuang.brain.selectors import engine
from kechuang.brain.selectors.finding import find
from kechuang.brain.selectors.postgres import in_step
from kechuang.brain.services import indexing, keeping
from kechuang.brain.tantivy_index import Broken
from kechuang.kernel.access import Actor


def look(text: str, *, actor: Actor, wanted: Wanted = EVERYTHING) -> Found:
    """Return what ``selectors.finding.find`` finds, after a few noted changes have been brought in step."""
    if not in_step():
        keeping.catch_up()
    if engine.is_chosen() and not connection.in_atomic_block and engine.ready() is None:
        _index()
    return find(text, actor=actor, wanted=wanted)


def _index() -> None:
    """Take a few changes into the optional engine's index; what cannot be taken in, the rows answer."""
    try:
        indexing.catch_up()
    except Broken as reason:
        engine.tell(reason)
