"""What every catalogue entry has in common: strictness, codes, and where a rule comes from."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
"""A code: lower-case English words joined by underscores; never shown to people."""

Label = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
"""A Chinese word shown to people."""


class Entry(BaseModel):
    """Frozen, strict, and without room for a key nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Sourced(Entry):
    """A rule with its ground: every key must be written, ``null`` where it is not known.

    ``effective_from`` is the first day in force, ``effective_to`` the first day no longer in
    force. ``verified_by`` names the office that checked the entry against the document;
    ``template`` marks what was taken from elsewhere and is no rule of this city.
    """

    document: str | None
    article: str | None
    effective_from: date | None
    effective_to: date | None
    verified_by: str | None
    template: bool

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Sourced:
        if self.effective_from and self.effective_to and self.effective_to <= self.effective_from:
            raise ValueError("effective_to 必须晚于 effective_from")
        return self

    def in_force(self, day: date) -> bool:
        """Whether the rule held on ``day``."""
        begun = self.effective_from is None or self.effective_from <= day
        return begun and (self.effective_to is None or day < self.effective_to)
