"""Names of organisations and platforms: one written form, likeness with reasons, pinyin keys.

Two spellings of one body must be found, two bodies of like name must not be merged: every
likeness comes with the reason a person can check, and the decision stays with the person.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

FORMS = (("有限责任公司", "有限公司"), ("股份有限公司", "股份公司"))
"""Ways of writing one legal form (组织形式), long and short."""

NUMERALS = re.compile(r"[0-9〇零一二三四五六七八九十百]+")  # noqa: RUF001 (Chinese zero)
BRACKETS = str.maketrans({"（": "(", "）": ")", "【": "(", "】": ")", "［": "(", "］": ")", "〔": "(", "〕": ")"})  # noqa: RUF001


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names are: ``score`` from 0 to 1, and why."""

    score: float
    reason: str


def normalised(name: str) -> str:
    """Return the name half width, in capitals, with one kind of bracket and no spaces or dots."""
    text = unicodedata.normalize("NFKC", name.translate(BRACKETS)).upper()
    return re.sub(r"[\s·•・.,、,]", "", text)


def formless(name: str) -> str:
    """Return the normalised name with the long legal form written short."""
    text = normalised(name)
    for long, short in FORMS:
        text = text.replace(long, short)
    return text


def core(name: str, places: Collection[str] = ()) -> str:
    """Return what is left of a name without legal form, brackets and names of places.

    A name that would be left empty is returned whole.
    """
    text = formless(name).replace("(", "").replace(")", "")
    for place in sorted(places, key=len, reverse=True):
        text = text.replace(place, "")
    for _, short in FORMS:
        text = text.removesuffix(short)
    return text or formless(name)


def likeness(
    one: str, other: str, *, places: Collection[str] = (), distinct: Iterable[tuple[str, str]] = ()
) -> Likeness:
    """Compare two names.

    ``places`` are names of places that tell nothing about who it is; ``distinct`` are pairs of
    words that mean different things however alike they look (工程技术研究中心, 工程研究中心).
    """
    left, right = normalised(one), normalised(other)
    if left == right:
        return Likeness(1.0, "名称相同" if one == other else "只有括号、空格、大小写或全半角不同")
    apart = _apart(left, right, distinct)
    if apart:
        return apart
    if formless(one) == formless(other):
        return Likeness(0.98, "只有公司形式的写法不同")
    return _core_likeness(core(one, places), core(other, places))


def _apart(left: str, right: str, distinct: Iterable[tuple[str, str]]) -> Likeness | None:
    for pair in distinct:
        for here, there in (pair, pair[::-1]):
            if here in left and there in right and here not in right:
                return Likeness(0.0, f"一个是{here}，一个是{there}，不是同一类")
    numbers = [NUMERALS.findall(name) for name in (left, right)]
    if numbers[0] != numbers[1] and NUMERALS.sub("#", left) == NUMERALS.sub("#", right):
        return Likeness(0.5, f"只有编号不同：{'、'.join(numbers[0])}与{'、'.join(numbers[1])}")
    return None


def _core_likeness(left: str, right: str) -> Likeness:
    if left == right:
        return Likeness(0.9, f"去掉地名、括号和公司形式后都是“{left}”")
    if pinyin_full(left) == pinyin_full(right):
        return Likeness(0.9, f"读音相同：“{left}”与“{right}”，可能有错别字")
    shorter, longer = sorted((left, right), key=len)
    if len(shorter) >= SHORTEST and shorter in longer:
        return Likeness(0.85, f"“{longer}”包含“{shorter}”")
    share = SequenceMatcher(None, left, right, autojunk=False).ratio()
    return Likeness(round(share * 0.9, 2), f"{share:.0%} 的字相同：“{left}”与“{right}”")


SHORTEST = 4
"""A shorter name stands inside others by chance."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two keys whose names are alike."""

    one: str
    other: str
    likeness: Likeness


def near_pairs(
    names: Mapping[str, str],
    *,
    at_least: float = 0.8,
    places: Collection[str] = (),
    distinct: Sequence[tuple[str, str]] = (),
) -> list[Pair]:
    """Return pairs of ``names`` (key → name) alike by ``at_least``, most alike first.

    Only names that share half the two-letter pieces of the shorter one, or one pronunciation,
    are compared: 2,000 names take a second, 10,000 half a minute.
    """
    pairs = []
    for one, other in _candidates({key: core(name, places) for key, name in names.items()}):
        found = likeness(names[one], names[other], places=places, distinct=distinct)
        if found.score >= at_least:
            pairs.append(Pair(one, other, found))
    return sorted(pairs, key=lambda pair: (-pair.likeness.score, pair.one, pair.other))


def _pieces(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(max(len(text) - 1, 1))}


def _candidates(cores: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    seen: dict[str, list[str]] = defaultdict(list)
    sounds: dict[str, list[str]] = defaultdict(list)
    sizes: dict[str, int] = {}
    for key in sorted(cores):
        pieces, sound = _pieces(cores[key]), pinyin_full(cores[key])
        shared = Counter(other for piece in pieces for other in seen[piece])
        alike = {other for other, count in shared.items() if 2 * count >= min(len(pieces), sizes[other])}
        for other in sorted(alike.union(sounds[sound])):
            yield other, key
        sizes[key] = len(pieces)
        sounds[sound].append(key)
        for piece in pieces:
            seen[piece].append(key)


def _syllables(name: str, style: str) -> list[str]:
    """Read a name aloud; the dictionaries take 57 MB, so a process that only reads never loads them."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415

    return lazy_pinyin(normalised(name), style=getattr(Style, style), neutral_tone_with_five=style == "TONE3")


@lru_cache(maxsize=65536)
def pinyin_full(name: str) -> str:
    """Return the pinyin without tones, run together, in small letters: what a person types to search."""
    return "".join(_syllables(name, "NORMAL")).lower()


@lru_cache(maxsize=65536)
def pinyin_initials(name: str) -> str:
    """Return the first letter of each syllable, in small letters."""
    return "".join(_syllables(name, "FIRST_LETTER")).lower()


@lru_cache(maxsize=65536)
def pinyin_key(name: str, longest: int = 200) -> str:
    """Return the key a stored list is ordered by: syllables with tones, cut at ``longest`` characters.

    Syllables are parted by a space, which sorts before every letter, so that 西安 (two
    syllables) does not stand among those that read *xian*.
    """
    return " ".join(_syllables(name, "TONE3")).lower()[:longest]


def sort_key(name: str) -> tuple[str, str]:
    """Return the key that sorts names as a Chinese reader expects: by sound with tones, then as written."""
    return pinyin_key(name), name
