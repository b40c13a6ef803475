"""Who may see and keep what is known of organisations and of what belongs to them.

The law is written once, over organisations (``KEEPING``); facts, questions, evidence and sheets follow the
organisation they belong to. Figures of an enterprise are its own: the public sees none of them.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import Organisation
from kechuang.facts.models import Evidence, Fact, Metric, Question, Sheet, Unit
from kechuang.facts.subjects import Subject, belonging, organisation_of
from kechuang.kernel.access import NOTHING, PUBLIC, AccessTable, Actor, Allow, Office, Where, everything, within
from kechuang.kernel.errors import NotAllowed

OWN = _("本单位的数据")
IN_COUNTY = _("本县区单位的数据")
VERIFYING = _("归口部门核定单位数据")
HANDED = _("报送本部门的申报表")
OVERSIGHT = _("审计员查看数据与记录")


def _department(actor: Actor, office: Office) -> Q:
    """Scope of a department: every organisation, once the office names its department."""
    return NOTHING if office.department_id is None else Q()


_own = within(organisation="pk")
_county = within(county="county_id")
_handed = within(department="department_id")
BOUNDS: dict[str, Where] = {
    "applicant": _own,
    "host_admin": _own,
    "county_officer": _county,
    "department_officer": _department,
    "department_head": _department,
    "auditor": everything,
}
BECAUSE = {
    "applicant": OWN,
    "host_admin": OWN,
    "county_officer": IN_COUNTY,
    "department_officer": VERIFYING,
    "department_head": VERIFYING,
    "auditor": OVERSIGHT,
}


def _allow(role: str, *actions: str) -> Allow:
    return Allow(actions, role, BOUNDS[role], BECAUSE[role])


def _of_subject(role: str, prefix: str, *actions: str) -> Allow:
    """Allow ``actions`` on rows whose subject (reached through ``prefix``) belongs to one of the role's units."""

    def where(actor: Actor, office: Office) -> Q:
        units = BOUNDS[role](actor, office)
        if not units or units == NOTHING:
            return units
        return belonging(Organisation.objects.filter(units), prefix=prefix)

    return Allow(actions, role, where, BECAUSE[role])


def _of_organisation(role: str, *actions: str) -> Allow:
    """Allow ``actions`` on rows that name their organisation."""
    scopes = {
        "applicant": within(organisation="organisation_id"),
        "host_admin": within(organisation="organisation_id"),
        "county_officer": within(county="organisation__county_id"),
    }
    return Allow(actions, role, scopes.get(role, BOUNDS[role]), BECAUSE[role])


KEEPING = AccessTable(
    Unit,
    (
        _allow("applicant", "view", "declare", "keep", "fill"),
        _allow("host_admin", "view", "declare", "keep", "fill"),
        _allow("county_officer", "view"),
        _allow("department_officer", "view", "declare", "verify", "import"),
        _allow("department_head", "view", "verify"),
        _allow("auditor", "view"),
    ),
)

FACTS = AccessTable(
    Fact,
    (
        _of_subject("applicant", "", "view", "withdraw"),
        _of_subject("host_admin", "", "view", "withdraw"),
        _of_subject("county_officer", "", "view"),
        _of_subject("department_officer", "", "view", "withdraw", "verify"),
        _of_subject("department_head", "", "view", "verify"),
        _of_subject("auditor", "", "view"),
    ),
)

QUESTIONS = AccessTable(
    Question,
    (
        _of_subject("applicant", "held__", "view", "retract"),
        _of_subject("host_admin", "held__", "view", "retract"),
        _of_subject("county_officer", "held__", "view"),
        _of_subject("department_officer", "held__", "view", "answer", "retract"),
        _of_subject("department_head", "held__", "view", "answer"),
        _of_subject("auditor", "held__", "view"),
    ),
)

EVIDENCE = AccessTable(
    Evidence,
    (
        _of_organisation("applicant", "view", "download", "change", "withdraw"),
        _of_organisation("host_admin", "view", "download", "change", "withdraw"),
        _of_organisation("county_officer", "view", "download"),
        _of_organisation("department_officer", "view", "download"),
        _of_organisation("department_head", "view", "download"),
        _of_organisation("auditor", "view"),
    ),
)

SHEETS = AccessTable(
    Sheet,
    (
        _of_organisation("applicant", "view", "fill", "submit", "withdraw"),
        _of_organisation("host_admin", "view", "fill", "submit", "withdraw"),
        _of_organisation("county_officer", "view"),
        _of_organisation("department_officer", "view"),
        _of_organisation("department_head", "view"),
        Allow(("return", "verify", "reopen"), "department_officer", _handed, HANDED),
        Allow(("verify", "reopen"), "department_head", _handed, HANDED),
        _of_organisation("auditor", "view"),
    ),
)

METRICS = AccessTable(Metric, (Allow(("view",), PUBLIC, everything, _("指标字典对外公开")),))


def may_keep(actor: Actor, action: str, organisation: Organisation) -> bool:
    """Tell whether ``actor`` may do ``action`` (view, declare, keep, fill, verify) with an organisation's facts."""
    return KEEPING.may(actor, action, organisation)


def require_subject(actor: Actor, action: str, subject: Subject) -> Organisation:
    """Return the organisation of a subject; raise ``NotAllowed`` unless ``actor`` may do ``action`` there."""
    organisation = organisation_of(subject)
    if organisation is None:
        raise NotAllowed(_("找不到这些数据所属的单位，不能办理。"))
    KEEPING.require(actor, action, organisation)
    return organisation
