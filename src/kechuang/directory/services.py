"""Writes of the directory: organisations through time, offices, delegation.

A *change* (变更) is true from a day on and leaves what was before as it was. A *correction*
(更正) says that what was written was never true and rewrites it; the audit trail keeps the
error. The two never share a function.
"""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.directory import access
from kechuang.directory.models import Office, Organisation, OrganisationPeriod, User
from kechuang.kernel import events
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.pure.identifiers import read_usci
from kechuang.pure.names import sort_key

# Which bound an office of a role must have; a role that is not here cannot be granted.
BOUNDS: dict[str, str | None] = {
    "applicant": "organisation",
    "host_admin": "organisation",
    "county_officer": "county",
    "department_officer": "department",
    "department_head": "department",
    "review_secretary": "department",
    "expert": None,
    "conference_office": None,
    "leader": None,
    "registrar": "department",
    "auditor": None,
    "security_admin": None,
    "system_admin": None,
}
POWERS = frozenset({"system_admin", "security_admin", "auditor"})
PERIOD_FIELDS = ("name", "credit_code", "county")


@transaction.atomic
def organisation_register(*, actor: Actor, since: date, **values: Any) -> Organisation:
    """Enter an organisation that has existed under these ``values`` since ``since``.

    ``values``: kind, name, credit_code ("" when none is known), county, and optionally
    industry_code, address, is_sample. Raises ``Refused`` with the field at fault.
    """
    values["credit_code"] = _sound_code(values["credit_code"])
    organisation = Organisation(**values, name_key=_sort_key(values["name"]))
    if not access.ORGANISATIONS.may_any(actor, "add"):
        raise NotAllowed(_("您的岗位不登记单位；请联系归口管理部门或所在县区科技主管部门。"))
    _save_whole(organisation)
    access.ORGANISATIONS.require(actor, "add", organisation)
    OrganisationPeriod.objects.create(
        organisation=organisation,
        start=since,
        name=organisation.name,
        credit_code=organisation.credit_code,
        county=organisation.county,
    )
    events.publish("organisation.registered", organisation)
    return organisation


@transaction.atomic
def organisation_change(*, organisation: Organisation, on: date, actor: Actor, **values: Any) -> Organisation:
    """Let the organisation be renamed, moved or given another code with effect from ``on``.

    ``values`` is a subset of name, credit_code, county. The day before ``on`` stays as it was.
    """
    locked = _locked(organisation, actor)
    _refuse_future(on)
    if "credit_code" in values:
        values["credit_code"] = _sound_code(values["credit_code"])
    current = locked.periods.filter(end=None).get()
    if on <= current.start:
        raise Refused(
            _("生效日期须晚于现有记录的起始日 %(start)s；若现有记录本身有误，请用“更正”。") % {"start": current.start},
            field="on",
        )
    current.end = on
    current.save(update_fields=["end"])
    OrganisationPeriod.objects.create(
        organisation=locked, start=on, **{field: values.get(field, getattr(current, field)) for field in PERIOD_FIELDS}
    )
    return _refreshed(locked, organisation, "organisation.changed")


@transaction.atomic
def organisation_correct(*, period: OrganisationPeriod, actor: Actor, **values: Any) -> Organisation:
    """Rewrite what ``period`` wrongly said; no other period is touched.

    ``values`` is a subset of name, credit_code, county. The old text stays in the audit trail.
    """
    locked = _locked(period.organisation, actor)
    if "credit_code" in values:
        values["credit_code"] = _sound_code(values["credit_code"])
    for field in PERIOD_FIELDS:
        setattr(period, field, values.get(field, getattr(period, field)))
    period.save(update_fields=list(PERIOD_FIELDS))
    return _refreshed(locked, period.organisation, "organisation.changed")


@transaction.atomic
def organisation_merge(*, absorbed: Organisation, into: Organisation, on: date, actor: Actor) -> Organisation:
    """Let ``absorbed`` cease in ``into`` with effect from ``on``; its offices end that day.

    What it hosted passes on: packages above listen to ``organisation.merged``, whose fact is
    ``(absorbed, into, on, actor)``.
    """
    if absorbed.pk == into.pk:
        raise Refused(_("不能把单位并入它自己。"), field="into")
    access.ORGANISATIONS.require(actor, "merge", absorbed)
    _refuse_future(on)
    # Locked in the order of their keys, so that two merges across each other cannot deadlock.
    rows = Organisation.objects.select_for_update().filter(pk__in=[absorbed.pk, into.pk]).order_by("pk")
    if any(row.merged_into_id for row in rows):
        raise Refused(_("其中一个单位已经并入他人，请刷新后选择现存的单位。"), field="into")
    current = OrganisationPeriod.objects.get(organisation=absorbed, end=None)
    if on <= current.start:
        raise Refused(_("合并日期须晚于该单位现有记录的起始日 %(start)s。") % {"start": current.start}, field="on")
    current.end = on
    current.save(update_fields=["end"])
    absorbed.merged_into = into
    absorbed.save(update_fields=["merged_into"])
    Office.objects.filter(organisation=absorbed, start__lt=on, end=None).update(end=on)
    events.publish("organisation.merged", (absorbed, into, on, actor))
    return into


@transaction.atomic
def office_grant(*, user: User, role: str, actor: Actor, start: date, **bounds: Any) -> Office:
    """Give ``user`` the office ``role`` from ``start``; bounds: department, county, organisation, end."""
    office = Office(user=user, role=role, start=start, granted_by_id=actor.user_id, **bounds)
    if not access.OFFICES.may_any(actor, "add"):
        raise NotAllowed(_("授予岗位由安全管理员办理。"))
    if user.pk == actor.user_id:
        raise NotAllowed(_("不能给自己授予岗位；请由另一位安全管理员办理。"))
    _refuse_missing_bound(role, bounds)
    _refuse_two_powers(user, role)
    _save_whole(office)
    return office


@transaction.atomic
def office_delegate(*, office: Office, to: User, start: date, end: date, actor: Actor) -> Office:
    """Let ``to`` act in ``office`` on its holder's behalf from ``start`` until before ``end``.

    Only the holder delegates, and only what is not itself delegated.
    """
    if office.user_id != actor.user_id:
        raise NotAllowed(_("只能委托自己的岗位。"))
    if office.delegated_from_id:
        raise Refused(_("受托的岗位不能再转委托；请由原岗位持有人委托。"), field="office")
    if to.pk == office.user_id:
        raise Refused(_("不能委托给自己。"), field="to")
    if end <= start:
        raise Refused(_("结束日期须晚于开始日期。"), field="end")
    delegated = Office(
        user=to,
        role=office.role,
        department=office.department,
        county=office.county,
        organisation=office.organisation,
        start=start,
        end=end,
        delegated_from=office,
        granted_by_id=actor.user_id,
    )
    _save_whole(delegated)
    return delegated


@transaction.atomic
def office_end(*, office: Office, on: date, actor: Actor) -> Office:
    """End ``office`` so that ``on`` is the first day without it."""
    if office.delegated_from is None or office.delegated_from.user_id != actor.user_id:
        access.OFFICES.require(actor, "end", office)
    office.end = on
    office.ended_by_id = actor.user_id
    _save_whole(office)
    return office


@transaction.atomic
def user_create(*, username: str, full_name: str, email: str, actor: Actor) -> tuple[User, str]:
    """Open an account; return it with its first password, which is kept nowhere else.

    The account holds no office: what it may do is given by the security administrator.
    """
    if not access.USERS.may_any(actor, "add"):
        raise NotAllowed(_("开设账号由系统管理员办理。"))
    password = secrets.token_urlsafe(12)
    user = User(username=username, full_name=full_name, email=email)
    user.set_password(password)
    _save_whole(user)
    return user, password


@transaction.atomic
def user_disable(*, user: User, reason: str, actor: Actor) -> User:
    """Close an account: its sessions are dead with the next request, its offices stay on record."""
    access.USERS.require(actor, "disable", user)
    if user.pk == actor.user_id:
        raise Refused(_("不能停用自己的账号；请由另一位系统管理员办理。"))
    if not reason.strip():
        raise Refused(_("停用账号须填写理由。"), field="reason")
    user.is_active = False
    user.save(update_fields=["is_active"])
    events.publish("user.disabled", (user, reason))
    return user


@transaction.atomic
def user_enable(*, user: User, actor: Actor) -> User:
    """Open a closed account again."""
    access.USERS.require(actor, "disable", user)
    user.is_active = True
    user.save(update_fields=["is_active"])
    return user


def _locked(organisation: Organisation, actor: Actor) -> Organisation:
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    access.ORGANISATIONS.require(actor, "change", locked)
    if locked.merged_into_id:
        raise Refused(_("该单位已并入其他单位，请在并入后的单位上办理。"))
    return locked


def _refreshed(locked: Organisation, shown: Organisation, event: str) -> Organisation:
    """Copy the open period to the organisation's own columns and tell who keeps in step."""
    current = locked.periods.filter(end=None).get()
    for target in (locked, shown):
        for field in PERIOD_FIELDS:
            setattr(target, field, getattr(current, field))
        target.name_key = _sort_key(current.name)
    _save_whole(locked)
    events.publish(event, locked)
    return shown


def _sort_key(name: str) -> str:
    return sort_key(name)[0][: Organisation._meta.get_field("name_key").max_length]


def _sound_code(typed: str) -> str:
    """Return the code as it is kept, "" for none; ``Refused`` says everything wrong with it (GB 32100)."""
    if not typed.strip():
        return ""
    read = read_usci(typed)
    if not read.valid:
        raise Refused(" ".join(read.errors), field="credit_code")
    return read.code


def _refuse_missing_bound(role: str, bounds: dict[str, Any]) -> None:
    """Refuse an office without the bound its role needs: it would see nothing and look like a fault."""
    needed = BOUNDS.get(role)
    if role not in BOUNDS:
        raise Refused(_("没有“%(role)s”这一岗位。") % {"role": role}, field="role")
    for name in ("department", "county", "organisation"):
        given = bounds.get(name) is not None
        if name == needed and not given:
            raise Refused(_("该岗位须指明所属范围。"), field=name)
        if name != needed and given:
            raise Refused(_("该岗位不限于此范围，请留空。"), field=name)


def _refuse_two_powers(user: User, role: str) -> None:
    """Keep system, security and audit powers in three hands (三员分立, GB/T 22239-2019 8.1.4)."""
    User.objects.select_for_update().get(pk=user.pk)
    held = set(Office.objects.filter(user=user).values_list("role", flat=True)) & POWERS
    if role in POWERS and held - {role}:
        raise Refused(_("系统管理、安全管理、审计三种权力须由不同的人担任；该人员已担任其中一种。"), field="role")


def _refuse_future(on: date) -> None:
    if on > date.today():
        raise Refused(_("生效日期不能晚于今天；将来的变更请在生效当日登记。"), field="on")


def _save_whole(obj: Organisation | Office | User) -> None:
    try:
        obj.full_clean()
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise Refused(sentences[0], field=None if field == "__all__" else field) from error
    obj.save()
