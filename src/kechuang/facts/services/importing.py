"""Taking over what another body sends about many organisations: all of it or nothing, tried first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.directory.models import Organisation
from kechuang.facts import access
from kechuang.facts.services.declaring import Declared, Said, facts_declare
from kechuang.facts.services.locks import lock_subjects
from kechuang.facts.subjects import Subject
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused

LONGEST = 120


@dataclass(frozen=True, slots=True)
class Line:
    """One value about one organisation, as text, with the cell it stands in."""

    organisation: int
    metric: str
    year: int | None
    value: str
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brings: values that are new, values known before, questions it opens (个)."""

    new: int
    same: int
    questions: int


def facts_import_try(*, lines: Sequence[Line], source: str, actor: Actor) -> Imported:
    """Do an import and undo it, to say what it would bring; raises what the import would raise."""
    with transaction.atomic():
        imported = facts_import(lines=lines, source=source, actor=actor)
        transaction.set_rollback(True)
    return imported


@transaction.atomic
def facts_import(*, lines: Sequence[Line], source: str, actor: Actor) -> Imported:
    """Declare ``lines`` in the department's name, all or none; ``source`` says which document they are from.

    What contradicts an organisation's own value opens a question. Raises ``Refused`` (field ``source``, or the cell).
    """
    if not access.KEEPING.may_any(actor, "import"):
        raise NotAllowed(_("外部数据由归口部门导入。"))
    if not source.strip() or len(source.strip()) > LONGEST:
        raise Refused(_("请写明数据来自哪个部门的什么文件，不超过 120 个字。"), field="source")
    by_unit: dict[int, list[Line]] = {}
    for line in lines:
        by_unit.setdefault(line.organisation, []).append(line)
    lock_subjects([Subject("organisation", key) for key in by_unit])
    new = same = questions = 0
    for key, mine in sorted(by_unit.items()):
        access.KEEPING.require(actor, "import", Organisation(pk=key))
        for one in _declared(Subject("organisation", key), mine, source.strip(), actor):
            asked = one.question is not None
            new, same, questions = new + one.added, same + (not one.new and not asked), questions + asked
    return Imported(new, same, questions)


def _declared(subject: Subject, lines: list[Line], source: str, actor: Actor) -> list[Declared]:
    said = [Said(line.metric, line.year, line.value) for line in lines]
    try:
        return facts_declare(subject=subject, said=said, source=source, actor=actor)
    except Refused as refusal:
        cell = next((line.cell for line in lines if line.metric == refusal.field), "")
        raise Refused(f"{cell} {refusal}".strip(), field="workbook") from refusal
