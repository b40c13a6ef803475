"""Conflicts of interest (回避) between experts and proposals, each with the sentence that says why.

No database here: plain views of experts and proposals come in, conflicts by pair go out. Units and
persons are looked up in indexes, so the work grows with the conflicts found and not with all pairs.
What is not verified bars, it never frees: an unverified end is not believed, an unknown unit bars
its expert from everything, and of two people of one name only known, different identities tell apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from kechuang.pure.names import normalised

PERSONAL = {"supervisor", "student", "kin", "partner", "coproject", "coauthor"}
OF_WORK = {"coproject", "coauthor"}
OF_UNIT = {"share", "partner", "consultancy", "kin"}
FEBRUARY, LEAP_DAY = 2, 29


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit by its key, 0 when the directory does not know it, and its name as written."""

    key: int
    name: str


@dataclass(frozen=True, slots=True)
class Post:
    """An affiliation of an expert between two days."""

    unit: Unit
    start: date
    end: date | None
    verified: bool


@dataclass(frozen=True, slots=True)
class Person:
    """A person by name, with the digest of the identity where it is known."""

    name: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation of an expert: to a person, a unit or both; ``kind`` as in ``Relation.Kind``."""

    kind: str
    label: str
    person: Person | None
    unit: Unit | None
    end: date | None
    verified: bool


@dataclass(frozen=True, slots=True)
class ExpertView:
    """What is known of one expert."""

    key: int
    person: Person
    verified: bool
    posts: tuple[Post, ...] = ()
    ties: tuple[Tie, ...] = ()


@dataclass(frozen=True, slots=True)
class ProposalView:
    """What is known of one proposal: units, people, and experts to be avoided by key or by name."""

    key: int
    units: tuple[Unit, ...]
    people: tuple[Person, ...]
    avoided: frozenset[int] = frozenset()
    avoided_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Groups:
    """Which group of units (集团) a unit belongs to: unit key → group key; a lone unit is its own group."""

    of: Mapping[int, int] = field(default_factory=dict)

    def group(self, unit: int) -> int:
        """Return the group of ``unit``."""
        return self.of.get(unit, unit)


@dataclass(frozen=True, slots=True)
class Spans:
    """For how many years back former units, and work done together, still count; and today."""

    avoid_years: int
    cowork_years: int
    today: date


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why an expert must not judge a proposal: a code of the rule, the sentence, and its ground."""

    code: str
    sentence: str
    ground: str


Found = dict[tuple[int, int], list[Conflict]]


def years_before(day: date, years: int) -> date:
    """Return the same day ``years`` earlier, 28 February for a leap day."""
    if (day.month, day.day) == (FEBRUARY, LEAP_DAY):
        return date(day.year - years, FEBRUARY, 28)
    return day.replace(year=day.year - years)


def group_units(ties: Iterable[tuple[int, int]]) -> Groups:
    """Return the groups that pairs of (unit, parent) make."""
    root: dict[int, int] = {}

    def find(unit: int) -> int:
        while (above := root.setdefault(unit, unit)) != unit:
            root[unit] = root.setdefault(above, above)
            unit = above
        return unit

    for unit, parent in ties:
        root[find(unit)] = find(parent)
    return Groups({unit: find(unit) for unit in list(root)})


def conflicts(expert: ExpertView, proposal: ProposalView, *, groups: Groups, spans: Spans) -> list[Conflict]:
    """Return every conflict of one pair; the batch rules know only this one proposal."""
    return conflicts_in_bulk([expert], [proposal], groups=groups, spans=spans).get((proposal.key, expert.key), [])


def conflicts_in_bulk(
    experts: Sequence[ExpertView], proposals: Sequence[ProposalView], *, groups: Groups, spans: Spans
) -> Found:
    """Return the conflicts of all pairs as (proposal key, expert key) → conflicts; pairs without one are absent."""
    index = _Index(proposals, groups)
    found: Found = defaultdict(list)
    for expert in experts:
        for proposal, conflict in _of_expert(expert, index, groups, spans):
            row = found[proposal, expert.key]
            if conflict not in row:
                row.append(conflict)
    return dict(found)


class _Index:
    """Proposals by group of units, by unknown unit's name, by person and by avoided expert."""

    def __init__(self, proposals: Sequence[ProposalView], groups: Groups) -> None:
        self.keys = [proposal.key for proposal in proposals]
        self.by_group: dict[int, list[tuple[int, Unit]]] = defaultdict(list)
        self.by_unit_name: dict[str, list[tuple[int, Unit]]] = defaultdict(list)
        self.by_name: dict[str, list[tuple[int, Person]]] = defaultdict(list)
        self.by_digest: dict[str, list[tuple[int, Person]]] = defaultdict(list)
        self.avoided: dict[int, list[int]] = defaultdict(list)
        self.avoided_names: dict[str, list[int]] = defaultdict(list)
        for proposal in proposals:
            for unit in proposal.units:
                if unit.key:
                    self.by_group[groups.group(unit.key)].append((proposal.key, unit))
                self.by_unit_name[normalised(unit.name)].append((proposal.key, unit))
            for person in proposal.people:
                self.by_name[normalised(person.name)].append((proposal.key, person))
                if person.digest:
                    self.by_digest[person.digest].append((proposal.key, person))
            for key in proposal.avoided:
                self.avoided[key].append(proposal.key)
            for name in proposal.avoided_names:
                self.avoided_names[normalised(name)].append(proposal.key)

    def of_person(self, person: Person) -> Iterator[tuple[int, Person, bool]]:
        """Yield proposals naming ``person``, and whether identities prove it; other identities free."""
        seen: set[tuple[int, str]] = set()
        for key, named in self.by_digest.get(person.digest, ()) if person.digest else ():
            seen.add((key, named.name))
            yield key, named, True
        for key, named in self.by_name.get(normalised(person.name), ()):
            if (key, named.name) not in seen and not (person.digest and named.digest):
                yield key, named, False

    def of_unit(self, unit: Unit, groups: Groups) -> Iterator[tuple[int, Unit, bool]]:
        """Yield proposals of ``unit`` or of another of its group, and whether it is the very unit."""
        seen: set[int] = set()
        for key, other in self.by_group.get(groups.group(unit.key), ()) if unit.key else ():
            seen.add(key)
            yield key, other, other.key == unit.key
        for key, other in self.by_unit_name.get(normalised(unit.name), ()) if unit.name else ():
            if key not in seen and not (unit.key and other.key):
                yield key, other, True


def _of_expert(expert: ExpertView, index: _Index, groups: Groups, spans: Spans) -> Iterator[tuple[int, Conflict]]:
    if unknown := _unknown(expert):
        for key in index.keys:
            yield key, unknown
    yield from _named(expert, index)
    yield from _posts(expert, index, groups, spans)
    yield from _ties(expert, index, groups, spans)
    for key in index.avoided.get(expert.key, ()):
        yield key, Conflict("avoided", _("申报单位已申请该专家回避。"), _("申请回避名单"))
    for key in index.avoided_names.get(normalised(expert.person.name), ()):
        yield key, Conflict("avoided", _("申请回避名单中有同名者，未排除为同一人。"), _("申请回避名单"))


def _unknown(expert: ExpertView) -> Conflict | None:
    if not expert.verified:
        return Conflict("unverified", _("专家信息尚未核实，核实之前一律回避。"), _("未核实信息只阻止、不放行"))
    if not expert.posts or any(not post.unit.key and not post.unit.name.strip() for post in expert.posts):
        return Conflict("unverified", _("专家的任职单位不明，核实之前一律回避。"), _("未核实信息只阻止、不放行"))
    return None


def _named(expert: ExpertView, index: _Index) -> Iterator[tuple[int, Conflict]]:
    own = {key: proved for key, _person, proved in index.of_person(expert.person)}
    for key, proved in own.items():
        said = _("专家本人列在申报人员中。") if proved else _("申报人员中有与专家同名者，证件未能区分。")
        yield key, Conflict("named", said, _("申报书人员名单"))
    if any(own.values()):
        for key in index.keys:
            if key not in own:
                yield key, Conflict("own_application", _("专家本人在本批次有申报，不评审同批材料。"), _("同批申报"))


def _posts(expert: ExpertView, index: _Index, groups: Groups, spans: Spans) -> Iterator[tuple[int, Conflict]]:
    since = years_before(spans.today, spans.avoid_years)
    for post in expert.posts:
        current = post.end is None or post.end > spans.today or not post.verified
        if not current and post.end is not None and post.end <= since:
            continue
        for key, unit, same in index.of_unit(post.unit, groups):
            yield key, _post_conflict(post, unit, spans, current=current, same=same)


def _post_conflict(post: Post, unit: Unit, spans: Spans, *, current: bool, same: bool) -> Conflict:
    names = {"own": post.unit.name, "other": unit.name, "years": spans.avoid_years, "end": post.end}
    if current:
        said = (
            _("专家任职于“%(own)s”，与申报方为同一单位。")
            if same
            else _("专家任职的“%(own)s”与“%(other)s”属同一集团。")
        )
        code = "same_unit" if same else "same_group"
    else:
        said = (
            _("专家 %(years)s 年内（至 %(end)s）曾任职于申报方“%(own)s”。")
            if same
            else _("专家 %(years)s 年内（至 %(end)s）曾任职于与“%(other)s”同一集团的“%(own)s”。")
        )
        code = "former_unit" if same else "former_group"
    ground = _("任职记录") if post.verified else _("任职记录（未核实，按现任职计）")
    return Conflict(code, said % names, ground)


def _ties(expert: ExpertView, index: _Index, groups: Groups, spans: Spans) -> Iterator[tuple[int, Conflict]]:
    since = years_before(spans.today, spans.cowork_years)
    for tie in expert.ties:
        if tie.kind in OF_WORK and tie.verified and tie.end is not None and tie.end <= since:
            continue
        ground = _("关系登记") if tie.verified else _("关系登记（未核实，按存在计）")
        if tie.person is not None and tie.kind in PERSONAL:
            for key, named, proved in index.of_person(tie.person):
                said = (
                    _("申报人员“%(name)s”是专家的%(kind)s。")
                    if proved
                    else _("申报人员“%(name)s”与专家登记的%(kind)s同名，证件未能区分。")
                )
                yield key, Conflict(tie.kind, said % {"name": named.name, "kind": tie.label}, ground)
        if tie.unit is not None and tie.kind in OF_UNIT and not _over(tie, spans):
            for key, unit, _same in index.of_unit(tie.unit, groups):
                said = _("专家与申报方“%(unit)s”有%(kind)s关系。") % {"unit": unit.name, "kind": tie.label}
                yield key, Conflict(tie.kind, said, ground)


def _over(tie: Tie, spans: Spans) -> bool:
    """Tell whether a tie to a unit ended longer ago than former units count."""
    return tie.verified and tie.end is not None and tie.end <= years_before(spans.today, spans.avoid_years)
