"""Why a count moved between two days: new, upgraded, ended, restated (口径调整), other.

Read from the register itself: what each platform was at the end of the first day beside what
it is at the end of the last one. The parts always sum to the change; what none of the
named reasons explains (a type that was changed, an organisation that moved out of sight)
stands under other and is not hidden.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.access import Actor
from kechuang.platforms.access import ENTRIES
from kechuang.platforms.counting import RECOGNISED, Question
from kechuang.platforms.models import LEVEL_ORDER, Recognition, RegisterEntry
from kechuang.platforms.resource import level_word, page_of
from kechuang.ui.tables import Cell, Head, Table

PARTS = {
    "new": _("新认定"),
    "risen": _("升级转入"),
    "within": _("内部升级"),
    "ended": _("终止"),
    "restated": _("口径调整"),
    "other": _("其他变动"),
}
SIGNS = {"new": 1, "risen": 1, "within": 0, "ended": -1, "restated": -1}


class Move(NamedTuple):
    """What a platform was (type, level; ``None`` before it was entered) and what it is now."""

    was_kind: str | None
    was_level: str | None
    kind: str
    level: str
    restated: bool

    def part(self, question: Question) -> str:
        """Return why the platform entered or left what ``question`` counts; empty when it did neither."""
        was = self.was_kind in question.kinds and self.was_level in question.levels
        now = self.kind in question.kinds and self.level in question.levels
        if was and now:
            return "within" if self._rose() else ""
        if now:
            return self._entered(question)
        return self._left(question) if was else ""

    def sign(self, question: Question) -> int:
        """Return by how much the platform changed the count: 1, 0 or -1."""
        was = self.was_kind in question.kinds and self.was_level in question.levels
        return (self.kind in question.kinds and self.level in question.levels) - was

    def _rose(self) -> bool:
        return LEVEL_ORDER.get(self.level, -1) > LEVEL_ORDER.get(self.was_level or "", -1)

    def _entered(self, question: Question) -> str:
        if self.was_level not in RECOGNISED:
            return "new"
        return "risen" if self._rose() and self.was_kind in question.kinds else "other"

    def _left(self, question: Question) -> str:
        if self.restated:
            return "restated"
        return "other" if self._rose() or self.kind not in question.kinds else "ended"


@dataclass(frozen=True)
class Change:
    """The change of one count (个), its parts by why; ``other`` may be negative."""

    net: int
    parts: Counter[str] = field(default_factory=Counter)

    @property
    def told(self) -> list[tuple[str, Any, int]]:
        """Return (part, word, number) of every part there is, in order."""
        return [(part, word, self.parts[part]) for part, word in PARTS.items() if self.parts[part]]


def changes(*, actor: Actor, since: date, until: date, questions: Iterable[Question]) -> list[Change]:
    """Return for each question its change after ``since`` until the end of ``until``: one query."""
    grouped = (
        _changed(actor, since, until)
        .order_by()
        .values_list("was_kind", "was_level", "kind__code", "level", "restated")
        .annotate(number=Count("pk"))
    )
    moves = [(Move(*row[:5]), row[5]) for row in grouped]
    return [_change(question, moves) for question in questions]


def moved(
    *, actor: Actor, since: date, until: date, question: Question, part: str = ""
) -> Iterator[tuple[RegisterEntry, str]]:
    """Yield the entries behind a change with their part, in pinyin order; only ``part`` when given."""
    rows = _changed(actor, since, until).select_related("kind", "county", "department")
    for entry in rows.order_by("name_key", "platform_id"):
        found = move_of(entry).part(question)
        if found and part in ("", found):
            yield entry, found


def move_of(entry: Any) -> Move:
    """Return the move an annotated entry stands for."""
    return Move(entry.was_kind, entry.was_level, entry.kind.code, entry.level, entry.restated)


def _change(question: Question, moves: Iterable[tuple[Move, int]]) -> Change:
    parts: Counter[str] = Counter()
    net = 0
    for move, number in moves:
        part, sign = move.part(question), move.sign(question)
        net += sign * number
        if part:
            parts[part] += number * (sign if part == "other" else 1)
    return Change(net, parts)


def _changed(actor: Actor, since: date, until: date) -> Any:
    """Return the entries of ``until`` that began after ``since``, with what stood there on ``since``."""
    before = FilteredRelation(
        "platform__entries", condition=Q(platform__entries__start__lte=since, platform__entries__end__gt=since)
    )
    restated = Recognition.objects.filter(
        platform=OuterRef("platform"),
        state="ended",
        ending=Recognition.Ending.RESTATED,
        ended_on__gt=since,
        ended_on__lte=until,
    )
    rows: QuerySet[Any, Any] = RegisterEntry.objects.filter(start__gt=since, start__lte=until, end__gt=until)
    seen: QuerySet[Any, Any] = ENTRIES.visible(rows, actor)
    return seen.annotate(
        before=before,
        was_kind=F("before__kind__code"),
        was_level=F("before__level"),
        restated=Exists(restated),
    )


def moved_table(found: Iterable[tuple[Any, str]]) -> Table:
    """Return what ``moved`` yields as a table, each platform with a way to its page."""
    words = (
        gettext("平台"),
        gettext("类别"),
        gettext("期初级别"),
        gettext("期末级别"),
        gettext("县区"),
        gettext("归口部门"),
        gettext("变动"),
    )
    rows = []
    for entry, part in found:
        before = gettext("未登记") if entry.was_level is None else level_word(entry.was_level)
        cells = (entry.name, entry.kind.name, before, level_word(entry.level))
        where = (entry.county.short_name, entry.department.short_name, PARTS[part])
        rows.append(
            tuple(
                Cell(text, page_of(entry.number) if place == 0 else "", label=words[place])
                for place, text in enumerate((*cells, *where))
            )
        )
    return Table(
        tuple(Head(word) for word in words),
        tuple(rows),
        caption=gettext("增减明细"),
        empty=gettext("这段时间没有这样的变动。"),
        advice=gettext("换一个截至日期，或看全部变动。"),
    )
