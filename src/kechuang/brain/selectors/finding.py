"""Finding: what answers a question, for those who may see it, best first.

One statement. It collects at most ``MOST_RANKED`` rows that hold the words, or else their parts, and ranks those
alone: an exact name or number first, then names that begin so, then whole words, then parts. What nobody may see is
left out by the index itself; what changed a moment ago and is not in step yet is left out too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, transaction

from kechuang.brain.models import OutOfStep, SearchRow
from kechuang.brain.rights import keys_of
from kechuang.brain.words import Question, Term, asked, sounding_slice, spelled, spelling_terms
from kechuang.kernel.access import Actor

MOST_RANKED = 2000
"""Twice what is counted: more costs time (some 8 microseconds a row) and changes neither the numbers nor the page."""
MOST_BEGINNING = 200
MOST_COUNTED = 1000
PAGE = 20

STATEMENT = """
WITH whole AS MATERIALIZED (
    SELECT {columns} FROM brain_searchrow r WHERE {open} AND r.vector @@ %(whole)s::tsquery LIMIT %(beginning)s
), beginning AS MATERIALIZED (
    SELECT {columns} FROM (
        SELECT * FROM brain_searchrow WHERE key LIKE %(like)s ORDER BY key USING ~<~ LIMIT %(looked)s
    ) r WHERE {open} LIMIT %(beginning)s
), words AS MATERIALIZED (
    SELECT {columns} FROM brain_searchrow r WHERE {open} AND r.vector @@ %(words)s::tsquery LIMIT %(most)s
), parts AS MATERIALIZED (
    SELECT {columns} FROM brain_searchrow r
    WHERE (SELECT count(*) FROM words) < %(most)s AND {open} AND r.vector @@ %(parts)s::tsquery LIMIT %(most)s
), ranked AS MATERIALIZED (
    SELECT DISTINCT id, facets, tier, rank, length
    FROM (TABLE whole UNION ALL TABLE beginning UNION ALL TABLE words UNION ALL TABLE parts) hits
), page AS (
    SELECT id, tier FROM ranked ORDER BY tier, rank DESC, length, id LIMIT %(limit)s OFFSET %(offset)s
), counted AS (
    SELECT facet, count(*) AS n FROM ranked, unnest(facets) facet WHERE %(counting)s GROUP BY facet
)
SELECT (SELECT count(*) FROM ranked),
       (SELECT coalesce(jsonb_agg(jsonb_build_array(id, tier)), '[]') FROM page),
       (SELECT coalesce(jsonb_object_agg(facet, n), '{{}}') FROM counted)
"""
COLUMNS = """r.id, r.facets,
    CASE WHEN r.key = %(key)s OR r.vector @@ %(whole)s::tsquery THEN 0
         WHEN r.key LIKE %(like)s OR r.vector @@ %(begins)s::tsquery THEN 1
         WHEN r.vector @@ %(titled)s::tsquery THEN 2
         WHEN r.vector @@ %(words)s::tsquery THEN 3
         ELSE 4 END AS tier,
    ts_rank('{0.05,0.2,0.4,1}', r.vector, %(parts)s::tsquery) AS rank, length(r.key) AS length"""
OPEN = """r.scopes && %(scopes)s::varchar[] {narrowed}{since}{moved}"""
NARROWED = "AND r.facets @> %(facets)s::varchar[] "
"""Only where there are any: an index is read from end to end for what holds nothing."""
SINCE = "AND r.opened_at > %(since)s "
MOVED = "AND NOT EXISTS (SELECT 1 FROM brain_outofstep o WHERE o.kind = r.kind AND o.object_id = r.object_id)"


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: the page's rows, best first, how many there are, and how many under each facet.

    ``count`` and the numbers of ``facets`` stop at what was ranked; ``capped`` says that there may be more.
    ``instead`` is what was probably meant when nothing was found.
    """

    question: Question
    rows: list[SearchRow] = field(default_factory=list)
    count: int = 0
    capped: bool = False
    facets: dict[str, int] = field(default_factory=dict)
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much is asked: ``page`` counts from 1, ``most`` are ranked, ``since`` leaves out what was to be found then.

    ``counting`` asks for the numbers under each facet, and for what was meant where nothing is found.
    """

    facets: tuple[str, ...] = ()
    page: int = 1
    size: int = PAGE
    most: int = MOST_RANKED
    since: datetime | None = None
    counting: bool = True


EVERYTHING = Wanted()


def find(text: str, *, actor: Actor, wanted: Wanted = EVERYTHING) -> Found:
    """Return what answers ``text`` and ``actor`` may see."""
    question = asked(text)
    if not question:
        return Found(question)
    found = _found(question, actor, wanted)
    if found.count or wanted.facets or not wanted.counting:
        return found
    return Found(question, instead=tuple(_meant(question, actor)))


def _found(question: Question, actor: Actor, wanted: Wanted) -> Found:
    narrowed = OPEN.format(
        narrowed=NARROWED if wanted.facets else "",
        since=SINCE if wanted.since else "",
        moved="" if in_step() else MOVED,
    )
    given = _parameters(question) | {
        "scopes": keys_of(actor),
        "facets": list(wanted.facets),
        "since": wanted.since,
        "most": wanted.most,
        "beginning": MOST_BEGINNING,
        "looked": 10 * MOST_BEGINNING,
        "limit": wanted.size,
        "offset": (wanted.page - 1) * wanted.size,
        "counting": wanted.counting,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        # The one index answers every such question; without statistics the planner may walk the whole table. With the
        # usual 4 MB the hits of a common word are remembered by page only, and every row of a page is read again.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL jit = off; SET LOCAL work_mem = '32MB'")
        cursor.execute(STATEMENT.format(columns=COLUMNS, open=narrowed), given)
        count, ids, counted = cursor.fetchone()
    rows = _rows([pk for pk, _tier in _read(ids)])
    return Found(question, rows, count, count >= wanted.most, _read(counted))


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _rows(ids: list[int]) -> list[SearchRow]:
    rows = SearchRow.objects.defer("vector", "scopes", "spelling").in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]


def in_step() -> bool:
    """Tell whether every change has been taken in."""
    return not OutOfStep.objects.exists()


def _parameters(question: Question) -> dict[str, str]:
    key = question.key
    words = [term for term in question.terms if term.words]
    return {
        "key": key,
        "like": f"{key}%",
        "whole": _lexeme(f"={key}"),
        "begins": _lexeme(f"={key}:*"),
        "titled": _all(words, "words", ":A") if len(words) == len(question.terms) else NOTHING,
        "words": _all(words, "words") if len(words) == len(question.terms) else NOTHING,
        "parts": _all(question.terms, "parts"),
    }


NOTHING = "'='"
"""No row has this lexeme."""


def _all(terms: Iterable[Term], which: str, weight: str = "") -> str:
    return " & ".join(f"({_any(getattr(term, which), weight)})" for term in terms)


def _any(alternatives: Iterable[tuple[str, ...]], weight: str) -> str:
    return " | ".join(f"({' & '.join(_lexeme(one, weight) for one in way)})" for way in alternatives)


def _lexeme(lexeme: str, weight: str = "") -> str:
    """Return a lexeme quoted; the words of a question hold letters, digits, characters and the signs of ``words``."""
    text, star, _rest = lexeme.partition(":*")
    sign = weight if not star else f":*{weight[1:]}"
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'" + sign


SOUNDING = Wanted(size=3, most=100, counting=False)


def _meant(question: Question, actor: Actor) -> Iterator[str]:
    """Yield what was probably meant: what sounds the same, else what is spelled much alike."""
    sounding = _found(spelling_terms(question), actor, SOUNDING)
    names = [_sounding(row.title, question) for row in sounding.rows]
    if not names:
        names = _alike("".join(term.text for term in question.terms), actor)
    yield from list(dict.fromkeys(name for name in names if name))[:3]


def _sounding(title: str, question: Question) -> str:
    return sounding_slice(title, spelled(question.text)) or title


SHORTEST_ALIKE, LONGEST_ALIKE = 4, 32
"""In letters: shorter spellings resemble everything, longer ones cost more than a guess is worth."""
ALIKE = """
SELECT title FROM (
    SELECT r.title, r.spelling <->> %(spelling)s AS distance FROM brain_searchrow r
    WHERE %(spelling)s <%% r.spelling AND {open} LIMIT 200
) near ORDER BY distance, length(title) LIMIT 3
"""


def _alike(text: str, actor: Actor) -> list[str]:
    spelling = spelled(text)
    if not SHORTEST_ALIKE <= len(spelling) <= LONGEST_ALIKE:
        return []
    given: dict[str, Any] = {"spelling": spelling, "scopes": keys_of(actor)}
    statement = ALIKE.format(open=OPEN.format(narrowed="", since="", moved=MOVED))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL pg_trgm.word_similarity_threshold = 0.6; "
                "SET LOCAL statement_timeout = 300"
            )
            cursor.execute(statement, given)
            titles = [title for (title,) in cursor.fetchall()]
            cursor.execute("SET LOCAL statement_timeout = DEFAULT")
    except OperationalError:  # a guess is not worth waiting for
        return []
    return titles
