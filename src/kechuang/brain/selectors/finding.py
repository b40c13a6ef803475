"""Finding: what answers a question, for those who may see it, best first; and what was probably meant where nothing is.

Which engine looks is nobody's business but this file's: each gets a question, the keys of who asks and what is wanted,
and returns the same rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from kechuang.brain.asking import EVERYTHING, Found, Hits, Wanted
from kechuang.brain.models import SearchRow
from kechuang.brain.rights import keys_of
from kechuang.brain.selectors import engine, indexed, meant, postgres
from kechuang.brain.tantivy_index import Broken
from kechuang.brain.words import Question, asked
from kechuang.kernel.access import Actor


def find(text: str, *, actor: Actor, wanted: Wanted = EVERYTHING) -> Found:
    """Return what answers ``text`` and ``actor`` may see."""
    question = asked(text)
    if not question:
        return Found(question)
    found = _found(question, actor, wanted)
    if found.count or wanted.facets or not wanted.counting:
        return found
    return Found(question, instead=meant.names(question, look=lambda one, most: _found(one, actor, most).rows))


def _found(question: Question, actor: Actor, wanted: Wanted) -> Found:
    hits = _hits(question, keys_of(actor), wanted)
    return Found(question, _rows(hits.keys), hits.count, hits.capped, hits.facets)


def _hits(question: Question, scopes: list[str], wanted: Wanted) -> Hits:
    # What a moment ago was not to be found yet, only the rows say; and a row out of step is hidden by them alone.
    generation = engine.ready() if wanted.since is None and engine.is_chosen() and postgres.in_step() else None
    if generation:
        try:
            return indexed.hits(generation, question, scopes=scopes, wanted=wanted)
        except Broken as reason:
            engine.tell(reason)
    return postgres.hits(question, scopes=scopes, wanted=wanted)


def _rows(keys: Sequence[Sequence[int]]) -> list[SearchRow]:
    """Return rows by their (id, object_id), in that order; the second number says in which part a row is kept."""
    if not keys:
        return []
    ids, objects = zip(*keys, strict=True)
    rows = SearchRow.objects.filter(pk__in=ids, object_id__in=objects).defer("vector", "scopes", "facets")
    known = {row.pk: row for row in rows}
    return [known[pk] for pk in ids if pk in known]
