"""Keeping small counts from pointing at somebody (小数保护).

A number from 1 to ``below`` - 1 is not told. Telling the other numbers of its row together
with their total would tell it all the same, so the total goes with it; and where the total of
what is told elsewhere would give it away, at least two numbers are kept back.
"""

from __future__ import annotations

from collections.abc import Sequence


def suppressed(counts: Sequence[int], *, below: int) -> tuple[tuple[int | None, ...], int | None]:
    """Return the counts (个) with the small ones left out, and their total or ``None``.

    >>> suppressed((12, 3, 0), below=5)
    ((12, None, 0), None)
    >>> suppressed((12, 7, 0), below=5)
    ((12, 7, 0), 19)
    """
    told = tuple(None if 0 < count < below else count for count in counts)
    return told, None if None in told else sum(counts)
