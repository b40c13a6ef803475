"""What answers a question, found by PostgreSQL alone, for those who may see it, best first.

One statement. It collects at most ``MOST_RANKED`` rows that hold the words, or else their parts, and ranks those
alone: an exact name or number first, then names that begin so, then names with all the words, with all the parts, then
other texts; of equals the shortest. What nobody may see is left out by the index itself; what changed a moment ago and
is not in step yet is left out too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from kechuang.brain.asking import Hits, Wanted
from kechuang.brain.models import OutOfStep
from kechuang.brain.words import Question, Term

MOST_BEGINNING, MOST_LOOKED = 60, 600
"""Three pages of names that begin so are among the candidates even when thousands hold the words."""

# The table is kept in parts, which are read one after another: a common word has filled its LIMIT after one or two.
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
    WHERE (SELECT count(*) FROM words) < %(most)s AND {open} AND r.vector @@ %(others)s::tsquery LIMIT %(most)s
), ranked AS MATERIALIZED (
    SELECT DISTINCT ON (id) *
    FROM (TABLE whole UNION ALL TABLE beginning UNION ALL TABLE words UNION ALL TABLE parts) hits
), page AS (
    SELECT id, object_id FROM ranked ORDER BY tier, length, id LIMIT %(limit)s OFFSET %(offset)s
), counted AS (
    SELECT facet, count(*) AS n FROM ranked, unnest(facets) facet WHERE %(counting)s GROUP BY facet
)
SELECT (SELECT count(*) FROM ranked),
       (SELECT coalesce(jsonb_agg(jsonb_build_array(id, object_id)), '[]') FROM page),
       (SELECT coalesce(jsonb_object_agg(facet, n), '{{}}') FROM counted)
"""
COLUMNS = """r.id, r.object_id, r.facets, length(r.key) AS length,
    CASE WHEN r.key = %(key)s OR r.vector @@ %(whole)s::tsquery THEN 0
         WHEN r.key LIKE %(like)s OR r.vector @@ %(begins)s::tsquery THEN 1
         WHEN r.vector @@ %(titled)s::tsquery THEN 2
         WHEN r.vector @@ %(named)s::tsquery THEN 3
         WHEN r.vector @@ %(words)s::tsquery THEN 4
         ELSE 5 END AS tier"""
OPEN = """r.scopes && %(scopes)s::varchar[] {narrowed}{since}{moved}"""
NARROWED = "AND r.facets @> %(facets)s::varchar[] "
"""Only where there are any: an index is read from end to end for what holds nothing."""
SINCE = "AND r.opened_at > %(since)s "
MOVED = "AND NOT EXISTS (SELECT 1 FROM brain_outofstep o WHERE o.kind = r.kind AND o.object_id = r.object_id)"


def hits(question: Question, *, scopes: list[str], wanted: Wanted) -> Hits:
    """Return what answers ``question`` and one of the keys ``scopes`` opens."""
    narrowed = OPEN.format(
        narrowed=NARROWED if wanted.facets else "",
        since=SINCE if wanted.since else "",
        moved="" if in_step() else MOVED,
    )
    given = _parameters(question) | {
        "scopes": scopes,
        "facets": list(wanted.facets),
        "since": wanted.since,
        "most": wanted.most,
        "beginning": MOST_BEGINNING,
        "looked": MOST_LOOKED,
        "limit": wanted.size,
        "offset": (wanted.page - 1) * wanted.size,
        "counting": wanted.counting,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        # The one index answers every such question; without statistics the planner may walk the whole table. With the
        # usual 4 MB the hits of a common word are remembered by page only, and every row of a page is read again.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL jit = off; SET LOCAL work_mem = '32MB'")
        cursor.execute(STATEMENT.format(columns=COLUMNS, open=narrowed), given)
        count, keys, counted = cursor.fetchone()
    return Hits(_read(keys), count, count >= wanted.most, _read(counted))


def in_step() -> bool:
    """Tell whether every change has been taken in."""
    return not OutOfStep.objects.exists()


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _parameters(question: Question) -> dict[str, str]:
    key, terms = question.key, question.terms
    in_words = all(term.words for term in terms)
    words = _all(terms, "words") if in_words else NOTHING
    parts = _all(terms, "parts")
    return {
        "key": key,
        "like": f"{key}%",
        "whole": _lexeme(f"={key}"),
        "begins": _lexeme(f"={key}:*"),
        "titled": _all(terms, "words", ":A") if in_words else NOTHING,
        "named": _all(terms, "parts", ":AB"),
        "words": words,
        "others": parts if parts != words else NOTHING,
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
