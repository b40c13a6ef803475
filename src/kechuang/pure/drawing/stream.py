"""The random numbers of every draw (抽取用随机数): SHA-256 of the seed and a counter.

Chosen so that anyone can write it anew in ten lines of any language. Block number i is
SHA-256 of the UTF-8 bytes of ``seed + ":" + i`` with i in decimal from 0, read as a big-endian
number of 256 bits. A number below n is block mod n; blocks from the greatest multiple of n not
above 2**256 onward are skipped, so that every number is equally likely.
"""

from __future__ import annotations

from hashlib import sha256

_SPAN = 1 << 256


class Stream:
    """A sequence of numbers that only the seed decides."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._next = 0

    def below(self, n: int) -> int:
        """Return the next number in 0 … n - 1. Raises ``ValueError`` unless 0 < n <= 2**256."""
        if not 0 < n <= _SPAN:
            raise ValueError(f"there is no number below {n} to draw")
        limit = _SPAN - _SPAN % n
        while True:
            block = int.from_bytes(sha256(f"{self._seed}:{self._next}".encode()).digest(), "big")
            self._next += 1
            if block < limit:
                return block % n
