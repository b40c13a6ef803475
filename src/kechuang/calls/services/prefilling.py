"""Filling in what need not be typed, once, when an application has begun."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from kechuang.calls.form.boxes import Box
from kechuang.calls.form.completeness import problem
from kechuang.calls.models import Application
from kechuang.calls.selectors.sheets import FormSheet, evidence_offered, prefill
from kechuang.calls.services.answers import Change, answers_save
from kechuang.catalogue.items import FileField
from kechuang.kernel.access import Actor


@transaction.atomic
def answers_prefill(*, application: Application, actor: Actor) -> int:
    """Save what is known and was answered before as the first answers; return how many.

    Only empty fields are filled, and only with what the form takes: a value that no longer fits
    is left to be typed, evidence that was withdrawn or has run out is left to be uploaded.
    """
    sheet = FormSheet(application, actor)
    boxes = {box.code: box for box in sheet.boxes}
    offered = evidence_offered(sheet)
    changes = [
        Change(code, fitting, 0)
        for code, value in prefill(sheet).items()
        if code in boxes and code in sheet.open_codes and code not in sheet.rows
        if (fitting := _fitting(boxes[code], value, frozenset(offered))) is not None
    ]
    if changes:
        answers_save(application=application, changes=changes, actor=actor)
    return len(changes)


def _fitting(box: Box, value: Any, offered: frozenset[int]) -> Any:
    if isinstance(box.field, FileField):
        return [pk for pk in value if int(pk) in offered] or None
    return None if problem(box, value) else value
