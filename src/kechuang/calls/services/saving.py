"""Saving what was typed in a section: what can be read is kept, what cannot is said at its field."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.calls.form.inputs import SectionForm
from kechuang.calls.selectors.sheets import FormSheet
from kechuang.calls.services.answers import Change, Saved, answers_save
from kechuang.kernel import cases
from kechuang.kernel.errors import Refused

TITLE = "title"
"""The code of the question whose answer names the application, in a form that has one."""
LONGEST = 200


def section_save(*, sheet: FormSheet, form: SectionForm) -> list[Saved]:
    """Save every changed answer of ``form`` that can be read; return what became of each.

    An answer somebody else changed meanwhile is not overwritten: it comes back as not kept.
    """
    form.is_valid()
    changes = [
        Change(code, value, form.seen(code))
        for code, value in form.cleaned_data.items()
        if code in sheet.open_codes and (value is not None or code in sheet.rows)
        if sheet.answers.get(code) != value
    ]
    return _saved(sheet, changes) if changes else []


def answer_save(*, sheet: FormSheet, code: str, value: Any, seen: int) -> Saved:
    """Save one answer; raises ``Refused`` where the field is not open to the person now."""
    if sheet.box(code) is None:
        raise Refused(_("没有这一栏。"), field=code)
    return _saved(sheet, [Change(code, value, seen)])[0]


@transaction.atomic
def _saved(sheet: FormSheet, changes: list[Change]) -> list[Saved]:
    """Save, and call the application by what its form answers under ``title``: one name in every list and notice."""
    saved = answers_save(application=sheet.application, changes=changes, actor=sheet.actor)
    kept = {each.code for each in saved if each.kept}
    named = next((each.value for each in changes if each.code == TITLE and each.code in kept and each.value), None)
    if named is not None:
        sheet.application.title = str(named)[:LONGEST]
        sheet.application.save(update_fields=["title"])
        cases.changed(sheet.application)
    return saved
