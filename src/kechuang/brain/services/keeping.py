"""Keeping what is searched in step with what it is found of.

Triggers (``brain.triggers``) note every row that changed, raw SQL included, in the transaction of the change. Whoever
searches next brings a few in step before looking; a job does the rest. One process at a time writes, so that an
older reading never replaces a newer one.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import connection, transaction
from django.utils import translation

from kechuang.brain import words
from kechuang.brain.models import OutOfStep, SearchRow
from kechuang.brain.rights import scopes_of
from kechuang.kernel.search import LONGEST_BODY, Document, Searched, registered

logger = logging.getLogger(__name__)

LOCK = "kechuang.brain.keeping"
BATCH = 500
AT_ONCE = 100
"""How many rows a search brings in step before it looks: some hundred milliseconds at most."""

WRITE = """
INSERT INTO brain_searchrow AS kept
    (kind, object_id, title, note, body, url, key, scopes, facets, vector, opened_at)
SELECT kind, object_id, title, note, body, url, key, scopes, facets, vector::tsvector, now()
FROM jsonb_to_recordset(%s) AS fresh (kind text, object_id bigint, title text, note text, body text, url text,
    key text, scopes text[], facets text[], vector text)
ON CONFLICT (kind, object_id) DO UPDATE SET title = excluded.title, note = excluded.note, body = excluded.body,
    url = excluded.url, key = excluded.key, scopes = excluded.scopes, facets = excluded.facets,
    vector = excluded.vector,
    opened_at = CASE WHEN kept.scopes = excluded.scopes THEN kept.opened_at ELSE excluded.opened_at END
"""


@transaction.atomic
def catch_up(*, most: int = AT_ONCE) -> int:
    """Bring up to ``most`` noted changes in step; return how many. Nothing while another process is at it.

    A room whose documents cannot be written keeps its rows noted, that is not found, and holds up no other room.
    """
    if not _locked(wait=False):
        return 0
    noted: dict[str, dict[int, int]] = defaultdict(dict)
    for pk, kind, key in OutOfStep.objects.order_by("pk").values_list("pk", "kind", "object_id")[:most]:
        noted[kind][pk] = key
    done: list[int] = []
    for kind, keys in noted.items():
        try:
            with transaction.atomic():
                refresh(kind, sorted(set(keys.values())))
        except Exception:
            logger.exception("rows of %s cannot be brought in step", kind)
        else:
            done += keys
    OutOfStep.objects.filter(pk__in=done).delete()
    return len(done)


def catch_up_all() -> int:
    """Bring every noted change in step, some at a time; return how many."""
    done = 0
    while some := catch_up(most=BATCH):
        done += some
    return done


def refresh(kind: str, keys: list[int]) -> None:
    """Write the rows of ``keys`` anew, and remove those nobody may find any more."""
    searched = registered().get(kind)
    scopes = scopes_of(searched, keys) if searched else {}
    with translation.override("zh-hans"):  # whoever searches first after a change may be reading English
        documents = list(searched.documents(list(scopes))) if searched and scopes else []
    rows = [row_of(kind, document, scopes[document.key]) for document in documents]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(WRITE, [json.dumps(rows, ensure_ascii=False)])
    gone = set(keys) - {document.key for document in documents}
    if gone:
        SearchRow.objects.filter(kind=kind, object_id__in=gone).delete()


def row_of(kind: str, document: Document, scopes: list[str]) -> dict[str, Any]:
    """Return a document as its row is written: words and facets."""
    title, body = _clean(document.title)[:400], _clean(document.body)[:LONGEST_BODY]
    return {
        "kind": kind,
        "object_id": document.key,
        "title": title,
        "note": _clean(document.note)[:400],
        "body": body,
        "url": document.url,
        "key": words.key_of(title),
        "scopes": scopes,
        "facets": list(_facets(kind, document)),
        "vector": vector(document),
    }


def _clean(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def _facets(kind: str, document: Document) -> Iterator[str]:
    yield f"k:{kind}"
    for letter, value in (
        ("c", document.county_id),
        ("d", document.department_id),
        ("y", document.year),
        ("l", document.level),
    ):
        if value:
            yield f"{letter}:{value}"


def vector(document: Document) -> str:
    """Return the lexemes of a document as PostgreSQL reads a ``tsvector``.

    Weights: A words of names and whole names and numbers, B their parts and sounds, C words beside, D their parts.
    """
    names = (document.title, *document.aliases)
    beside = f"{document.note} {document.body[:LONGEST_BODY]}"
    weighed: dict[str, str] = {}
    for weight, lexemes in (
        ("D", words.part_lexemes(beside)),
        ("C", words.word_lexemes(beside)),
        ("B", _joined(words.part_lexemes, names) | _joined(words.name_lexemes, names)),
        ("A", _joined(words.word_lexemes, names) | _joined(words.number_lexemes, document.numbers)),
    ):
        weighed.update(dict.fromkeys(lexemes, weight))
    return " ".join(f"'{lexeme}':1{weight}" for lexeme, weight in weighed.items())


def _joined(read: Callable[[str], set[str]], texts: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for text in texts:
        found |= read(text)
    return found


def rebuild(*, kinds: Iterable[str] = (), tell: Callable[[str, int, int], None] = lambda *_: None) -> dict[str, int]:
    """Write every row of ``kinds`` (all of them by default) anew; return how many rows each kind has.

    ``tell`` gets the label, the rows done and the rows there are. It may run while people search and work.
    """
    chosen = {kind: one for kind, one in registered().items() if kind in set(kinds or registered())}
    for kind, searched in chosen.items():
        _rebuild(kind, searched, tell)
    if not kinds:
        with transaction.atomic():
            _locked(wait=True)
            SearchRow.objects.exclude(kind__in=chosen).delete()
    return {kind: SearchRow.objects.filter(kind=kind).count() for kind in chosen}


def _rebuild(kind: str, searched: Searched, tell: Callable[[str, int, int], None]) -> None:
    noted = list(OutOfStep.objects.filter(kind=kind).values_list("pk", flat=True))
    keys = list(searched.model._default_manager.order_by("pk").values_list("pk", flat=True))
    label, done = str(searched.label), 0
    tell(label, 0, len(keys))
    for batch in _batches(keys):
        with transaction.atomic():
            _locked(wait=True)
            refresh(kind, batch)
        done += len(batch)
        tell(label, done, len(keys))
    with transaction.atomic():
        _locked(wait=True)
        gone = SearchRow.objects.filter(kind=kind).exclude(object_id__in=searched.model._default_manager.values("pk"))
        gone.delete()
        for batch in _batches(noted):  # only what was noted before the rows were read
            OutOfStep.objects.filter(pk__in=batch).delete()


def _batches(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


def _locked(*, wait: bool) -> bool:
    """Take the one lock of those who write, until the transaction ends; tell whether it was free."""
    name = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name}(hashtext(%s))", [LOCK])
        return wait or bool(cursor.fetchone()[0])
