"""What is handed out as known: a value with how far it is believed and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from kechuang.facts.values import Value

REGISTER = "register"
"""Status of what no person typed here: the register itself says it."""


@dataclass(frozen=True, slots=True)
class Known:
    """One known value. ``evidence_state`` is empty without evidence, else valid, expired, withdrawn or not_yet."""

    value: Value
    status: str
    source: str
    evidence_id: int | None = None
    fact_id: int | None = None
    unit: str = ""
    evidence_state: str = ""
