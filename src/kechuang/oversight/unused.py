"""Accounts nobody uses (长期不用的账号): told two weeks ahead, closed after ninety days, never the last administrator.

GB/T 22239-2019 8.1.4.2 c asks that accounts nobody needs are closed in time. What counts as use is signing in, being
opened again by an administrator, and whatever a room above registers (a token of one's own that was used).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.directory.models import Office, User
from kechuang.directory.services import POWERS
from kechuang.kernel import events, notices
from kechuang.kernel.access import ANONYMOUS
from kechuang.kernel.audit import acting_as
from kechuang.kernel.models import AuditEvent
from kechuang.notify.models import Message
from kechuang.oversight.selectors import midnight

AHEAD = timedelta(days=14)
Use = Callable[[datetime], Iterable[int]]
_uses: list[Use] = []


def register_use(use: Use) -> None:
    """Have ``use(since)`` asked which people (keys) used their account since then by other means than signing in."""
    if use not in _uses:
        _uses.append(use)


def unused_since(*, before: datetime) -> list[tuple[User, date]]:
    """Return the open accounts nobody has used since ``before``, each with the day of its last use."""
    asleep = Q(last_login__lt=before) | Q(last_login=None, date_joined__lt=before)
    people = list(User.objects.filter(asleep, is_active=True).order_by("pk"))
    used = _opened_again(people, before).union(*(use(before) for use in _uses))
    return [(user, timezone.localdate(user.last_login or user.date_joined)) for user in people if user.pk not in used]


def _opened_again(people: list[User], since: datetime) -> set[int]:
    events_of = AuditEvent.objects.filter(
        table=User._meta.db_table,
        row__in=[str(user.pk) for user in people],
        operation="UPDATE",
        at__gte=since,
        before__is_active=False,
        after__is_active=True,
    )
    return {int(row) for row in events_of.values_list("row", flat=True)}


def accounts_unused_close(*, on: date, days: int) -> int:
    """Tell who has not used the account that it will be closed, and close those told two weeks ago; return how many.

    ``days`` 0 closes nothing. Of each of the three powers the one who signed in last stays.
    """
    if days == 0:
        return 0
    asleep = unused_since(before=midnight(on - timedelta(days=days) + AHEAD))
    last = _last_administrators({user.pk for user, _since in asleep})
    closed = 0
    for user, since in asleep:
        if user.pk not in last:
            closed += _told_or_closed(user, since, on=on, days=days)
    return closed


def _told_or_closed(user: User, since: date, *, on: date, days: int) -> bool:
    key = f"unused:{user.pk}:{since}"
    told = Message.objects.filter(recipient=user, key=f"notice:{key}").values_list("created_at", flat=True).first()
    if told is None:
        _tell(user, key, due_on=max(on + AHEAD, since + timedelta(days=days)), days=days)
        return False
    if on < max(timezone.localdate(told) + AHEAD, since + timedelta(days=days)):
        return False
    with acting_as(ANONYMOUS, request=f"unused {days} days"), transaction.atomic():
        done = User.objects.filter(pk=user.pk, is_active=True).update(is_active=False)
        if done:
            user.is_active = False
            events.publish("user.disabled", (user, _("%(days)s 天没有使用") % {"days": days}))
    return bool(done)


def _tell(user: User, key: str, *, due_on: date, days: int) -> None:
    with transaction.atomic():
        notices.wanted(
            people=[user.pk],
            key=key,
            text=_("您的账号即将停用，登录一次即可保留"),
            url=reverse("account_login"),
            because=_("连续 %(days)s 天没有使用的账号会自动停用；停用后可请系统管理员重新启用。") % {"days": days},
            urgent=True,
            due_on=due_on,
        )


def _last_administrators(asleep: set[int]) -> set[int]:
    """Return who must stay so that each of the three powers keeps one person who can sign in."""
    today = timezone.localdate()
    running = Q(start__lte=today) & (Q(end=None) | Q(end__gt=today))
    kept = set()
    for power in POWERS:
        held = Office.objects.filter(running, role=power, user__is_active=True).select_related("user")
        holders = sorted({office.user for office in held}, key=_last_use)
        if holders and {user.pk for user in holders} <= asleep:
            kept.add(holders[-1].pk)
    return kept


def _last_use(user: User) -> tuple[datetime, int]:
    return user.last_login or user.date_joined, user.pk
