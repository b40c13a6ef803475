"""What several views share: the day asked for, and an act that may be refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _

from kechuang.kernel.errors import Refused
from kechuang.kernel.web import Request
from kechuang.plan.figures import YEARS
from kechuang.ui.formats import parse_day


def day_asked(request: Request) -> date:
    """Return the as-of day of the query; a day that cannot be read is told and today is shown."""
    typed = request.GET.get("on", "").strip()
    if not typed:
        return request.actor.today
    day = parse_day(typed)
    if day is None or day.year not in YEARS:
        said = _("截至日期“%(typed)s”读不懂，已按今天显示；请写成 2023-12-31。")
        messages.warning(request, said % {"typed": typed[:20]})
        return request.actor.today
    return day


def done(request: Request, act: Callable[[], Any], *, said: str, form: forms.Form | None = None) -> bool:
    """Do ``act`` and say so; a refusal stands at its field, or as a message without a form."""
    try:
        act()
    except Refused as refusal:
        if form is None:
            messages.error(request, str(refusal))
        else:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    messages.success(request, said)
    return True


def typed(request: Request, name: str) -> str:
    """Return what was posted under ``name``, without the NUL no database column takes."""
    return str(request.POST.get(name, "")).replace("\x00", "")


def on_query(request: Request, on: date) -> str:
    """Return ``?on=`` for links that keep the day; empty for today."""
    return "" if on == request.actor.today else f"?on={on.isoformat()}"
