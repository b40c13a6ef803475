"""What reading an official plan returns: frozen records and their JSON.

The order of the fields is the order of the keys in the JSON; absent values are
``None`` and never guessed. Names stand as printed, brackets folded to full width.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Op = Literal["=", "≥", ">", "≤", "<", "≈"]
Severity = Literal["info", "warning"]
Number = int | float


class Unreadable(ValueError):
    """The bytes hold no text that can be read; the message is one Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Document:
    """What the head of the file says of itself; dates are ISO (YYYY-MM-DD)."""

    title: str | None = None
    issued_plan: str | None = None
    document_number: str | None = None
    issuers: tuple[str, ...] = ()
    signed_on: str | None = None
    published_on: str | None = None
    effective_on: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading that is not itself a task; ``path`` joins the numbers with ``/``."""

    path: str
    title: str


@dataclass(frozen=True, slots=True)
class Responsibility:
    """One bracket or 责任单位 phrase: who does it, in the printed order."""

    role: str | None = None
    departments: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    cooperating: tuple[str, ...] = ()
    et_al: bool = False
    by_duty: bool = False
    with_others: bool = False
    local: tuple[str, ...] = ()
    scope: str | None = None
    lead_offices: tuple[str, ...] = ()
    cooperating_offices: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every printed name of a body, collective ones last."""
        return self.departments + self.lead + self.cooperating + self.local


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to be done (task) or one way it is guaranteed (guarantee)."""

    no: str | None
    section: str | None
    kind: Literal["task", "guarantee"]
    title: str
    text: str
    responsibilities: tuple[Responsibility, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Base:
    """The value an indicator starts from; ``parts`` maps the printed level to its share."""

    year: int | None
    value: Number
    parts: dict[str, Number] | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What an indicator is to reach by the end of ``year``."""

    year: int | None
    op: Op
    value: Number
    parts: dict[str, Number] | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of an annex or one goal in prose; ``growth_*`` are percent a year."""

    name: str
    unit: str | None
    basis: Literal["cumulative", "yearly"] | None
    base: Base | None
    targets: tuple[Target, ...]
    growth_stated: str | None
    growth_computed: float | None
    attribute: str | None
    departments: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Milestone:
    """A dated duty; ``when`` is YYYY, YYYY-MM or YYYY-MM-DD."""

    when: str
    what: str
    line: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something an officer should look at before the draft is published."""

    kind: str
    severity: Severity
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class PlanReading:
    """Everything read from one file; ``text`` is the extracted text, line by line."""

    document: Document = field(default_factory=Document)
    sections: tuple[Section, ...] = ()
    tasks: tuple[Task, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    findings: tuple[Finding, ...] = ()
    text: str = field(default="", repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Return the reading as plain lists and dicts, without the text."""
        data = asdict(self)
        del data["text"]
        return data

    def to_json(self, *, indent: int | None = 2) -> str:
        """Return the one JSON object of the reading, keys in the documented order."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=indent)
