"""Carrying out what a form asks: the service decides, its refusal is shown at its field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.ui.formats import parse_day


def carried_out(form: BaseForm, act: Callable[[dict[str, Any]], object]) -> bool:
    """Call ``act`` with the form's values and tell whether it was done.

    A refusal becomes the error of its field, or of the form where the form has no such field.
    """
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    return True


def asked_day(request: HttpRequest) -> date:
    """Return the day a page is asked for by ``?on=``, today without one; what cannot be read is told."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    typed = request.GET.get("on", "").strip()
    day = parse_day(typed) if typed else actor.today
    if day is None:
        messages.warning(request, _("日期“%(typed)s”读不懂，已按今天显示；请写成 2023-12-31。") % {"typed": typed[:20]})
        return actor.today
    return day
