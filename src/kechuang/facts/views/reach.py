"""What several views share: the organisation asked for, its crumbs, downloads, whole numbers of an address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.directory.models import Organisation
from kechuang.facts import access
from kechuang.facts.models import Unit
from kechuang.facts.subjects import Subject, organisation_of, registered, title_of
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


@dataclass(frozen=True, slots=True)
class Reached:
    """A subject the person may see, with the organisation it belongs to."""

    subject: Subject
    organisation: Organisation
    title: str

    @property
    def is_unit(self) -> bool:
        """Tell whether the subject is the organisation itself."""
        return self.subject.kind == "organisation"

    def url(self, name: str, *args: object) -> str:
        """Return the address of one of the subject's pages: ``unit``, ``history`` or ``verify``."""
        if self.is_unit:
            return reverse(f"facts:{name}", args=[self.subject.pk, *args])
        return reverse(f"facts:subject_{name}", args=[self.subject.kind, self.subject.pk, *args])

    def crumbs(self, *more: Crumb) -> list[Crumb]:
        """Return the way to one of the subject's pages."""
        own = [] if self.is_unit else [Crumb(self.title, self.url("unit"))]
        return unit_crumbs(self.organisation, *own, *more)


def subject_seen(request: Request, kind: str, key: int, action: str = "view") -> Reached:
    """Return a subject whose organisation lets the actor do ``action``; else the page does not exist."""
    if kind == "organisation":
        organisation = unit_seen(request, key, action)
        return Reached(Subject("organisation", key), organisation, organisation.name)
    known = registered().get(kind)
    if known is None or key > LARGEST:
        raise Http404
    subject = Subject(known.kind, key)
    owner = organisation_of(subject)
    if owner is None or not access.may_keep(request.actor, action, owner):
        raise Http404
    in_matters(request)
    return Reached(subject, owner, title_of(subject))


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
