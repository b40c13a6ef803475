"""Holding the tables of the trail against their seals, against each other, and against roots noted elsewhere.

A file shows what it shows; here the whole trail is there, so more can be asked of it: that nothing stands before the
first event or between two seals, that what was let go was old enough and hangs on the chain, and that no published
root is missing from the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import pairwise

from kechuang.kernel import seals
from kechuang.kernel.audit_seals import LEAST_DAYS, batches, seal_of
from kechuang.kernel.models import AuditEvent, AuditSeal
from kechuang.kernel.seals import Fault, Verdict


def trail_check(published: Mapping[int, str] | None = None) -> Verdict:
    """Check the whole trail and return the first fault, none when everything fits.

    ``published`` maps numbers of seals to roots noted elsewhere. Without it whoever owns the server can
    cut the end off together with its seals, or lay the whole chain anew, and nothing here can tell.
    """
    verdict = seals.verify(seals.file_lines({}, batches()), published)
    if verdict.fault:
        return verdict
    fault = next(_beside(verdict, published or {}), None)
    return Verdict(fault, verdict.seals, verdict.events, verdict.root, verdict.first_seal, published=verdict.published)


def _beside(verdict: Verdict, published: Mapping[int, str]) -> Iterator[Fault]:
    """Yield what a file of the trail cannot show."""
    rows = list(AuditSeal.objects.defer("entries").select_related("dropped").order_by("number"))
    yield from _strays(rows)
    yield from _gone(rows)
    for before, after in pairwise([None, *rows]):
        if after is not None and not _joined(before, after):
            sentence = f"第 {after.number} 号封存没有接在前一号之后，链条在此断开。"
            yield Fault("seal", 0, sentence, event=after.first, seal=after.number)
    yield from _own_words(rows)
    last = rows[-1].number if rows else 0
    for number in sorted(published):
        if number > last:
            sentence = f"公布过第 {number} 号封存，现在只到第 {last} 号：末尾连同封存被删去。"
            yield Fault("truncated", 0, sentence, event=rows[-1].last + 1 if rows else 1, seal=number)


def _joined(before: AuditSeal | None, after: AuditSeal) -> bool:
    """Tell whether ``after`` begins where ``before`` ended, in number, root and event."""
    number, root, last = (before.number, before.root, before.last) if before else (0, seals.GENESIS, 0)
    return (after.number, after.previous, after.first) == (number + 1, root, last + 1)


def _strays(rows: list[AuditSeal]) -> Iterator[Fault]:
    """Yield events that stand before every seal that still has its events: nobody sealed them."""
    first = next((row.first for row in rows if not hasattr(row, "dropped")), rows[-1].last + 1 if rows else 1)
    stray = AuditEvent.objects.filter(pk__lt=first).order_by("pk").values_list("pk", flat=True).first()
    if stray is not None:
        yield Fault("inserted", 0, f"事件 #{stray} 不在封存之内，是后来插入的。", event=stray)


def _gone(rows: list[AuditSeal]) -> Iterator[Fault]:
    """Yield seals said to have given up their events that never may have: too young, or not from the start on."""
    kept = False
    for row in rows:
        dropped = getattr(row, "dropped", None)
        kept = kept or dropped is None
        if dropped is not None and (kept or dropped.at - row.at < timedelta(days=LEAST_DAYS)):
            sentence = f"第 {row.number} 号封存的记录自 #{row.first} 起不到清理期限就被删去。"
            yield Fault("removed", 0, sentence, event=row.first, seal=row.number)


def _own_words(rows: list[AuditSeal]) -> Iterator[Fault]:
    """Yield seals whose columns say something else than what their root stands for."""
    for row in AuditSeal.objects.filter(pk__in=[row.pk for row in rows]).order_by("number").iterator(chunk_size=4):
        seal = seal_of(row)
        ends = (seal.entries[-1][0], len(seal.entries)) if seal.entries else (0, 0)
        if seal.root != row.root or ends != (row.last, row.rows):
            sentence = f"第 {row.number} 号封存的内容与它的根值不符，封存本身被改动。"
            yield Fault("seal", 0, sentence, event=row.first, seal=row.number)
