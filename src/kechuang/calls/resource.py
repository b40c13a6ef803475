"""Applications as a list (申报)."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.calls.access import APPLICATIONS as ACCESS
from kechuang.calls.models import Application
from kechuang.kernel.models import ProcessVersion
from kechuang.kernel.processes import process_of
from kechuang.ui.resource import Column, Resource

_words: dict[str, str] = {}


def state_said(name: str) -> str:
    """Return a state as people read it, whichever process it is of; versions never change, so words are kept."""
    if name not in _words:
        for pk in ProcessVersion.objects.order_by("pk").values_list("pk", flat=True):
            _words.update({state.name: str(state.label) for state in process_of(pk).states})
    return _words.get(name, name)


def _states() -> list[tuple[str, str]]:
    used = Application.objects.order_by().values_list("state", flat=True).distinct()
    return sorted((name, state_said(name)) for name in used)


APPLICATIONS = Resource(
    name="applications",
    model=Application,
    access=ACCESS,
    label=_("申报"),
    columns=(
        Column("title"),
        Column("number"),
        Column("item__title", _("事项")),
        Column("organisation__name", _("申报单位")),
        Column("county__short_name", _("县区")),
        Column("state", _("状态"), shown=state_said),
        Column("rank", numeric=True),
        Column("submitted_at"),
    ),
    filters=("item", "county", "state", "department", "call"),
    search=("title", "number", "organisation__name"),
    order=("-pk",),
    detail=lambda key: reverse("calls:application", args=[key]),
    narrow=Q(submitted_at__isnull=False),
    choices={"state": _states},
    empty=_("没有符合条件的申报。"),
    advice=_("放宽条件，或等待申报单位提交。"),
)
