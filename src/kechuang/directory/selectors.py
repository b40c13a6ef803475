"""Reads of the directory: the actor of a user, organisations as of a day, likely doubles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kechuang.directory import access
from kechuang.directory.models import County, Department, Division, Office, Organisation, User
from kechuang.kernel.access import ANONYMOUS, Actor
from kechuang.kernel.access import Office as HeldOffice
from kechuang.pure.identifiers import read_usci
from kechuang.pure.names import near_pairs

ROLE_LABELS = {
    "applicant": _("申报人"),
    "host_admin": _("依托单位管理员"),
    "county_officer": _("县区科技主管"),
    "department_officer": _("部门经办"),
    "department_head": _("部门负责人"),
    "review_secretary": _("评审秘书"),
    "expert": _("专家"),
    "conference_office": _("联席会议办公室"),
    "leader": _("市领导"),
    "registrar": _("技术合同登记员"),
    "auditor": _("审计员"),
    "security_admin": _("安全管理员"),
    "system_admin": _("系统管理员"),
}


def offices_in_force(*, user: User, on: date) -> QuerySet[Office]:
    """Return the offices ``user`` holds on ``on``; a delegated one only while its owner's runs."""
    return _running(on).filter(user=user)


def offices_at(*, places: Iterable[tuple[str, str, int]], on: date) -> list[tuple[int, HeldOffice]]:
    """Return (person, office) of everybody who holds an office at one of ``places`` on ``on`` and may sign in.

    A place is a role, a bound (``city`` for any, ``department``, ``county``, ``organisation`` or ``person``) and
    its key. One query, own offices before delegated ones.
    """
    wanted = Q(pk__in=())
    for role, bound, key in places:
        within = {"city": Q(), "person": Q(user_id=key)}.get(bound, Q(**{f"{bound}_id": key}))
        wanted |= Q(role=role) & within
    rows = _running(on).filter(wanted, user__is_active=True)
    return [(office.user_id, _held(office)) for office in sorted(rows, key=lambda row: row.delegated_from_id or 0)]


def _running(on: date) -> QuerySet[Office]:
    running = Q(start__lte=on) & (Q(end=None) | Q(end__gt=on))
    owner_running = Q(delegated_from=None) | (
        Q(delegated_from__start__lte=on)
        & (Q(delegated_from__end=None) | Q(delegated_from__end__gt=on))
        & Q(delegated_from__user__is_active=True)
    )
    return (
        Office.objects.filter(running, owner_running)
        .select_related("department", "county", "organisation", "delegated_from__user")
        .order_by("pk")
    )


def actor_for(*, user: User | None, on: date) -> Actor:
    """Return the frozen actor for ``user`` on ``on``: one query, none for the public."""
    if user is None or not user.is_active:
        return ANONYMOUS
    offices = tuple(_held(office) for office in offices_in_force(user=user, on=on))
    return Actor(user_id=user.pk, offices=offices, today=on, name=str(user))


def office_name(office: Office) -> str:
    """Return how an office is printed: its bound and its role."""
    bound = office.department or office.county or office.organisation
    role = ROLE_LABELS.get(office.role, office.role)
    return f"{bound} · {role}" if bound else str(role)


def _held(office: Office) -> HeldOffice:
    owner = office.delegated_from
    return HeldOffice(
        role=office.role,
        department_id=office.department_id,
        county_id=office.county_id,
        organisation_id=office.organisation_id,
        label=office_name(office),
        on_behalf_of=str(owner.user) if owner else "",
        office_id=office.pk,
    )


def organisations_for(*, actor: Actor) -> QuerySet[Organisation]:
    """Return the living organisations ``actor`` may see, in pinyin order."""
    rows = Organisation.objects.filter(merged_into=None).select_related("county")
    return access.ORGANISATIONS.visible(rows, actor).order_by("name_key", "pk")


@dataclass(frozen=True, slots=True)
class Doubles:
    """Two organisations that may be one, and why."""

    one: Organisation
    other: Organisation
    reason: str


def organisation_doubles(*, actor: Actor, at_least: float = 0.8) -> list[Doubles]:
    """Return pairs of living organisations whose names are alike by ``at_least``, most alike first.

    Names of counties tell nothing about who it is; two sound codes that differ tell that
    they are two, unless the names are the same.
    """
    rows = {str(row.pk): row for row in organisations_for(actor=actor)}
    places = {name for county in County.objects.all() for name in (county.name, county.short_name)}
    found = []
    for pair in near_pairs({key: row.name for key, row in rows.items()}, at_least=at_least, places=places):
        one, other = rows[pair.one], rows[pair.other]
        if pair.likeness.score == 1 or not (one.credit_code and other.credit_code):
            found.append(Doubles(one, other, pair.likeness.reason))
    return found


def credit_code_remarks(code: str) -> list[str]:
    """Return what is worth a second look in a sound credit code: its division is former or unknown.

    Never a refusal: no history of division codes is whole (GB 32100-2015, GB/T 2260). One query.
    """
    if not code:
        return []
    place = Division.objects.filter(code=code[2:8]).first()
    known = {place.code: place.name} if place and not place.former else {"": ""}
    old = {place.code: place.name} if place and place.former else {}
    return [finding.message for finding in read_usci(code, divisions=known, former=old).findings]


def department_named(name: str) -> Department | None:
    """Return the department that documents print as ``name``: full, short, or an alias."""
    plain = name.strip()
    return Department.objects.filter(Q(name=plain) | Q(short_name=plain) | Q(aliases__name=plain)).first()
