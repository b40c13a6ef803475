"""Did you mean: what sounds as the question does, else what sounds so but for one or two syllables.

Asked only when nothing was found. It asks the same index as the question did, so nothing hidden is ever guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kechuang.brain import alike
from kechuang.brain.asking import Wanted
from kechuang.brain.models import SearchRow
from kechuang.brain.words import Question, Term, sounding_slice, spelled, spelling_terms

MOST = 3
SOUNDING = Wanted(size=3, most=100, counting=False)
NEAR = Wanted(size=20, most=200, counting=False)


def names(question: Question, *, look: Callable[[Question, Wanted], Iterable[SearchRow]]) -> tuple[str, ...]:
    """Return up to three names that were probably meant; ``look`` finds rows that may be seen by who asks."""
    found = [_sounding(row.title, question) for row in look(spelling_terms(question), SOUNDING)]
    return tuple(dict.fromkeys(found or _near(question, look)))[:MOST]


def _sounding(title: str, question: Question) -> str:
    return sounding_slice(title, spelled(question.text)) or title


def _near(question: Question, look: Callable[[Question, Wanted], Iterable[SearchRow]]) -> list[str]:
    """Return the pieces of names that are spelled as the question but for a syllable or two, nearest first."""
    syllables = alike.syllables_of(question.key)
    ways = alike.but_for_some(syllables)
    if not ways:
        return []
    rows = look(Question(question.text, question.key, (Term(question.text, (), ways),)), NEAR)
    near = sorted(alike.closest(row.title, syllables) for row in rows)
    return [piece for differing, piece in near if differing <= alike.TOLERATED]
