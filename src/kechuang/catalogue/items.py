"""Service items (政务服务事项): who may apply for what, on which ground, with which form, by which process.

An item is a file. Its form is a list of sections; each section asks for facts (typed once
for every form), questions, tables, files and declarations. What a part is shown under and what
must hold are conditions in the same language as the rules (``docs/conditions.md``), asked of the
answers of this very form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, StringConstraints, Tag, model_validator

from kechuang.catalogue.measures import Metric
from kechuang.catalogue.shapes import Code, Entry, Label, Sourced

DottedCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]
"""An item's code: words joined by dots from the general to the special."""

AnswerKind = Literal[
    "text", "long_text", "integer", "number", "money", "percent", "date", "year", "boolean", "choice", "choices",
    "email", "phone", "credit_code",
]  # fmt: skip
BOUNDED = ("integer", "number", "money", "percent", "year")


class Asked(Entry):
    """What every field has: whether it must be answered, a help sentence, when it is asked at all.

    ``when`` is a condition over the codes of the same form; a field that is not asked keeps
    what was typed and is left out of the submitted text.
    """

    required: bool = True
    help: str = ""
    when: str | None = None
    withheld: bool = False
    """Left out of what reviewers see: it tells who the applicant is (盲审)."""


class FactField(Asked):
    """A metric of the dictionary, for the reference year and the ``years - 1`` before it.

    ``metric`` is the dictionary's entry as it was when the item was read, never written in the
    file: a version of an item keeps its words and units.
    """

    fact: Code
    years: int = Field(default=1, ge=1, le=5)
    metric: Metric | None = None

    @property
    def code(self) -> str:
        """The metric's code names the field as well."""
        return self.fact


class Question(Asked):
    """A question answered in one box. ``most`` and ``least`` bound numbers, ``max_chars`` texts."""

    question: Code
    label: Label
    type: AnswerKind = "text"
    unit: str | None = None
    choices: tuple[Label, ...] = ()
    example: str = ""
    max_chars: int = Field(default=200, ge=1, le=20_000)
    least: float | None = None
    most: float | None = None
    public: bool = False
    """Shown to the public with the publicity and the decision."""

    @property
    def code(self) -> str:
        """The question's own code."""
        return self.question

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Question:
        if (self.type in ("choice", "choices")) != bool(self.choices):
            raise ValueError("choice、choices 须写出 choices，其他类型不写")
        if self.type == "choices" and any(mark in label for label in self.choices for mark in "、，,;；|"):
            raise ValueError("可以多选的选项不能含有顿号、逗号、分号")
        if self.type not in BOUNDED and (self.least is not None or self.most is not None):
            raise ValueError("只有数值可以写 least、most")
        return self


class TableColumn(Entry):
    """A column of a repeated table; kinds and bounds as of a question."""

    code: Code
    label: Label
    type: AnswerKind = "text"
    unit: str | None = None
    choices: tuple[Label, ...] = ()
    required: bool = True
    example: str = ""
    max_chars: int = Field(default=200, ge=1, le=2_000)
    withheld: bool = False


class TableField(Asked):
    """Rows of the same columns, typed, pasted from a spreadsheet or read from xlsx."""

    table: Code
    label: Label
    columns: tuple[TableColumn, ...] = Field(min_length=1)
    min_rows: int = Field(default=0, ge=0)
    max_rows: int = Field(default=200, ge=1, le=2_000)

    @property
    def code(self) -> str:
        """The table's own code."""
        return self.table


class FileField(Asked):
    """A file, kept in the applicant's evidence vault; ``evidence_for`` names the metrics it proves."""

    file: Code
    label: Label
    accept: tuple[Literal["pdf", "docx", "xlsx", "jpg", "png"], ...] = ("pdf",)
    most: int = Field(default=1, ge=1, le=20)
    evidence_for: tuple[Code, ...] = ()

    @property
    def code(self) -> str:
        """The file's own code."""
        return self.file


class Declaration(Asked):
    """A sentence the applicant ticks and stands for (承诺)."""

    declaration: Code
    text: Label

    @property
    def code(self) -> str:
        """The declaration's own code."""
        return self.declaration


FIELD_KEYS = ("fact", "question", "table", "file", "declaration")


def _kind_of_field(value: Any) -> str | None:
    written = value if isinstance(value, dict) else value.__dict__
    return next((key for key in FIELD_KEYS if key in written), None)


FormField = Annotated[
    Annotated[FactField, Tag("fact")]
    | Annotated[Question, Tag("question")]
    | Annotated[TableField, Tag("table")]
    | Annotated[FileField, Tag("file")]
    | Annotated[Declaration, Tag("declaration")],
    Discriminator(
        _kind_of_field,
        custom_error_type="field_kind",
        custom_error_message="每个栏目须写 fact、question、table、file、declaration 之一",
    ),
]


class FormSection(Entry):
    """A part of the form, filled and saved by itself; ``by`` says whose part it is.

    ``from_state`` is the state of the process from which it is asked at all: what comes after a
    concept has passed (两阶段申报) is not asked before.
    """

    section: Code
    label: Label
    help: str = ""
    when: str | None = None
    from_state: Code | None = None
    by: Literal["applicant", "host_admin"] = "applicant"
    fields: tuple[FormField, ...] = Field(min_length=1)


class SelfCheck(Entry):
    """One question before starting: the answer that fits, and what to do otherwise."""

    question: Label
    fits: bool
    otherwise: Label


class Limit(Entry):
    """How many applications at once: ``per`` organisation or platform, over ``items`` (this one if none)."""

    per: Literal["organisation", "subject"]
    most: int = Field(ge=1)
    items: tuple[DottedCode, ...] = ()
    text: Label
    article: str | None = None


class Clash(Entry):
    """What must not be there already: e.g. a platform of the same type and level."""

    name: Code
    params: dict[str, str] = {}
    text: Label


class PublicityRule(Entry):
    """How long a result is made public (公示), in working or natural days."""

    days: int = Field(ge=1)
    calendar: Literal["working", "natural"] = "working"


class Effect(Entry):
    """What an approval does, by the name of a registered effect, with its parameters."""

    name: Code
    params: dict[str, str | int | bool] = {}


class Paper(Entry):
    """What the decision's papers are called; ``certificate`` is given when it has a title."""

    series: Label
    decision: Label
    certificate: str | None = None


class ServiceItem(Sourced):
    """One service item. ``platform_type`` and ``level`` say what it leads to, where it leads to a platform.

    ``department`` deals with it; an item about a platform goes to the department competent for
    that platform, and to this one where no other is. ``subject`` is whom it is about.
    ``legal_days`` and ``promised_days`` are working days of the legal clock from acceptance to
    the decision (法定时限、承诺时限), ``None`` where none is set.
    """

    item: DottedCode
    title: Label
    group: Label
    summary: Label
    applicants: tuple[Literal["enterprise", "university", "institute", "hospital", "government", "other"], ...]
    subject: Literal["organisation", "platform"] = "organisation"
    department: Code
    platform_type: Code | None = None
    level: Code | None = None
    process: Code
    rule: DottedCode | None = None
    rubric: DottedCode | None = None
    legal_days: int | None = None
    promised_days: int | None = None
    always_open: bool = False
    """Applied for at any time without a call, such as a change."""
    self_check: tuple[SelfCheck, ...] = ()
    limits: tuple[Limit, ...] = ()
    clashes: tuple[Clash, ...] = ()
    form: tuple[FormSection, ...] = Field(min_length=1)
    publicity: PublicityRule | None = None
    effect: Effect | None = None
    paper: Paper | None = None
    contact: str = ""

    def fields(self) -> Iterator[tuple[FormSection, FactField | Question | TableField | FileField | Declaration]]:
        """Yield every field with its section, in the form's order."""
        for section in self.form:
            for field in section.fields:
                yield section, field

    @model_validator(mode="after")
    def _codes_once(self) -> ServiceItem:
        codes = [field.code for _section, field in self.fields()]
        doubled = sorted({code for code in codes if codes.count(code) > 1})
        if doubled:
            raise ValueError(f"栏目代码重复：{'、'.join(doubled)}")
        return self

    def with_metrics(self, metrics: Mapping[str, Metric]) -> ServiceItem:
        """Return the item with the dictionary's entry beside every fact it asks for."""
        sections = tuple(
            section.model_copy(update={"fields": tuple(_with_metric(field, metrics) for field in section.fields)})
            for section in self.form
        )
        return self.model_copy(update={"form": sections})


def _with_metric(field: Any, metrics: Mapping[str, Metric]) -> Any:
    if not isinstance(field, FactField):
        return field
    return field.model_copy(update={"metric": metrics.get(field.fact)})
