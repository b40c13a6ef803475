"""What a text is found by, and what a question asks for: words, parts of words, pinyin, initials, numbers.

Everything is a *lexeme* of one index. A lexeme's first character says what it is::

    安顺  安  abc   a word, two neighbouring characters, one character, or a Latin or numeric token
    ~an.shun       two neighbouring syllables; ~an one
    ^asxy          four neighbouring initials (fewer at the end)
    #0400          four neighbouring characters of a number or Latin token
    =安顺学院       the whole of a name, number, spelling or row of initials

No Django and no database here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

import rjieba
from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PINYIN_DICT
from pypinyin.seg.mmseg import seg as phrases
from pypinyin.style import convert

WINDOW = 4
LONGEST_NAME = 80
LONGEST_QUESTION = 100
MOST_TERMS = 8
HAN = "\u3400-\u4dbf\u4e00-\u9fff"
RUNS = re.compile(rf"[{HAN}]+|[a-z0-9]+")
IS_HAN = re.compile(rf"[{HAN}]")
NOT_KEY = re.compile(rf"[^{HAN}a-z0-9]+")
LONGEST_SYLLABLE = 6


def plain(text: str) -> str:
    """Return ``text`` in lower case and one width: a wide letter and a narrow one are the same to who searches."""
    return unicodedata.normalize("NFKC", text).lower()


def key_of(text: str) -> str:
    """Return what identifies a name or number: letters, digits and characters alone."""
    return NOT_KEY.sub("", plain(text))[:LONGEST_NAME]


@lru_cache(maxsize=4096)
def syllables(text: str) -> tuple[str, ...]:
    """Return one reading for each character of ``text``; a character without one, and a Latin run, stay as they are."""
    return tuple(syllable for phrase in phrases.cut(text) for syllable in _reading(phrase))


@lru_cache(maxsize=65_536)
def _reading(phrase: str) -> tuple[str, ...]:
    """Return the reading of one phrase; the same few thousand make up nearly all names, and reading them anew costs."""
    return tuple(syllable.replace("ü", "v") for syllable in lazy_pinyin(phrase, style=Style.NORMAL))


def spelled(text: str) -> str:
    """Return the pinyin of a key in one word: 安顺学院 is anshunxueyuan."""
    return "".join("".join(syllables(run)) if IS_HAN.match(run) else run for run in RUNS.findall(key_of(text)))


def initials_of(text: str) -> str:
    """Return the initials of a key: 安顺学院 is asxy; Latin runs and numbers stay whole."""
    runs = RUNS.findall(plain(text))
    return "".join("".join(one[0] for one in syllables(run)) if IS_HAN.match(run) else run for run in runs)


def windows(text: str, *, tail: bool) -> Iterator[str]:
    """Yield each ``WINDOW`` neighbouring characters; with ``tail`` the shorter ends too, found by a beginning."""
    last = len(text) if tail else max(len(text) - WINDOW + 1, 1)
    for start in range(last):
        yield text[start : start + WINDOW]


def pairs(parts: Sequence[str], joint: str = "") -> Iterator[str]:
    """Yield each two neighbours."""
    for before, after in pairwise(parts):
        yield before + joint + after


@lru_cache(maxsize=4096)
def words_of(run: str) -> tuple[str, ...]:
    """Return the words of a run of characters, long ones with the words inside them."""
    return tuple(rjieba.cut_for_search(run))


def word_lexemes(text: str) -> set[str]:
    """Return the words and the Latin and numeric tokens of ``text``."""
    found: set[str] = set()
    for run in RUNS.findall(plain(text)):
        found |= {word for word in words_of(run) if len(word) > 1} if IS_HAN.match(run) else {run}
    return found


def part_lexemes(text: str) -> set[str]:
    """Return the characters and neighbouring pairs of ``text``."""
    found: set[str] = set()
    for run in RUNS.findall(plain(text)):
        if IS_HAN.match(run):
            found |= {*run, *pairs(run)}
    return found


def name_lexemes(name: str) -> set[str]:
    """Return what a name is found by beside its words: spelling, initials, the whole of it."""
    key, initials = key_of(name), initials_of(name)[:LONGEST_NAME]
    found = {f"={key}", f"={spelled(name)[: 2 * LONGEST_NAME]}", f"={initials}"}
    for run in RUNS.findall(plain(name)):
        if IS_HAN.match(run):
            readings = syllables(run)
            found |= {f"~{one}" for one in (*readings, *pairs(readings, "."))}
        elif len(run) > WINDOW:
            found |= number_lexemes(run)
    found |= {f"^{window}" for window in windows(initials, tail=True)}
    return found - {"="}


def number_lexemes(number: str) -> set[str]:
    """Return what a number is found by: the whole of it, its runs, and any four characters in a row."""
    key = key_of(number)
    if not key:
        return set()
    runs = {*RUNS.findall(plain(number)), *RUNS.findall(key)}
    return {f"={key}", *runs, *part_lexemes(number), *(f"#{window}" for window in windows(key, tail=True))}


@cache
def readings_known() -> frozenset[str]:
    """Return every syllable of Mandarin without its tone, ü written v: some 400."""
    found: set[str] = set()
    for readings in PINYIN_DICT.values():
        found.update(convert(one, Style.NORMAL, strict=False).replace("ü", "v") for one in readings.split(","))
    return frozenset(one for one in found if one.isascii() and one.isalpha() and (len(one) > 1 or one in "aoe"))


@cache
def beginnings_known() -> frozenset[str]:
    """Return every beginning of a syllable."""
    return frozenset(one[:length] for one in readings_known() for length in range(1, len(one) + 1))


def split_spelling(letters: str, most: int = 4) -> list[tuple[str, ...]]:
    """Return the ways ``letters`` can be read as syllables, the last one perhaps begun only: xian is xian and xi an."""
    ways: list[list[tuple[str, ...]]] = [[] for _ in range(len(letters) + 1)]
    ways[0] = [()]
    for start in range(len(letters)):
        for length in range(LONGEST_SYLLABLE, 0, -1) if ways[start] else ():
            end = start + length
            if end > len(letters):
                continue
            part = letters[start:end]
            if part in readings_known() or (end == len(letters) and part in beginnings_known()):
                ways[end] += [(*way, part) for way in ways[start]]
                ways[end] = sorted(ways[end], key=len)[:most]
    return ways[-1]


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a question: alternatives, each a set of lexemes that must all be there; ``:*`` asks for a beginning.

    ``words`` are alternatives by whole words, ``parts`` by anything; the former are a part of the latter.
    """

    text: str
    words: tuple[tuple[str, ...], ...]
    parts: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked for: the terms, all of which must be found, and the key of the whole."""

    text: str
    key: str
    terms: tuple[Term, ...]

    def __bool__(self) -> bool:
        return bool(self.terms)


def asked(text: str) -> Question:
    """Read what somebody typed. Nothing that can be found in it makes an empty question."""
    shown = " ".join(text.split())[:LONGEST_QUESTION]
    found: dict[str, Term] = {}
    for word in plain(shown).split():
        runs = RUNS.findall(word)
        if len(runs) > 1 and not IS_HAN.search(word) and any(one.isdigit() for one in word):
            found.setdefault(word, _number(word, runs))
        else:
            found |= {run: _term(run) for run in runs if run not in found}
    return Question(shown, key_of(shown), tuple(found.values())[:MOST_TERMS])


def _number(word: str, runs: list[str]) -> Term:
    """Return a number in several runs (PT-2021-0007) as one term: its short runs alone would be everywhere."""
    each = (*runs[:-1], f"{runs[-1]}:*")
    return Term(word, (tuple(dict.fromkeys(runs)),), (tuple(dict.fromkeys(each)), _windowed("#", key_of(word))))


def _term(run: str) -> Term:
    if IS_HAN.match(run):
        parts = tuple(dict.fromkeys(pairs(run))) or (run,)
        words = tuple(dict.fromkeys(rjieba.cut(run)))
        return Term(run, (words,), (parts,))
    alternatives: list[tuple[str, ...]] = [(f"{run}:*",)]
    if len(run) > 1:
        alternatives.append(_windowed("#", run))
    if run.isalpha():
        alternatives += [_by_spelling(way) for way in split_spelling(run)]
        if len(run) > 1:
            alternatives.append(_windowed("^", run))
    return Term(run, ((run,),), tuple(dict.fromkeys(alternatives)))


def _windowed(sign: str, run: str) -> tuple[str, ...]:
    found = [sign + window for window in windows(run, tail=False)]
    return (f"{found[0]}:*",) if len(run) < WINDOW else tuple(dict.fromkeys(found))


def _by_spelling(way: tuple[str, ...]) -> tuple[str, ...]:
    joined = list(pairs(way, ".")) or [way[0]]
    found = [f"~{one}" for one in joined]
    if way[-1] not in readings_known():
        found[-1] += ":*"
    return tuple(dict.fromkeys(found))


def spelling_terms(question: Question) -> Question:
    """Return the same question asked by sound alone: what it is spelled like instead of how it is written."""
    terms = []
    for term in question.terms:
        sound = "".join(syllables(term.text))
        terms.append(Term(term.text, (), tuple(_by_spelling(way) for way in split_spelling(sound)) or term.parts))
    return Question(question.text, question.key, tuple(terms))


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a printed text, ``hit`` where it answers the question."""

    text: str
    hit: bool


def marked(text: str, question: Question) -> list[Piece]:
    """Cut ``text`` where it answers ``question``: by the characters themselves, else by spelling and initials."""
    lower = text.lower()
    hits: set[int] = set()
    for term in question.terms:
        hits |= _places(lower, term)
    return list(_pieces(text, hits))


def _places(lower: str, term: Term) -> set[int]:
    found = _spans(lower, [term.text])
    if not found and IS_HAN.match(term.text):
        found = _spans(lower, [part for way in (*term.words, *term.parts) for part in way if len(part) > 1])
    if not found and term.text.isalpha() and term.text.isascii():
        found = _sounding(lower, term.text)
    return found


def _spans(lower: str, wanted: Iterable[str]) -> set[int]:
    return {
        place
        for one in wanted
        for start in range(len(lower))
        if lower.startswith(one, start)
        for place in range(start, start + len(one))
    }


def _sounding(lower: str, letters: str) -> set[int]:
    """Return the first places whose characters begin, or are spelled, as ``letters`` say."""
    readings = readings_by_place(lower)
    if (at := "".join(one[:1] or " " for one in readings).find(letters)) >= 0:
        return set(range(at, at + len(letters)))
    start, end = _spelled_at(readings, letters)
    return set(range(start, end))


def sounding_slice(text: str, letters: str) -> str:
    """Return the first piece of ``text`` that is spelled ``letters``, "" where there is none."""
    start, end = _spelled_at(readings_by_place(plain(text)), letters)
    return text[start:end]


def readings_by_place(lower: str) -> list[str]:
    """Return the reading of each character, as it is read within its word; of any other sign the sign itself."""
    readings: list[str] = []
    for run in re.split(rf"([{HAN}]+)", lower):
        parts = syllables(run) if IS_HAN.match(run) else ()
        readings += parts if len(parts) == len(run) else [one if one.isalnum() else " " for one in run]
    return readings


def _spelled_at(readings: list[str], letters: str) -> tuple[int, int]:
    for start in range(len(readings)):
        spelling = ""
        for end in range(start, len(readings)):
            spelling += readings[end]
            if spelling.startswith(letters):
                return start, end + 1
            if not letters.startswith(spelling):
                break
    return 0, 0


def _pieces(text: str, hits: set[int]) -> Iterator[Piece]:
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or (place in hits) != (start in hits):
            yield Piece(text[start:place], start in hits)
            start = place


def excerpt(text: str, question: Question, longest: int) -> list[Piece]:
    """Return the stretch of ``text`` around its first hit, marked; nothing where there is no hit."""
    pieces = marked(text, question)
    first = next((place for place, piece in enumerate(pieces) if piece.hit), None)
    if first is None:
        return []
    before = "".join(piece.text for piece in pieces[:first])
    start = max(len(before) - longest // 4, 0)
    cut = marked(text[start : start + longest], question)
    dots = [Piece("…", hit=False)]
    return (dots if start else []) + cut + (dots if start + longest < len(text) else [])
