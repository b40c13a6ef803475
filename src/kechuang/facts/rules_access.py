"""Who may read rules, and who may read what they say of an organisation.

Rules are public. A verdict tells figures of an organisation, so it is shown to those who see the figures, and to
those who answer for the whole city.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.facts.models import Candidate, RuleVersion
from kechuang.kernel.access import NOTHING, PUBLIC, AccessTable, Actor, Allow, Office, everything, within


def _department(actor: Actor, office: Office) -> Q:
    """Scope of a department: every organisation, once the office names its department."""
    return NOTHING if office.department_id is None else Q()


_own = within(organisation="pk")
_county = within(county="county_id")

RULES = AccessTable(RuleVersion, (Allow(("view",), PUBLIC, everything, _("条件规则对外公开")),))

CANDIDATES = AccessTable(
    Candidate,
    (
        Allow(("view",), "applicant", _own, _("本单位的判定")),
        Allow(("view",), "host_admin", _own, _("本单位的判定")),
        Allow(("view", "compare"), "county_officer", _county, _("本县区单位的判定")),
        Allow(("view", "compare"), "department_officer", _department, _("归口部门核对单位条件")),
        Allow(("view", "compare"), "department_head", _department, _("归口部门核对单位条件")),
        Allow(("view", "compare"), "conference_office", everything, _("联席会议办公室统览全市")),
        Allow(("view", "compare"), "leader", everything, _("市领导查看全市情况")),
        Allow(("view", "compare"), "auditor", everything, _("审计员查看数据与记录")),
    ),
)
