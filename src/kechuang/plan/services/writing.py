"""What several writes share: filling a row, cutting to the column's length, and writing brackets of bodies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from kechuang.kernel.errors import Refused, Stale
from kechuang.plan.choices import Part
from kechuang.plan.matching import UNMATCHED, Match
from kechuang.plan.models import Clause, Responsibility, ResponsibleBody

M = TypeVar("M", bound=Model)


@contextmanager
def only_once(sentence: str) -> Iterator[None]:
    """Turn a row that somebody else wrote at the same moment into a refusal that says so."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise Stale(sentence) from None


def filled(row: Model, values: Mapping[str, Any], allowed: frozenset[str]) -> None:
    """Write ``values`` into ``row``, unsaved; raises ``Refused`` at the first field that does not hold.

    Raises ``ValueError`` for a name that is not ``allowed``: the caller's mistake, not a person's.
    """
    if foreign := set(values) - allowed:
        raise ValueError(f"not editable: {', '.join(sorted(foreign))}")
    for name, value in values.items():
        setattr(row, name, value)
    try:
        row.full_clean()
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise Refused(sentences[0], field=None if field == "__all__" else field) from None


class Bracket(Protocol):
    """One bracket of responsible units, from a reading, the catalogue or a form."""

    @property
    def role(self) -> str | None: ...
    @property
    def et_al(self) -> bool: ...
    @property
    def by_duty(self) -> bool: ...


def clipped(row: M) -> M:
    """Cut every text of ``row`` to its column; the whole stands in the plan's text.

    Documents are foreign matter: a heading of a thousand characters is a misreading to be
    seen and corrected by the officer, not a reason to refuse the file.
    """
    for column in row._meta.concrete_fields:
        value = getattr(row, column.attname)
        if isinstance(value, str):
            plain = value.replace("\x00", "")
            most = column.max_length
            setattr(row, column.attname, f"{plain[: most - 1]}…" if most and len(plain) > most else plain)
    return row


def bodies_write(rows: Iterable[tuple[Clause, Sequence[Bracket]]], matches: dict[str, Match]) -> None:
    """Write the brackets of stored clauses: two statements however many there are."""
    brackets: list[Responsibility] = []
    bodies: list[ResponsibleBody] = []
    for clause, given in rows:
        for order, bracket in enumerate(given):
            responsibility = clipped(
                Responsibility(
                    clause=clause,
                    order=order,
                    role=bracket.role or "",
                    et_al=bracket.et_al,
                    by_duty=bracket.by_duty,
                    with_others=getattr(bracket, "with_others", False),
                    scope=getattr(bracket, "scope", None) or "",
                )
            )
            brackets.append(responsibility)
            bodies += _bodies(responsibility, bracket, matches)
    Responsibility.objects.bulk_create(brackets)
    ResponsibleBody.objects.bulk_create(bodies)


def _bodies(responsibility: Responsibility, bracket: Bracket, matches: dict[str, Match]) -> list[ResponsibleBody]:
    named = [(part, name) for part in Part for name in getattr(bracket, part.value, ())]
    found = []
    for order, (part, name) in enumerate(named):
        match = matches.get(name, UNMATCHED)
        body = ResponsibleBody(
            responsibility=responsibility,
            order=order,
            part=part,
            printed=name,
            department_id=match.department_id,
            matched_by=match.matched_by,
        )
        found.append(clipped(body))
    return found
