"""What differs between two versions of a plan: clauses, who answers for them, figures.

Clauses are paired by their heading, else by their number in the same section, else by
text that is mostly the same, so that a corrected heading shows as a change and not as
one clause gone and another come.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.pure.plans.folding import fold

ALIKE = 0.6
COMPARED_CHARACTERS = 2_000

Kind = Literal["added", "removed", "changed"]
KIND_LABELS = {"added": gettext_lazy("新增"), "removed": gettext_lazy("删去"), "changed": gettext_lazy("改动")}


class Placed(Protocol):
    """What can be paired: a heading, a place by numbers, a text."""

    @property
    def title(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def kind(self) -> str: ...


P = TypeVar("P", bound=Placed)
Q = TypeVar("Q", bound=Placed)


@dataclass(frozen=True, slots=True)
class ClauseFacts:
    """What a version says in one clause; ``bodies`` are (part, name as printed)."""

    pk: int
    path: str
    kind: str
    title: str
    text: str
    bodies: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        """Return the clause's place and heading in one line."""
        return f"{self.path} {self.title}".strip() or self.text[:30]


@dataclass(frozen=True, slots=True)
class IndicatorFacts:
    """What a version says of one indicator: each figure by what it is called."""

    pk: int
    name: str
    figures: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: ``noun`` is 条款, 标题, 正文, 责任单位, 指标 or 数字; ``pk`` of the newer row, if any."""

    kind: Kind
    noun: str
    where: str
    before: str
    after: str
    pk: int | None = None

    @property
    def kind_label(self) -> str:
        """Return the Chinese word of the kind."""
        return str(KIND_LABELS[self.kind])


def paired(old: Sequence[P], new: Sequence[Q]) -> list[tuple[P | None, Q | None]]:
    """Return the pairs in the order of ``new``, what is gone at the end."""
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for key in (_by_heading, _by_place):
        _pair_equal(old, new, key, partner, taken)
    _pair_alike(old, new, partner, taken)
    pairs: list[tuple[P | None, Q | None]] = [
        (old[partner[place]] if place in partner else None, clause) for place, clause in enumerate(new)
    ]
    return [*pairs, *((clause, None) for place, clause in enumerate(old) if place not in taken)]


def _by_heading(clause: Placed) -> Hashable:
    return (clause.kind, fold(clause.title)) if clause.title else None


def _by_place(clause: Placed) -> Hashable:
    return (clause.kind, clause.path) if clause.path else None


def _pair_equal(
    old: Sequence[Placed],
    new: Sequence[Placed],
    key: Callable[[Placed], Hashable],
    partner: dict[int, int],
    taken: set[int],
) -> None:
    free: dict[Hashable, list[int]] = {}
    for place, clause in enumerate(old):
        if place not in taken and (mark := key(clause)) is not None:
            free.setdefault(mark, []).append(place)
    for place, clause in enumerate(new):
        if place not in partner and (waiting := free.get(key(clause))):
            partner[place] = waiting.pop(0)
            taken.add(partner[place])


def _pair_alike(old: Sequence[Placed], new: Sequence[Placed], partner: dict[int, int], taken: set[int]) -> None:
    for place, clause in enumerate(new):
        if place in partner or not clause.text:
            continue
        matcher = difflib.SequenceMatcher(None, "", clause.text[:COMPARED_CHARACTERS], autojunk=False)
        for other, candidate in enumerate(old):
            if other in taken or candidate.kind != clause.kind or not candidate.text:
                continue
            matcher.set_seq1(candidate.text[:COMPARED_CHARACTERS])
            if matcher.real_quick_ratio() > ALIKE and matcher.quick_ratio() > ALIKE and matcher.ratio() > ALIKE:
                partner[place] = other
                taken.add(other)
                break


def clause_differences(old: Sequence[ClauseFacts], new: Sequence[ClauseFacts]) -> list[Difference]:
    """Return what differs between the clauses of two versions, in the order of the newer one."""
    found: list[Difference] = []
    for before, after in paired(old, new):
        if before is None and after is not None:
            found.append(Difference("added", _("条款"), after.label, "", after.text or after.title, after.pk))
        elif after is None and before is not None:
            found.append(Difference("removed", _("条款"), before.label, before.text or before.title, ""))
        elif before is not None and after is not None:
            found += _within(before, after)
    return found


def _within(before: ClauseFacts, after: ClauseFacts) -> Iterator[Difference]:
    for noun, was, now in (
        (_("编号"), before.path, after.path),
        (_("标题"), before.title, after.title),
        (_("正文"), before.text, after.text),
    ):
        if was != now:
            kind: Kind = "changed" if was and now else "added" if now else "removed"
            yield Difference(kind, noun, after.label, was, now, after.pk)
    for part, name in _missing(after.bodies, before.bodies):
        yield Difference("added", _("责任单位"), after.label, "", f"{part}：{name}", after.pk)
    for part, name in _missing(before.bodies, after.bodies):
        yield Difference("removed", _("责任单位"), after.label, f"{part}：{name}", "", after.pk)


def _missing(wanted: Iterable[tuple[str, str]], present: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    known = {(part, fold(name)) for part, name in present}
    return [(part, name) for part, name in wanted if (part, fold(name)) not in known]


def indicator_differences(old: Sequence[IndicatorFacts], new: Sequence[IndicatorFacts]) -> list[Difference]:
    """Return what differs between the indicators of two versions, paired by their folded name."""
    found: list[Difference] = []
    known = {fold(row.name): row for row in old}
    for row in new:
        before = known.pop(fold(row.name), None)
        if before is None:
            found.append(Difference("added", _("指标"), row.name, "", _told(row.figures), row.pk))
            continue
        for label in dict.fromkeys([*before.figures, *row.figures]):
            was, now = before.figures.get(label, ""), row.figures.get(label, "")
            if was != now:
                kind: Kind = "changed" if was and now else "added" if now else "removed"
                found.append(Difference(kind, _("数字"), f"{row.name} · {label}", was, now, row.pk))
    return [*found, *(Difference("removed", _("指标"), row.name, _told(row.figures), "") for row in known.values())]


def _told(figures: Mapping[str, str]) -> str:
    return "；".join(f"{label} {value}" for label, value in figures.items() if value)
