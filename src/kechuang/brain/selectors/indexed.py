"""What answers a question, found by the optional engine (tantivy): the same rows in the same order as PostgreSQL finds.

Rights are a part of every question put to the index. It answers only while it holds exactly what ``SearchRow`` holds;
in any other moment, and whenever it cannot answer, PostgreSQL does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from kechuang.brain.asking import Hits, Wanted
from kechuang.brain.tantivy_index import LONGEST_BEGINNING, Broken, Generation
from kechuang.brain.words import Question

try:
    import tantivy
except ModuleNotFoundError:  # the extra "search" is not installed
    tantivy = None  # type: ignore[assignment,unused-ignore]


MOST_FACETS = 2000


def hits(generation: Generation, question: Question, *, scopes: list[str], wanted: Wanted) -> Hits:
    """Return what answers ``question`` and one of the keys ``scopes`` opens. Raises ``Broken``."""
    try:
        return _hits(_Asking(generation), question, scopes, wanted)
    except (ValueError, OSError, RuntimeError) as error:
        raise Broken(_("索引不能回答：%(error)s") % {"error": error}) from error


class _Asking:
    """The words of one question as the index understands them."""

    def __init__(self, generation: Generation) -> None:
        self.searcher = generation.index.searcher()
        self.schema = generation.index.schema

    def term(self, name: str, text: str) -> tantivy.Query:
        return tantivy.Query.term_query(self.schema, name, text, "basic")

    def beginning(self, name: str, text: str) -> tantivy.Query:
        escaped = "".join(f"\\{sign}" if sign in ".^" else sign for sign in text)
        return tantivy.Query.regex_query(self.schema, name, f"{escaped}.*")

    def begins(self, name: str, text: str, *, whole: tuple[str, str]) -> tantivy.Query:
        """Ask for names that begin with ``text``; a long one, which few do, for the terms of ``whole`` that do."""
        if len(text) <= LONGEST_BEGINNING:
            return self.term(name, text)
        field, sign = whole
        return self.beginning(field, sign + text)

    def lexeme(self, name: str, lexeme: str) -> tantivy.Query:
        text, star, _rest = lexeme.partition(":*")
        return self.beginning(name, text) if star else self.term(name, text)

    def every(self, queries: Iterable[tantivy.Query], but: Iterable[tantivy.Query] = ()) -> tantivy.Query:
        parts = [(tantivy.Occur.Must, one) for one in queries] + [(tantivy.Occur.MustNot, one) for one in but]
        return parts[0][1] if len(parts) == 1 else tantivy.Query.boolean_query(parts)

    def some(self, queries: Iterable[tantivy.Query]) -> tantivy.Query:
        parts = [(tantivy.Occur.Should, one) for one in queries]
        return parts[0][1] if len(parts) == 1 else tantivy.Query.boolean_query(parts)

    def terms(self, name: str, alternatives: Iterable[tuple[tuple[str, ...], ...]]) -> tantivy.Query:
        return self.every(
            self.some(self.every(self.lexeme(name, one) for one in way) for way in ways) for ways in alternatives
        )


def _hits(ask: _Asking, question: Question, scopes: list[str], wanted: Wanted) -> Hits:
    found, tiers = _asked(ask, question)
    opened = [ask.some(ask.term("scopes", scope) for scope in scopes)]
    base = tantivy.Query.const_score_query(
        ask.every([found, *opened, *(ask.term("facets", facet) for facet in wanted.facets)]), 1.0
    )
    count = _count(ask, base)
    places = list(_page(ask, base, tiers, wanted)) if count else []
    rows, objects = (ask.searcher.fast_field_values(name, places) for name in ("row", "object_id"))
    keys = [[int(row or 0), int(one or 0)] for row, one in zip(rows, objects, strict=True)]
    return Hits(keys, count, capped=False, facets=_facets(ask, base) if wanted.counting and count else {})


def _asked(ask: _Asking, question: Question) -> tuple[tantivy.Query, list[tantivy.Query]]:
    """Return what answers, and the tiers of answers, best first, without the last, which is all others."""
    key, terms = question.key, question.terms
    parts = [term.parts for term in terms]
    words = [term.words for term in terms] if all(term.words for term in terms) else []
    whole, begins = ask.term("held", f"={key}"), ask.begins("title_begins", key, whole=("key", ""))
    held = [ask.terms("held", words)] if words else []
    tiers = [
        whole,
        ask.some([begins, ask.begins("name_begins", key, whole=("held", "="))]),
        *([ask.terms("titled", words)] if words else []),
        ask.terms("named", parts),
        *held,
    ]
    return ask.some([whole, begins, *held, ask.terms("held", parts)]), tiers


def _page(ask: _Asking, base: tantivy.Query, tiers: list[tantivy.Query], wanted: Wanted) -> Iterator[Any]:
    """Yield where the rows of the page stand, tier after tier until it is full."""
    skipped, needed = (wanted.page - 1) * wanted.size, wanted.size
    for place in range(len(tiers) + 1):
        query = ask.every([base, *tiers[place : place + 1]], but=tiers[:place])
        found = ask.searcher.search(
            query, limit=skipped + needed, count=False, order_by_field="place", order=tantivy.Order.Asc
        ).hits
        taken = found[skipped:]
        yield from (address for _order, address in taken)
        skipped, needed = max(skipped - len(found), 0), needed - len(taken)
        if not needed:
            return


def _count(ask: _Asking, base: tantivy.Query) -> int:
    result: Any = ask.searcher.search(base, limit=1, count=True)
    return int(result.count)


def _facets(ask: _Asking, base: tantivy.Query) -> dict[str, int]:
    told = ask.searcher.aggregate(base, {"facets": {"terms": {"field": "facets", "size": MOST_FACETS}}})
    return {str(one["key"]): int(one["doc_count"]) for one in told["facets"]["buckets"]}
