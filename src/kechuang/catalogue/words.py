"""The closed words of an application's process (流程用词): what a table may ask the program for, in Chinese.

The program registers one function for each word; the file ``base/words.yaml`` says what each means, so that
whoever writes a process reads what may be written without reading code.
"""

from __future__ import annotations

from kechuang.catalogue.shapes import Code, Entry, Label


class Word(Entry):
    """A word with its name and what it means; ``params`` are the names that may go with it."""

    word: Code
    label: Label
    means: Label
    params: tuple[Code, ...] = ()


class Words(Entry):
    """Every word of each kind: marks of states, ``needs``, ``asks`` and ``does`` of steps, effects and clashes."""

    marks: tuple[Word, ...]
    guards: tuple[Word, ...]
    asks: tuple[Word, ...]
    acts: tuple[Word, ...]
    effects: tuple[Word, ...]
    clashes: tuple[Word, ...]

    def label(self, kind: str, word: str) -> str:
        """Return the Chinese name of ``word`` among ``kind`` (e.g. "guards"), or the word itself."""
        return next((each.label for each in getattr(self, kind) if each.word == word), word)

    def known(self, kind: str) -> frozenset[str]:
        """Return the words of ``kind``."""
        return frozenset(each.word for each in getattr(self, kind))
