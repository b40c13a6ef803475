"""What facts show in other rooms: on an organisation's page and on the desks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.directory.models import Organisation
from kechuang.facts import access
from kechuang.facts.choices import IN_FORCE
from kechuang.facts.models import Fact, Question, Sheet
from kechuang.facts.rules_access import CANDIDATES
from kechuang.facts.selectors.overview import overview_of
from kechuang.facts.selectors.subjects import names_of
from kechuang.facts.subjects import subject_of
from kechuang.kernel.access import Actor
from kechuang.kernel.inbox import Bounds, Desk
from kechuang.ui.parts import Fact as Shown
from kechuang.ui.parts import Section


def facts_panel(organisation: Organisation, actor: Actor, on: date) -> Section:
    """Return how much is known of ``organisation``, for those who may see it."""
    title = _("单位数据")
    seen = overview_of(organisation=organisation, actor=actor, on=on)
    if seen is None:
        rules = _rules_shown(organisation) if _compares(organisation, actor) else ()
        return Section("facts_known", title, facts=rules, empty=_("单位数据只供本单位、所在县区和归口部门查看。"))
    shown = (
        Shown(
            _("已知数据"),
            _("%(count)d 项") % {"count": seen.known},
            href=reverse("facts:unit", args=[organisation.pk]),
            note=_("已核定 %(count)d 项") % {"count": seen.verified},
        ),
        Shown(_("待核对"), _("%(count)d 项") % {"count": seen.contested}, href=reverse("facts:questions")),
        Shown(
            _("佐证库"),
            _("%(count)d 件") % {"count": seen.kept},
            href=reverse("facts:vault", args=[organisation.pk]),
            note=_("%(count)d 件将到期") % {"count": seen.soon} if seen.soon else "",
        ),
        *_rules_shown(organisation),
    )
    return Section("facts_known", title, facts=shown)


def _compares(organisation: Organisation, actor: Actor) -> bool:
    """Tell whether ``actor`` reads verdicts without seeing the facts; those without such an office cost no query."""
    return CANDIDATES.may_any(actor, "view") and CANDIDATES.may(actor, "view", organisation)


def _rules_shown(organisation: Organisation) -> tuple[Shown, ...]:
    """Return the way to what the rules say of ``organisation``; who sees its facts may read that as well."""
    return (Shown(_("条件对照"), _("离哪些平台最近"), href=reverse("facts:unit_rules", args=[organisation.pk])),)


def merger_of(absorbed: Organisation, into: Organisation) -> Iterator[str]:
    """Say what merging does to facts: they stay with the body they were true of."""
    count = Fact.objects.filter(**subject_of(absorbed).key, status__in=IN_FORCE).count()
    if count:
        yield _("%(count)s 项已知数据留在“%(name)s”名下，作为它的历史保留") % {"count": count, "name": absorbed}


def organisation_url(key: int) -> str:
    """Return an organisation's page."""
    return reverse("directory:organisation", args=[key])


def sheet_title(sheet: Sheet) -> str:
    """Name a sheet on a desk."""
    return f"{sheet.organisation} · {sheet}"


def sheet_url(sheet: Sheet) -> str:
    """Return where a sheet is dealt with."""
    return reverse("facts:sheet", args=[sheet.pk])


def names_of_questioned(rows: list[Question]) -> None:
    """Hang the name of its subject on each question: one query a kind for a whole desk."""
    names = names_of([(row.held.subject_kind, row.held.subject_id) for row in rows])
    for row in rows:
        row.subject_name = names.get((row.held.subject_kind, row.held.subject_id), "")  # type: ignore[attr-defined]


def question_title(question: Question) -> str:
    """Name a question on a desk, once ``names_of_questioned`` has seen it."""
    year = f"{question.held.year} " if question.held.year else ""
    return f"{question.subject_name} · {year}{question.held.metric.label}"  # type: ignore[attr-defined]


def question_url(question: Question) -> str:
    """Return where a question is answered."""
    return reverse("facts:question", args=[question.pk])


def sheet_bounds(sheet: Sheet) -> Bounds:
    """Return whose desk a sheet may lie on: its organisation's, its county's, the department it is handed to."""
    return Bounds((sheet.organisation_id,), (sheet.organisation.county_id,), (sheet.department_id,))


def question_bounds(question: Question) -> Bounds:
    """Return whose desk a question may lie on: the department's."""
    return Bounds(departments=() if question.department_id is None else (question.department_id,))


DESKS = (
    Desk(Sheet, access.SHEETS, title=sheet_title, url=sheet_url, related=("organisation",), bounds=sheet_bounds),
    Desk(
        Question,
        access.QUESTIONS,
        title=question_title,
        url=question_url,
        related=("held__metric",),
        prepare=names_of_questioned,
        bounds=question_bounds,
        starter=lambda question: question.asked_by_id,
    ),
)


def sees_sheets(actor: Actor) -> bool:
    """Tell whether sheets and questions concern the person at all."""
    return access.SHEETS.may_any(actor, "view")


def verifies(actor: Actor) -> bool:
    """Tell whether the person verifies what organisations declare."""
    return access.KEEPING.may_any(actor, "verify")


def imports(actor: Actor) -> bool:
    """Tell whether the person takes over what other bodies send."""
    return access.KEEPING.may_any(actor, "import")


def fills_in(actor: Actor) -> bool:
    """Tell whether the person fills in for an organisation."""
    return access.KEEPING.may_any(actor, "fill")
