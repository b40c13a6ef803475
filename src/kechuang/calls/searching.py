"""What of the intake is found: items, calls, applications, notices of publicity and decisions.

Objections and who raised them are sealed: nothing here names them.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.calls import access
from kechuang.calls.models import Application, Call, Decision, Publicity, ServiceItem
from kechuang.directory.models import Organisation
from kechuang.kernel.search import Document, Follow, Searched


def items(keys: list[int]) -> Iterator[Document]:
    """Return service items: one query."""
    for row in ServiceItem.objects.filter(pk__in=keys, versions__isnull=False).distinct().select_related("department"):
        yield Document(
            key=row.pk,
            title=row.title,
            url=reverse("calls:item", args=[row.code]),
            note=f"{row.group} · {row.department.name}",
            numbers=(row.code,),
            department_id=row.department_id,
        )


def calls(keys: list[int]) -> Iterator[Document]:
    """Return calls; one that is not out yet leads to the desk where it is prepared: one query."""
    for row in Call.objects.filter(pk__in=keys).select_related("item", "department"):
        page = "calls:notice" if row.item_version_id else "calls:call_desk"
        yield Document(
            key=row.pk,
            title=row.title,
            url=reverse(page, args=[row.pk]),
            note=f"{row.item.title} · {row.department.name}",
            department_id=row.department_id,
            year=timezone.localtime(row.opens_at).year,
        )


def applications(keys: list[int]) -> Iterator[Document]:
    """Return applications by title, unit, item and number: one query."""
    for row in Application.objects.filter(pk__in=keys).select_related("item", "organisation"):
        yield Document(
            key=row.pk,
            title=row.title,
            url=reverse("calls:application", args=[row.pk]),
            note=f"{row.organisation.name} · {row.item.title}",
            numbers=(row.number,) if row.number else (),
            county_id=row.county_id,
            department_id=row.department_id,
            year=timezone.localtime(row.submitted_at or row.started_at).year,
        )


def publicities(keys: list[int]) -> Iterator[Document]:
    """Return what is or was open to objection, once its first day has come: one query."""
    rows = Publicity.objects.filter(pk__in=keys, opens_on__lte=timezone.localdate()).select_related("application")
    for row in rows:
        yield Document(
            key=row.pk,
            title=str(row.shown.get("title", "")),
            url=reverse("calls:publicity", args=[row.pk]),
            note=f"{row.opens_on.isoformat()} — {row.closes_on.isoformat()}",
            department_id=row.application.department_id,
            county_id=row.application.county_id,
            year=row.opens_on.year,
        )


def decisions(keys: list[int]) -> Iterator[Document]:
    """Return decisions by number and certificate; one without a public page leads to its application: one query."""
    for row in Decision.objects.filter(pk__in=keys).select_related("application__organisation"):
        of = row.application
        yield Document(
            key=row.pk,
            title=of.title,
            url=reverse("calls:verify", args=[row.token]) if row.token else reverse("calls:application", args=[of.pk]),
            note=" · ".join([str(row.get_outcome_display()), row.number, of.organisation.name]),
            numbers=tuple(number for number in (row.number, row.certificate_number) if number),
            county_id=of.county_id,
            department_id=of.department_id,
            year=row.decided_on.year,
        )


SEARCHED = (
    Searched("item", _("服务事项"), ServiceItem, access.ITEMS, items, only=Q(offered=True), order=40),
    Searched("call", _("申报通知"), Call, access.CALLS, calls, follows=(Follow(ServiceItem, by="item_id"),), order=42),
    Searched(
        "application",
        _("申报办件"),
        Application,
        access.APPLICATIONS,
        applications,
        follows=(Follow(Organisation, by="organisation_id"),),
        order=44,
    ),
    Searched("publicity", _("公示"), Publicity, access.PUBLICITIES, publicities, order=46),
    Searched(
        "decision",
        _("决定"),
        Decision,
        access.DECISIONS,
        decisions,
        # Approved without a certificate has no page for everybody: the application is its page, and keeps its own law.
        only=~Q(token=""),
        follows=(Follow(Application, by="application_id"),),
        order=48,
    ),
)
