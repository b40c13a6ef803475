"""What every page of the cockpit asks of its address: the day."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.utils.translation import gettext as _

from kechuang.cockpit.register import FIRST, LAST
from kechuang.kernel.web import Request
from kechuang.ui.formats import parse_day

TYPED_SHOWN = 20


def day_asked(request: Request) -> date:
    """Return the day of ``?on=``, or the last one of ``?year=`` (the slider); no day is after today by the slider.

    What cannot be read, or lies outside 1949–2199, is told and today is shown.
    """
    year = request.GET.get("year", "")
    if year.isascii() and year.isdigit() and FIRST.year <= int(year[:5]) <= LAST.year:
        return min(date(int(year), 12, 31), request.actor.today)
    typed = request.GET.get("on", "").strip()
    if not typed:
        return request.actor.today
    day = parse_day(typed)
    if day is None or not FIRST <= day <= LAST:
        said = _("截至日期“%(typed)s”读不懂，已按今天显示；请写成 2023-12-31。")
        messages.warning(request, said % {"typed": typed[:TYPED_SHOWN]})
        return request.actor.today
    return day
