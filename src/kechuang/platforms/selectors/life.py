"""The rules a platform's life follows now, and as a case has kept them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kechuang.catalogue.evaluation import AnnualReportForm, ChangeKind, EndingGround, LifeRules
from kechuang.catalogue.kinds import EvaluationScheme
from kechuang.directory.models import Organisation
from kechuang.kernel.errors import Refused
from kechuang.platforms.models import Ban, LifeRule, PlatformKind
from kechuang.pure.conditions.metrics import metrics_read
from kechuang.pure.evaluation.reading import system_read
from kechuang.pure.evaluation.systems import IndexSystem

LIFE = "life"


def rules_offered(kind: str, *, type_code: str = "") -> QuerySet[LifeRule]:
    """Return the current rules of a kind, those for a type of platform where one is named."""
    rows = LifeRule.objects.filter(kind=kind, current=True)
    if not type_code:
        return rows
    return rows.filter(pk__in=[row.pk for row in rows if type_code in row.data["types"]])


def life_rule() -> LifeRule:
    """Return the rules of change and ending in force; ``Refused`` before the catalogue was loaded."""
    found = LifeRule.objects.filter(kind=LifeRule.Kind.LIFE, code=LIFE, current=True).first()
    if found is None:
        raise Refused(_("变更与退出规则尚未载入，请先运行 kechuang catalogue load。"))
    return found


def report_form_for(kind: PlatformKind) -> LifeRule:
    """Return the form of a type's annual report: its own, else the one for all others."""
    forms = list(LifeRule.objects.filter(kind=LifeRule.Kind.REPORT, current=True))
    own = [row for row in forms if kind.code in row.data["types"]] or [row for row in forms if not row.data["types"]]
    if not own:
        raise Refused(_("“%(kind)s”没有年度报告表式，请先运行 kechuang catalogue load。") % {"kind": kind})
    return own[0]


@lru_cache(maxsize=256)
def _life(key: int) -> LifeRules:
    return LifeRules.model_validate_json(_definition(key))


@lru_cache(maxsize=256)
def _scheme(key: int) -> EvaluationScheme:
    return EvaluationScheme.model_validate_json(_definition(key))


@lru_cache(maxsize=256)
def _form(key: int) -> AnnualReportForm:
    return AnnualReportForm.model_validate_json(_definition(key))


@lru_cache(maxsize=256)
def _system(key: int) -> IndexSystem:
    data = LifeRule.objects.get(pk=key).data
    return system_read(data, metrics_read(data["dictionary"]))


def _definition(key: int) -> str:
    return LifeRule.objects.values_list("definition", flat=True).get(pk=key)


def life_of(rule: LifeRule) -> LifeRules:
    """Return the rules of change and ending of one version; versions never change, so this is kept."""
    return _life(rule.pk)


def scheme_of(rule: LifeRule) -> EvaluationScheme:
    """Return the scheme of one version."""
    return _scheme(rule.pk)


def form_of(rule: LifeRule) -> AnnualReportForm:
    """Return the report's form of one version."""
    return _form(rule.pk)


def system_of(rule: LifeRule) -> IndexSystem:
    """Return the index system of one version."""
    return _system(rule.pk)


def forget() -> None:
    """Read every version anew; for tests, where keys are given twice."""
    for kept in (_life, _scheme, _form, _system):
        kept.cache_clear()


def change_kind(rule: LifeRule, code: str) -> ChangeKind:
    """Return a kind of change by its code; ``Refused`` for one the rules do not have."""
    found = next((one for one in life_of(rule).changes if one.code == code), None)
    if found is None:
        raise Refused(_("没有这种变更事项。"), field="kind")
    return found


def ending_ground(rule: LifeRule, code: str, act: str) -> EndingGround:
    """Return a ground for ``act`` by its code; ``Refused`` for one that is none."""
    found = next((one for one in life_of(rule).grounds if one.code == code and one.act == act), None)
    if found is None:
        raise Refused(_("这一情形不适用于所选的处理。"), field="ground")
    return found


@dataclass(frozen=True, slots=True)
class Barred:
    """Why an organisation or a person may not apply, and until before which day."""

    reason: str
    until: date
    document_number: str

    def __str__(self) -> str:
        words = {"reason": self.reason, "until": self.until.isoformat(), "number": self.document_number}
        if self.document_number:
            return str(_("因“%(reason)s”限制申报至 %(until)s（不含当日），%(number)s。") % words)
        return str(_("因“%(reason)s”限制申报至 %(until)s（不含当日）。") % words)


def bans_on(on: date) -> QuerySet[Ban]:
    """Return the bans that hold on a day."""
    return Ban.objects.filter(Q(lifted_on=None) | Q(lifted_on__gt=on), start__lte=on, end__gt=on)


def barred(*, organisation: Organisation | None, on: date, people: Iterable[str] = ()) -> Barred | None:
    """Return the longest ban on an organisation, or on one of ``people`` by name, that holds on ``on``."""
    named = Q(person_name__in=[name for name in people if name])
    who = named if organisation is None else named | Q(organisation=organisation)
    row = bans_on(on).filter(who).order_by("-end").first()
    return None if row is None else Barred(row.reason, row.end, row.document_number)


def barred_sentence(organisation: Organisation, on: date) -> str | None:
    """Say why an organisation may not apply on a day, or nothing: what the intake asks."""
    found = barred(organisation=organisation, on=on)
    return str(found) if found else None


def as_choices(rows: Iterable[Any]) -> list[tuple[str, str]]:
    """Return (code, label) of catalogue entries."""
    return [(row.code, row.label) for row in rows]
