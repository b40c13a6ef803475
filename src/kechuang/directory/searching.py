"""What of the directory is found: organisations by every name they had; people and offices by who looks after them."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.directory import access
from kechuang.directory.models import Office, Organisation, OrganisationAlias, OrganisationPeriod, User
from kechuang.directory.selectors import ROLE_LABELS
from kechuang.kernel.search import Document, Follow, Searched


def organisations(keys: list[int]) -> Iterator[Document]:
    """Return organisations by name, former names, aliases and credit code: three queries."""
    rows = Organisation.objects.filter(pk__in=keys).select_related("county").prefetch_related("aliases", "periods")
    for row in rows:
        former = [period.name for period in row.periods.all()] + [alias.name for alias in row.aliases.all()]
        codes = {row.credit_code, *(period.credit_code for period in row.periods.all())}
        yield Document(
            key=row.pk,
            title=row.name,
            url=reverse("directory:organisation", args=[row.pk]),
            note=" · ".join([str(row.get_kind_display()), row.county.name]),
            aliases=tuple(name for name in dict.fromkeys(former) if name != row.name),
            numbers=tuple(sorted(code for code in codes if code)),
            county_id=row.county_id,
        )


def people(keys: list[int]) -> Iterator[Document]:
    """Return accounts with the offices held: neither telephone nor mail, who may see those opens the page."""
    offices = Office.objects.filter(end=None).select_related("department", "county", "organisation")
    for user in User.objects.filter(pk__in=keys).prefetch_related(Prefetch("offices", offices)):
        yield Document(
            key=user.pk,
            title=user.full_name or user.username,
            url=reverse("workbench:person", args=[user.pk]),
            note="；".join(_office(office) for office in user.offices.all()),
            numbers=(user.username,),
        )


def offices(keys: list[int]) -> Iterator[Document]:
    """Return offices by role, unit and who holds them, ended ones too: one query."""
    rows = Office.objects.filter(pk__in=keys).select_related("user", "department", "county", "organisation")
    for row in rows:
        yield Document(
            key=row.pk,
            title=_office(row),
            url=reverse("workbench:person", args=[row.user_id]),
            note=f"{row.user.full_name or row.user.username} · {row.start.isoformat()} — "
            f"{row.end.isoformat() if row.end else ''}".rstrip(),
            county_id=row.county_id,
            department_id=row.department_id,
            year=row.start.year,
        )


def _office(office: Office) -> str:
    unit = office.department or office.county or office.organisation
    role = str(ROLE_LABELS.get(office.role, office.role))
    return f"{role}（{unit}）" if unit else role


ORGANISATION = Searched(
    "organisation",
    _("单位"),
    Organisation,
    access.ORGANISATIONS,
    organisations,
    follows=(Follow(OrganisationAlias, "organisation_id"), Follow(OrganisationPeriod, "organisation_id")),
    only=Q(merged_into=None),
    order=20,
)
OFFICE = Searched(
    "office",
    _("岗位"),
    Office,
    access.OFFICES,
    offices,
    follows=(Follow(User, by="user_id"), Follow(Organisation, by="organisation_id")),
    order=82,
)
PERSON = Searched("person", _("人员"), User, access.USERS, people, follows=(Follow(Office, "user_id"),), order=80)
