"""Answers for what the bulk path works on: a run over a table, and a piece of its rows that fits the cache."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from kechuang.pure.conditions.columns import Amounts, Flags, Table, Words
from kechuang.pure.conditions.nodes import AtLeast, Comparison, Fact, Literal, Membership, Node, walk
from kechuang.pure.conditions.quotients import Truth

NEVER = np.array(False)  # noqa: FBT003  # an array, not a switch


@dataclass(frozen=True, slots=True)
class Marks:
    """Texts or sets of a column by their place in the vocabulary, where ``known`` (``None``: everywhere)."""

    codes: npt.NDArray[np.int32]
    known: Flags | None

    @property
    def certain(self) -> Flags:
        return np.array(True) if self.known is None else self.known  # noqa: FBT003  # an array, not a switch


@dataclass(frozen=True)
class Run:
    """What is the same for all pieces: the table, the reference, the vocabulary with the conditions' own words.

    ``repeated`` numbers the conditions that occur more than once, so that each is evaluated once a piece.
    """

    table: Table
    year: int
    on: date
    words: list[str | frozenset[str]]
    repeated: dict[int, int]
    looked_up: dict[str | None, npt.NDArray[np.int64]] = field(default_factory=dict)
    ranked: list[npt.NDArray[np.int64]] = field(default_factory=list)

    @classmethod
    def over(cls, table: Table, nodes: Iterable[Node], *, year: int, on: date) -> "Run":
        everything = [piece for node in nodes for piece in walk(node)]
        for node in everything:
            for word in _words_of(node):
                table.vocabulary.place(word)
        conditions = [node for node in everything if isinstance(node, Comparison | Membership | AtLeast)]
        counted = Counter(conditions)
        places = {node: place for place, node in enumerate(counted) if counted[node] > 1}
        repeated = {id(node): places[node] for node in conditions if node in places}
        return cls(table, year, on, table.vocabulary.words(), repeated)

    def column(self, fact: Fact) -> Amounts | Words | None:
        yearly = self.table.metrics[fact.code].yearly
        return self.table.columns.get((fact.code, self.year + fact.offset if yearly else None))

    def of_sets(self, item: str | None) -> npt.NDArray[np.int64]:
        """Return for each word whether it is a set holding ``item``; without an item, the set's size."""
        if item not in self.looked_up:
            sets = (word if isinstance(word, frozenset) else frozenset() for word in (*self.words, ""))
            found = [len(word) if item is None else item in word for word in sets]
            self.looked_up[item] = np.array(found, dtype=np.int64)
        return self.looked_up[item]

    def ranks(self) -> npt.NDArray[np.int64]:
        """Return each word's place in the order of texts; sets have none, but need a place to stand."""
        if not self.ranked:
            texts = {
                text: rank for rank, text in enumerate(sorted(word for word in self.words if isinstance(word, str)))
            }
            places = [texts[word] if isinstance(word, str) else -1 for word in self.words]
            self.ranked.append(np.array([*places, -1], dtype=np.int64))
        return self.ranked[0]


def _words_of(node: Node) -> list[str]:
    if isinstance(node, Literal) and isinstance(node.content, str):
        return [node.content]
    if isinstance(node, Membership):
        return [option for option in node.options if isinstance(option, str)]
    return []


@dataclass
class Piece:
    """Rows ``start`` to ``end`` of a run's table; ``doubt`` gathers rows to be evaluated one by one."""

    run: Run
    start: int
    end: int
    doubt: Flags = field(init=False)
    truths: dict[int, Truth] = field(default_factory=dict)
    doubts: dict[int, Flags] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget the doubts of the last rule."""
        self.doubt = np.zeros(self.end - self.start, dtype=np.bool_)

    def known(self, fact: Fact) -> Flags:
        column = self.run.column(fact)
        if column is None:
            return NEVER
        if isinstance(column, Words):
            return column.codes[self.start : self.end] >= 0
        return column.known[self.start : self.end]
