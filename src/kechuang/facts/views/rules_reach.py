"""What the views of rules share: the rule and the organisation asked for, the year and the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404
from django.utils.translation import gettext as _

from kechuang.directory.models import Organisation
from kechuang.facts.models import Candidate, RuleVersion
from kechuang.facts.rules_access import CANDIDATES, RULES
from kechuang.facts.selectors.rules import rules_current
from kechuang.kernel.access import Actor
from kechuang.kernel.web import Request
from kechuang.ui.formats import parse_day

LARGEST = 2**31 - 1
FIRST_YEAR, LAST_YEAR = 2000, 2100
OWN_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Moment:
    """The reference year and day a page judges for; ``query`` carries them to the next page."""

    year: int
    on: date

    @property
    def query(self) -> str:
        return f"?year={self.year}&on={self.on.isoformat()}"


def moment_asked(request: Request) -> Moment:
    """Return ``?year=`` and ``?on=``: without a year the last closed one, without a day its 31 December.

    What cannot be read is told on the page.
    """
    typed, day = request.GET.get("year", "").strip(), request.GET.get("on", "").strip()
    year = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else None  # noqa: PLR2004 - a year
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        if typed:
            messages.warning(request, _("年度“%(typed)s”读不懂，已按上一年度判定。") % {"typed": typed[:20]})
        year = request.actor.today.year - 1
    on = parse_day(day) if day else None
    if day and on is None:
        messages.warning(request, _("日期“%(typed)s”读不懂，已按年末判定；请写成 2023-12-31。") % {"typed": day[:20]})
    return Moment(year, on or date(year, 12, 31))


def rule_asked(request: Request, code: str) -> RuleVersion:
    """Return the newest version of a rule that was not withdrawn; else the page does not exist."""
    version = RULES.visible(rules_current(), request.actor).filter(code=sound(code)).first()
    if version is None:
        raise Http404
    return version


def sound(code: str) -> str:
    """Return a rule's code as an address has it; with a sign no text of the database holds there is no such page."""
    if "\0" in code:
        raise Http404
    return code


def candidate_asked(request: Request, key: int) -> Organisation:
    """Return an organisation whose verdicts the actor may see; else the page does not exist."""
    if key > LARGEST:
        raise Http404
    found = CANDIDATES.visible(Candidate.objects.filter(pk=key), request.actor, "view").first()
    if found is None:
        raise Http404
    return Organisation.objects.select_related("county").get(pk=found.pk)


def own_candidates(actor: Actor) -> list[Organisation]:
    """Return the organisations ``actor`` speaks for."""
    bounds = (office.organisation_id for office in actor.offices if office.role in ("applicant", "host_admin"))
    keys = {bound for bound in bounds if bound is not None}
    rows = Organisation.objects.filter(pk__in=keys, merged_into=None).order_by("name_key", "pk")
    return list(rows[:OWN_SHOWN]) if keys else []


def compare_required(request: Request) -> None:
    """Let only those pass who may compare organisations; for others the page does not exist."""
    if not CANDIDATES.may_any(request.actor, "compare"):
        raise Http404
