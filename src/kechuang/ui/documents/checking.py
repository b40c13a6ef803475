"""Whether a Word file keeps to the official form: sentences for what departs from GB/T 9704-2012."""

from __future__ import annotations


def form_check(content: bytes) -> list[str]:
    """Return a sentence for each departure of the Word file ``content``; none when it keeps to the form."""
    return []
