"""Looking something up: what changed a moment ago is taken in first, so that it is found, or not, as of now."""

from __future__ import annotations

from kechuang.brain.asking import EVERYTHING, Found, Wanted
from kechuang.brain.selectors.finding import find
from kechuang.brain.selectors.postgres import in_step
from kechuang.brain.services import keeping
from kechuang.kernel.access import Actor


def look(text: str, *, actor: Actor, wanted: Wanted = EVERYTHING) -> Found:
    """Return what ``selectors.finding.find`` finds, after a few noted changes have been brought in step."""
    if not in_step():
        keeping.catch_up()
    return find(text, actor=actor, wanted=wanted)
