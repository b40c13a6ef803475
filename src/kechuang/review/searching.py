"""What of review is found: the expert base and the rounds. Who sits where and whose a proposal is, is sealed."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import Organisation
from kechuang.kernel.search import Document, Follow, Searched
from kechuang.review import access
from kechuang.review.models import Expert, Round


def experts(keys: list[int]) -> Iterator[Document]:
    """Return experts by name, unit and number: one query."""
    for row in Expert.objects.filter(pk__in=keys).select_related("organisation"):
        yield Document(
            key=row.pk,
            title=row.name,
            url=reverse("review:expert", args=[row.number]),
            note=" · ".join(part for part in (row.organisation.name, str(row.get_title_display())) if part),
            numbers=(row.number,),
            county_id=row.organisation.county_id,
            department_id=row.department_id,
        )


def rounds(keys: list[int]) -> Iterator[Document]:
    """Return rounds of review by title and number: one query."""
    for row in Round.objects.filter(pk__in=keys).select_related("department"):
        yield Document(
            key=row.pk,
            title=row.title,
            url=reverse("review:round", args=[row.number]),
            note=f"{row.get_kind_display()} · {row.department.name}",
            numbers=(row.number,),
            department_id=row.department_id,
            year=row.deadline_at.year if row.deadline_at else None,
        )


SEARCHED = (
    Searched(
        "expert",
        _("专家"),
        Expert,
        access.EXPERTS,
        experts,
        follows=(Follow(Organisation, by="organisation_id"),),
        order=50,
    ),
    Searched("review_round", _("评审轮次"), Round, access.ROUNDS, rounds, order=52),
)
