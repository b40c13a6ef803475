"""What the city publishes as open data, and under which terms."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from kechuang.catalogue.reading import read_yaml
from kechuang.catalogue.shapes import Code, Entry, Label, Sourced

FILE = "open_data.yaml"


class Licence(Entry):
    """The terms of use (使用许可): its name and, in a sentence, what it allows and asks."""

    name: Label
    summary: Label


class OpenDataRules(Sourced):
    """The rules of publication.

    ``publisher`` is a department's code, ``null`` where the site as a whole publishes. Numbers of
    cases smaller than ``suppress_below`` (个) are not told, because few cases point at somebody.
    ``withheld`` names data sets that are not released.
    """

    publisher: Code | None
    licence: Licence
    suppress_below: int = Field(ge=1)
    frequency: Literal["daily", "weekly", "monthly", "yearly"]
    withheld: tuple[Code, ...] = ()


def open_data_file(root: Path, city: str) -> str:
    """Return the name of the file that holds the rules: the city's own, else the template."""
    own = f"{city}/{FILE}"
    return own if (root / own).exists() else f"template/{FILE}"


@lru_cache(maxsize=4)
def open_data_rules(root: Path, city: str) -> OpenDataRules:
    """Return the rules in force. Raises ``BrokenCatalogue``."""
    name = open_data_file(root, city)
    rules: OpenDataRules = read_yaml(root / name, name, OpenDataRules)
    return rules
