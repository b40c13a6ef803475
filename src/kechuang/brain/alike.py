"""What is spelled almost as something else: a syllable more, less or other.

No Django and no database here.
"""

from __future__ import annotations

from collections.abc import Iterator

from kechuang.brain import words

FEWEST, MOST = 3, 6
"""In syllables: shorter names resemble everything, longer ones hold words found alone, and cost more to guess."""
TOLERATED = 0.25
"""How many letters of a spelling may differ."""


def syllables_of(key: str) -> tuple[str, ...]:
    """Return how a question is spelled, syllable by syllable; () where it cannot be read, is too short or too long."""
    found: list[str] = []
    for run in words.RUNS.findall(key):
        if words.IS_HAN.match(run):
            found += words.syllables(run)
        elif run.isalpha():
            found += _read(run)
        else:
            return ()
    return tuple(found) if FEWEST <= len(found) <= MOST else ()


def _read(letters: str) -> tuple[str, ...]:
    if ways := words.split_spelling(letters):
        return ways[0]
    for length in range(words.LONGEST_SYLLABLE, 0, -1):
        if letters[:length] in words.readings_known():
            return (letters[:length], *(_read(letters[length:]) if letters[length:] else ()))
    return _read(letters[1:]) if letters[1:] else ()


def but_for_some(syllables: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the sets of lexemes a name holds that is spelled so but for one syllable, or for two neighbours."""
    gaps = [(at, at + wide) for wide in (1, 2) for at in range(len(syllables) - wide + 1)]
    ways = (tuple(_lexemes(syllables[:start])) + tuple(_lexemes(syllables[end:])) for start, end in gaps)
    return tuple(dict.fromkeys(way for way in ways if any("." in lexeme for lexeme in way)))


def _lexemes(syllables: tuple[str, ...]) -> Iterator[str]:
    if len(syllables) == 1:
        yield f"~{syllables[0]}"
    for pair in words.pairs(syllables, "."):
        yield f"~{pair}"


def closest(title: str, syllables: tuple[str, ...]) -> tuple[float, str]:
    """Return the piece of ``title`` that is spelled most alike, and what share of the letters differs."""
    readings, letters = words.readings_by_place(words.plain(title)), "".join(syllables)
    best = (1.0, "")
    for start in range(len(readings)):
        for length in (len(syllables), len(syllables) - 1, len(syllables) + 1):
            piece = readings[start : start + length]
            if len(piece) == length and len({*piece} & {*syllables}) * 2 >= len(syllables) - 1:
                best = min(best, (distance("".join(piece), letters) / len(letters), title[start : start + length]))
    return best


def distance(one: str, other: str) -> int:
    """Return how many letters must be put, taken away or changed to make ``other`` of ``one``."""
    before = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        after = [row]
        for column, wanted in enumerate(other, 1):
            after.append(min(before[column] + 1, after[-1] + 1, before[column - 1] + (letter != wanted)))
        before = after
    return before[-1]
