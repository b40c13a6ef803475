"""Living organisations as a list (单位名录)."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.directory.access import ORGANISATIONS
from kechuang.directory.importing import ORGANISATIONS_IN
from kechuang.directory.models import Organisation
from kechuang.ui.resource import Column, Resource

KINDS = dict(Organisation.Kind.choices)


def _page(key: int) -> str:
    return reverse("directory:organisation", args=[key])


DIRECTORY = Resource(
    name="organisations",
    model=Organisation,
    access=ORGANISATIONS,
    label=_("单位名录"),
    columns=(
        Column("name"),
        Column("credit_code"),
        Column("kind", shown=lambda kind: KINDS.get(kind, kind)),
        Column("county__short_name", _("县区")),
        Column("industry_code"),
    ),
    exported=(
        Column("name"),
        Column("credit_code"),
        Column("kind", shown=lambda kind: KINDS.get(kind, kind)),
        Column("county__short_name", _("县区")),
        Column("industry_code"),
        Column("address"),
    ),
    filters=("kind", "county"),
    search=("name", "credit_code"),
    order=("name_key", "id"),
    key="pk",
    detail=_page,
    narrow=Q(merged_into=None),
    empty=_("没有符合条件的单位。"),
    advice=_("放宽条件，或换一个名称查找。"),
    imports=ORGANISATIONS_IN,
)
