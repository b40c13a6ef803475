"""When people are told: in working hours of working days."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from kechuang.kernel.calendar_days import calendar

OPENS, CLOSES = time(8, 30), time(17, 30)


def is_working_time(moment: datetime) -> bool:
    """Tell whether offices are open at ``moment``, local time."""
    return next_working_time(moment) == moment


def next_working_time(moment: datetime) -> datetime:
    """Return ``moment`` if offices are open then, else when they next open."""
    local, days = timezone.localtime(moment), calendar()
    if days.works(local.date()) and OPENS <= local.time() < CLOSES:
        return moment
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(days.on_or_after(day), OPENS))
