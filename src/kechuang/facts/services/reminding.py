"""Telling an organisation's people what concerns its facts: evidence that runs out, a value that was contradicted."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.directory.models import Office
from kechuang.facts.models import Evidence, Question
from kechuang.facts.origins import UNIT
from kechuang.facts.subjects import NAMES, Subject, organisation_of
from kechuang.kernel import notices

STAGES = (60, 30, 7)
"""Days before the last day of an evidence on which its organisation is told."""


@transaction.atomic
def evidence_remind(*, on: date) -> int:
    """Tell of every evidence that runs out within ``STAGES`` days, once a stage; return how many there are (件)."""
    last = on + timedelta(days=max(STAGES))
    rows = Evidence.objects.filter(withdrawn_at=None, valid_to__range=(on, last)).order_by("pk")
    found = list(rows)
    people = _people({row.organisation_id for row in found}, on)
    for row in found:
        if row.valid_to is None:
            continue
        stage = min(stage for stage in STAGES if row.valid_to <= on + timedelta(days=stage))
        notices.wanted(
            people=people.get(row.organisation_id, ()),
            key=f"facts.evidence:{row.pk}:{row.valid_to}:{stage}",
            text=_("佐证“%(title)s”将于 %(day)s 到期，请更新") % {"title": row.title, "day": row.valid_to},
            url=reverse("facts:evidence", args=[row.pk]),
            because=_("您为本单位填报数据"),
            due_on=row.valid_to,
        )
    return len(found)


def question_tell(question: Question) -> None:
    """Tell an organisation that somebody else stated another value than the one in force of it."""
    offered = question.offered
    if offered.origin == UNIT:
        return
    organisation = organisation_of(Subject(NAMES[offered.subject_kind], offered.subject_id))
    if organisation is None:
        return
    notices.wanted(
        people=_people({organisation.pk}, timezone.localdate(offered.declared_at)).get(organisation.pk, ()),
        key=f"facts.question:{question.pk}:{offered.pk}",
        text=_("“%(metric)s”有另一来源给出不同的值，待核对") % {"metric": question.held.metric.label},
        url=reverse("facts:question", args=[question.pk]),
        because=_("这是本单位的数据"),
    )


def _people(organisations: set[int], on: date) -> dict[int, tuple[int, ...]]:
    """Return who fills in for each organisation on a day: one query."""
    offices = Office.objects.filter(
        Q(end=None) | Q(end__gt=on),
        organisation__in=organisations,
        role__in=("applicant", "host_admin"),
        start__lte=on,
        user__is_active=True,
    )
    found: dict[int, list[int]] = {}
    for organisation, user in offices.order_by("user_id").values_list("organisation_id", "user_id"):
        found.setdefault(organisation or 0, []).append(user)
    return {key: tuple(users) for key, users in found.items()}
