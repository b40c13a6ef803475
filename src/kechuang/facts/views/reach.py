"""What several views share: the organisation asked for, its crumbs, downloads, whole numbers of an address."""

from __future__ import annotations

from urllib.parse import quote

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.directory.models import Organisation
from kechuang.facts import access
from kechuang.facts.models import Unit
from kechuang.facts.workbooks import XLSX
from kechuang.kernel.access import Actor
from kechuang.kernel.web import Request
from kechuang.ui.parts import Crumb

LARGEST = 2**31 - 1


def unit_seen(request: Request, key: int, action: str = "view") -> Organisation:
    """Return the organisation if the actor may do ``action`` with its facts; else the page does not exist."""
    if key > LARGEST:
        raise Http404
    found = access.KEEPING.visible(Unit.objects.filter(pk=key), request.actor, action).first()
    if found is None:
        raise Http404
    in_matters(request)
    return Organisation.objects.get(pk=found.pk)


def in_matters(request: Request) -> None:
    """Mark 事项 as the word of the rail a page belongs to; the dictionary alone belongs to 数据."""
    request.room = "matters"  # type: ignore[attr-defined]


def own_units(actor: Actor) -> list[Organisation]:
    """Return the organisations for which ``actor`` fills in."""
    rows = access.KEEPING.visible(Unit.objects.filter(merged_into=None), actor, "fill")
    keys = list(rows.values_list("pk", flat=True)[:50])
    return list(Organisation.objects.filter(pk__in=keys).order_by("name_key", "pk"))


def year_asked(request: Request) -> int | None:
    """Return ``?year=`` as a whole number of four digits, or ``None``."""
    typed = request.GET.get("year", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else None  # noqa: PLR2004 - a year


def unit_crumbs(organisation: Organisation, *more: Crumb) -> list[Crumb]:
    """Return the way to a page of an organisation's facts."""
    return [
        Crumb(organisation.name, reverse("directory:organisation", args=[organisation.pk])),
        Crumb(_("单位数据"), reverse("facts:unit", args=[organisation.pk])),
        *more,
    ]


def workbook_answer(data: bytes, name: str) -> HttpResponse:
    """Return a workbook as a download under a Chinese name."""
    answer = HttpResponse(data, content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
