"""What applications are tied to: who applies, who takes part, which platform they are about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.calls.models import Application, Partner
from kechuang.kernel.relations import Tie

SUBJECT = "platform"


def ties(kind: str, keys: Sequence[int], on: date) -> Iterator[Tie]:
    """Yield the ties of organisations, platforms and applications that were handed in by ``on``: two queries."""
    if kind not in ("organisation", SUBJECT, "application"):
        return
    about = Q(subject_type__model=SUBJECT, subject_id__in=keys)
    wanted = {"organisation": Q(organisation__in=keys), SUBJECT: about, "application": Q(pk__in=keys)}[kind]
    rows = Application.objects.filter(wanted, submitted_at__isnull=False).order_by("pk")
    columns = ("pk", "organisation_id", "subject_type__model", "subject_id", "submitted_at")
    for key, organisation, model, subject, submitted_at in rows.values_list(*columns):
        handed_in = timezone.localdate(submitted_at)
        if handed_in > on:
            continue
        yield Tie(("application", key), ("organisation", organisation), _("申报单位"), handed_in)
        if model == SUBJECT and subject:
            yield Tie(("application", key), (SUBJECT, subject), _("申报对象"), handed_in)
    if kind != SUBJECT:
        yield from _partners(kind, keys)


def _partners(kind: str, keys: Sequence[int]) -> Iterator[Tie]:
    wanted = Q(organisation__in=keys) if kind == "organisation" else Q(application__in=keys)
    rows = Partner.objects.filter(wanted, state="confirmed", application__submitted_at__isnull=False).order_by("pk")
    for application, organisation in rows.values_list("application_id", "organisation_id"):
        yield Tie(("application", application), ("organisation", organisation), _("联合申报单位"))
