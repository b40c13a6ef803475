"""Likeness of long texts by their prints: which earlier text says much the same (查重).

A text is cut into overlapping pieces of ``PIECE`` characters; of 64 fixed shufflings of all possible
pieces the first one present is kept. Two texts share as many of the 64 as they share pieces, so the
prints of a million texts can be asked by an index. Source: A. Broder, On the resemblance and
containment of documents, 1997 (min-wise hashing).
"""

from __future__ import annotations

import unicodedata
from zlib import crc32

import numpy as np

PIECE = 6
SIZE = 64
PRIME = (1 << 61) - 1
_draw = np.random.default_rng(20_211_231)
_FACTORS = _draw.integers(1, 1 << 31, SIZE, dtype=np.uint64)
_SHIFTS = _draw.integers(0, 1 << 31, SIZE, dtype=np.uint64)


def prints(text: str) -> list[int]:
    """Return the 64 prints of ``text`` (whole numbers below 2**62), [] for one shorter than a piece.

    Spaces, punctuation and width do not count. The place of a print is part of it, so that two lists can be
    compared as sets.
    """
    plain = "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())
    pieces = {plain[start : start + PIECE] for start in range(len(plain) - PIECE + 1)}
    if not pieces:
        return []
    hashes = np.array([crc32(piece.encode()) for piece in pieces], dtype=np.uint64)
    firsts = ((hashes[None, :] * _FACTORS[:, None] + _SHIFTS[:, None]) % np.uint64(PRIME)).min(axis=1)
    return [(place << 55) | int(first) & ((1 << 55) - 1) for place, first in enumerate(firsts)]


def likeness(one: list[int], other: list[int]) -> float:
    """Return the estimated share of pieces two texts have in common, 0 … 1; 0 where one has none."""
    return len(set(one) & set(other)) / SIZE if one and other else 0.0
