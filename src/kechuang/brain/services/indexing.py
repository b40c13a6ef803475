"""Keeping the index of the optional engine in step with the rows, and building it.

One process at a time writes; tantivy holds the lock. ``Rewritten`` says in which order rows were written, because
those who write them do so one after another. Taking a row in twice does no harm.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.brain import tantivy_index
from kechuang.brain.models import Rewritten, SearchRow
from kechuang.brain.selectors import engine
from kechuang.brain.tantivy_index import Broken, Entry

AT_ONCE = 200
"""How many rows a search takes into the index before it looks; the job takes in the rest."""
BATCH = 5_000
KEPT = timedelta(days=7)
SMALL_HEAP, THREADS = 16_000_000, 2

READ = """
SELECT id, kind, object_id, key, array_to_string(scopes, ' '), facets,
       array_to_string(tsvector_to_array(ts_filter(vector, '{{a}}')), ' '),
       array_to_string(tsvector_to_array(ts_filter(vector, '{{a,b}}')), ' '),
       array_to_string(tsvector_to_array(vector), ' ')
FROM brain_searchrow WHERE {which}
"""
THESE = "(kind, object_id) IN (SELECT * FROM unnest(%s::varchar[], %s::bigint[]))"
NEXT = f"id > %s ORDER BY id LIMIT {BATCH}"


def catch_up(*, most: int = AT_ONCE, merging: bool = False) -> int:
    """Take up to ``most`` noted changes into the index; return how many. 0 while another process is at it.

    ``merging`` waits until small pieces of the index have been put together. Raises ``Broken``.
    """
    generation = engine.opened()
    try:
        writer = generation.index.writer(SMALL_HEAP, 1)
    except ValueError:  # locked by who writes now
        return 0
    stand = generation.reload()  # nobody else moves it now
    engine.require_known(stand)
    noted = list(Rewritten.objects.filter(pk__gt=stand.number).order_by("pk")[:most])
    if noted:
        keys = sorted({(row.kind, row.object_id) for row in noted})
        tantivy_index.write(writer, entries=_these(keys), gone=keys, stand=engine.stand_of(noted[-1]))
        writer.commit()
    if merging:
        writer.wait_merging_threads()
    return len(noted)


def catch_up_all() -> int:
    """Take every noted change in; return how many. Raises ``Broken``."""
    done = 0
    while some := catch_up(most=BATCH):
        done += some
    catch_up(merging=True)
    return done


def build(*, tell: Callable[[int, int], None] = lambda *_: None) -> int:
    """Write a new index of every row and have it used; return how many rows it holds. ``tell`` gets done and all.

    People search meanwhile; what changes meanwhile is taken in afterwards. Raises ``Broken`` if it cannot
    be written.
    """
    if not tantivy_index.is_installed():
        engine.opened()  # says what to do
    if not Rewritten.objects.exists():
        Rewritten.objects.create(kind="", object_id=0)  # a stand that is known from now on
    stand, total, done, last = engine.latest(), SearchRow.objects.count(), 0, 0
    try:
        generation = tantivy_index.create(engine.root() / f"{tantivy_index.FORM}{time.time_ns()}")
        writer = generation.index.writer(tantivy_index.HEAP, THREADS)
        tell(0, total)
        while entries := list(_entries(NEXT, [last])):
            tantivy_index.write(writer, entries=entries, gone=(), stand=None)
            done, last = done + len(entries), entries[-1].row
            tell(done, total)
        tantivy_index.write(writer, entries=(), gone=(), stand=stand)
        writer.commit()
        writer.wait_merging_threads()
        tantivy_index.use(engine.root(), generation.folder)
    except (ValueError, OSError) as error:
        raise Broken(_("索引写不了：%(error)s") % {"error": error}) from error
    return done


def forget() -> int:
    """Remove what every index has taken in long ago, never the last; return how many. An older index is built anew."""
    last = Rewritten.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return Rewritten.objects.filter(written_at__lt=timezone.now() - KEPT, pk__lt=last).delete()[0]


def _these(keys: list[tuple[str, int]]) -> Iterator[Entry]:
    return _entries(THESE, [[kind for kind, _key in keys], [key for _kind, key in keys]])


def _entries(which: str, given: list[Any]) -> Iterator[Entry]:
    with connection.cursor() as cursor:
        cursor.execute(READ.format(which=which), given)
        yield from (Entry(*row) for row in cursor.fetchall())
