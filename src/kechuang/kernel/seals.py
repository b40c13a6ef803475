"""The chain of seals over the audit trail, and how a file taken from it is checked without this program's database.

An event is one line of canonical JSON. A seal covers a run of events: it holds the
SHA-256 of each and of what it says of itself, on top of the root before it. So a root
stands for every event up to it, in this order; whoever noted one root can later tell of
every event before it whether it is still what it was. Nothing here needs Django, a
database or a network.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FORMAT = "kechuang-audit/1"
GENESIS = "0" * 64
Entry = tuple[int, str]


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return ``value`` as JSON in the one form that is hashed: keys sorted, no blanks, UTF-8.

    A number with a fraction comes as text, as the database writes it (``row_of``).
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_refused)
    return text.encode()


def _refused(value: object) -> object:
    raise TypeError(f"{type(value).__name__} has no canonical form")


def row_of(text: str | None) -> Any:
    """Read a row as the database prints it (jsonb), fractions kept as the text they were."""
    return None if text is None else json.loads(text, parse_float=str)


def fingerprint(line: bytes) -> str:
    """Return the SHA-256 of one line, in hex."""
    return hashlib.sha256(line).hexdigest()


@dataclass(frozen=True, slots=True)
class Seal:
    """One seal: the events it covers as (id, fingerprint), and the root before it.

    ``at`` is when it was laid (ISO 8601, UTC).
    """

    number: int
    at: str
    previous: str
    entries: tuple[Entry, ...]

    @property
    def root(self) -> str:
        """The SHA-256 of all the seal says, the previous root included."""
        listed = hashlib.sha256(_packed(self.entries)).hexdigest()
        said = {"number": self.number, "at": self.at, "previous": self.previous, "rows": len(self.entries)}
        return fingerprint(canonical({**said, "entries": listed}))

    def line(self) -> bytes:
        """Return the seal as a line of a file."""
        said = {"number": self.number, "at": self.at, "previous": self.previous, "root": self.root}
        return canonical({"seal": {**said, "entries": [f"{key}:{mark}" for key, mark in self.entries]}})


def _packed(entries: Iterable[Entry]) -> bytes:
    return b"".join(key.to_bytes(8, "big") + bytes.fromhex(mark) for key, mark in entries)


def pack(entries: Sequence[Entry]) -> bytes:
    """Return the entries as the seal's table keeps them: 8 bytes of id and 32 of fingerprint each."""
    return _packed(entries)


def unpack(kept: bytes) -> tuple[Entry, ...]:
    """Return the entries ``pack`` wrote."""
    size = 40
    return tuple(
        (int.from_bytes(kept[at : at + 8], "big"), kept[at + 8 : at + size].hex()) for at in range(0, len(kept), size)
    )


def file_lines(
    about: Mapping[str, Any], batches: Iterable[tuple[Seal, Iterable[bytes]]], *, whole: bool = True
) -> Iterator[bytes]:
    """Yield the lines of an audit file without their line ends.

    ``about`` says who took it, when, for which span. With ``whole`` false the file shows only some
    events of each seal (one subject's); the others stand as fingerprints.
    """
    yield canonical({"format": FORMAT, "whole": whole, **about})
    seals = events = 0
    root = GENESIS
    for seal, lines in batches:
        yield seal.line()
        seals, root = seals + 1, seal.root
        for line in lines:
            events += 1
            yield line
    yield canonical({"end": {"seals": seals, "events": events, "root": root}})


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong: ``kind``, the event or seal it is about, the line of the file, a sentence.

    Kinds: ``altered``, ``removed``, ``inserted``, ``reordered``, ``truncated``, ``seal``, ``published``, ``format``.
    """

    kind: str
    line: int
    sentence: str
    event: int | None = None
    seal: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of a file found. ``root`` is the last root that was reached and is sound."""

    fault: Fault | None
    seals: int = 0
    events: int = 0
    root: str = GENESIS
    first_seal: int = 0
    whole: bool = True
    published: int = 0


class _Found(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.sentence)
        self.fault = fault


@dataclass(slots=True)
class _Lines:
    """The lines of the file one by one, with one looked at before it is taken."""

    source: Iterator[bytes]
    number: int = 0
    next: bytes | None = None

    def __post_init__(self) -> None:
        self._step()

    def _step(self) -> None:
        line = next(self.source, None)
        self.next = None if line is None else line.rstrip(b"\n")

    def take(self) -> bytes | None:
        taken = self.next
        if taken is not None:
            self.number += 1
            self._step()
        return taken


def verify(lines: Iterable[bytes], published: Mapping[int, str] | None = None) -> Verdict:
    """Check a file of ``file_lines`` and return the first fault, none when everything fits.

    ``published`` maps numbers of seals to roots noted elsewhere (the public page): what was
    sealed anew from the start fits itself, and only they tell it.
    """
    return _Check(_Lines(iter(lines)), published or {}).run()


@dataclass(slots=True)
class _Check:
    lines: _Lines
    published: Mapping[int, str]
    seals: int = 0
    events: int = 0
    agreed: int = 0
    root: str = GENESIS
    first: int = 0
    last: int = 0
    whole: bool = True

    def run(self) -> Verdict:
        fault = None
        try:
            self._head()
            while not self._ended():
                self._batch()
        except _Found as found:
            fault = found.fault
        return Verdict(fault, self.seals, self.events, self.root, self.first, self.whole, self.agreed)

    def _head(self) -> None:
        said = _read(self.lines.take())
        if said.get("format") != FORMAT:
            raise _Found(Fault("format", 1, "这不是审计文件：第一行没有写明格式 kechuang-audit/1。"))
        self.whole = said.get("whole") is True

    def _ended(self) -> bool:
        line = self.lines.next
        if line is None:
            where = f"第 {self.last} 号封存之后" if self.seals else "开头之后"
            raise _Found(
                Fault("truncated", self.lines.number, f"文件在{where}中断，缺少结尾。", seal=self.last or None)
            )
        said = _read(line)
        if "end" not in said:
            return False
        self.lines.take()
        expected = {"seals": self.seals, "events": self.events, "root": self.root}
        if said["end"] != expected or self.lines.next is not None:
            raise _Found(
                Fault("truncated", self.lines.number, "结尾所说的封存数、记录数或根值与内容不符。", seal=self.last)
            )
        return True

    def _batch(self) -> None:
        seal = self._seal()
        got = self._events()
        if self.whole:
            self._compare(seal, got)
        else:
            self._among(seal, got)
        self.seals, self.events, self.root, self.last = (
            self.seals + 1,
            self.events + len(got),
            seal.root,
            seal.number,
        )
        self.first = self.first or seal.number

    def _seal(self) -> Seal:
        line = self.lines.take() or b""
        number = self.lines.number
        seal, written = _seal_of(_read(line), number)
        where = f"第 {number} 行：第 {seal.number} 号封存"
        if line != seal.line() or written != seal.root:
            raise _Found(Fault("seal", number, f"{where}的内容与它的根值不符，封存本身被改动。", seal=seal.number))
        if self.seals and not self._follows(seal):
            raise _Found(
                Fault("seal", number, f"{where}没有接在第 {self.last} 号之后，链条在此断开。", seal=seal.number)
            )
        noted = self.published.get(seal.number)
        if noted is not None and noted != seal.root:
            raise _Found(Fault("published", number, f"{where}的根值与公布的根值不同。", seal=seal.number))
        self.agreed += noted is not None
        return seal

    def _follows(self, seal: Seal) -> bool:
        """Tell whether ``seal`` stands on the one before; a proof of some events may leave seals out between."""
        if seal.number == self.last + 1:
            return seal.previous == self.root
        return not self.whole and seal.number > self.last

    def _events(self) -> list[tuple[int, int | None, str]]:
        """Take the event lines up to the next seal or the end: (line, id where readable, fingerprint)."""
        found = []
        while (line := self.lines.next) is not None and not line.startswith((b'{"seal":', b'{"end":')):
            self.lines.take()
            key = _read(line).get("id")
            found.append((self.lines.number, key if isinstance(key, int) else None, fingerprint(line)))
        return found

    def _compare(self, seal: Seal, got: list[tuple[int, int | None, str]]) -> None:
        for place, (key, mark) in enumerate(seal.entries):
            if place >= len(got):
                raise _Found(self._missing(key, seal))
            if got[place][1:] != (key, mark):
                raise _Found(_difference(seal, got, place))
        if len(got) > len(seal.entries):
            raise _Found(_said("inserted", got[len(seal.entries)], seal, "不在封存之内，是后来插入的"))

    def _missing(self, key: int, seal: Seal) -> Fault:
        if self.lines.next is None:
            sentence = f"文件在事件 #{key} 之前中断，第 {seal.number} 号封存不完整。"
            return Fault("truncated", self.lines.number, sentence, event=key, seal=seal.number)
        sentence = f"第 {self.lines.number} 行之后：事件 #{key} 被删去（第 {seal.number} 号封存）。"
        return Fault("removed", self.lines.number, sentence, event=key, seal=seal.number)

    def _among(self, seal: Seal, got: list[tuple[int, int | None, str]]) -> None:
        """Check a part of a seal's events: each is one of them, in their order."""
        places = {key: place for place, (key, _mark) in enumerate(seal.entries)}
        before = -1
        for one in got:
            _line, key, mark = one
            place = places.get(key) if key is not None else None
            if place is None:
                raise _Found(_said("inserted", one, seal, "不在封存之内，是后来插入的"))
            if seal.entries[place][1] != mark:
                raise _Found(_said("altered", one, seal, "被改动"))
            if place <= before:
                raise _Found(_said("reordered", one, seal, "不在原来的位置"))
            before = place


def _difference(seal: Seal, got: list[tuple[int, int | None, str]], place: int) -> Fault:
    """Say what happened where the file first differs from the seal."""
    expected, here = seal.entries[place][0], got[place]
    later = {key for _line, key, _mark in got[place:]}
    known = {key for key, _mark in seal.entries[place:]}
    if here[1] == expected:
        return _said("altered", here, seal, "被改动")
    if expected in later:
        if here[1] in known:
            return _said("reordered", here, seal, "不在原来的位置")
        return _said("inserted", here, seal, "不在封存之内，是后来插入的")
    if here[1] in known:
        sentence = f"第 {here[0]} 行之前：事件 #{expected} 被删去（第 {seal.number} 号封存）。"
        return Fault("removed", here[0], sentence, event=expected, seal=seal.number)
    return _said("altered", (here[0], expected, here[2]), seal, "被改动（连编号也不是原来的）")


def _said(kind: str, where: tuple[int, int | None, str], seal: Seal, what: str) -> Fault:
    line, key, _mark = where
    name = "无法读出编号的事件" if key is None else f"事件 #{key} "
    return Fault(kind, line, f"第 {line} 行：{name}{what}（第 {seal.number} 号封存）。", event=key, seal=seal.number)


def _seal_of(said: Mapping[str, Any], line: int) -> tuple[Seal, str]:
    """Read a seal's line; a line that is none is itself the fault."""
    try:
        told = said["seal"]
        pairs = (one.split(":") for one in told["entries"])
        entries = tuple((int(key), bytes.fromhex(mark).hex()) for key, mark in pairs)
        _packed(entries)
        return Seal(int(told["number"]), str(told["at"]), str(told["previous"]), entries), str(told["root"])
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError):
        raise _Found(Fault("seal", line, f"第 {line} 行：这里应是一条封存，却读不懂。")) from None


def _read(line: bytes | None) -> dict[str, Any]:
    """Return a line as a mapping, an empty one where it is none."""
    try:
        found = json.loads(line or b"{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
