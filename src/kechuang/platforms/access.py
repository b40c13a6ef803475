"""Who may see and keep platforms, their recognitions and the matrix of competence.

The register's entries are dated, so a scope on them is dated too: an office sees an entry
when the entry's own host, county or department on that day lies within its bound.
Platforms and recognitions are reached through the entry of today. What is sensitive is
hidden from the public on every day.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.access import NOTHING, PUBLIC, AccessTable, Actor, Allow, Office, Where, everything, within
from kechuang.platforms.models import Competence, Platform, Recognition, RegisterEntry

HOSTED = _("本单位依托的平台")
IN_COUNTY = _("本县区的平台")
COMPETENT = _("本部门归口管理的平台")
WHOLE_CITY = _("统览全市平台")
OPEN = _("平台登记库对外公开，不公开的平台除外")

KEEPING = ("change", "correct", "partner", "record", "end_propose")
DECIDING = (
    "activate",
    "warn",
    "lift",
    "rectify",
    "resume",
    "revoke",
    "reinstate",
    "deregister",
    "conceal",
    "end_propose",
)
BESIDE = (*KEEPING, "conceal", "request")
"""What a platform's page offers that is no step of its life."""


def through_entry(key: str, **columns: str) -> Where:
    """Build a scope over rows whose platform (``key``) lies within an office's bound today."""

    def where(actor: Actor, office: Office) -> Q:
        bounds = {column: getattr(office, f"{name}_id") for name, column in columns.items()}
        if None in bounds.values():
            return NOTHING
        # The row of today has no end, so a platform that changed hands is its new keeper's.
        return Q(Exists(RegisterEntry.objects.filter(platform_id=OuterRef(key), end=date.max, **bounds)))

    return where


ENTRIES = AccessTable(
    RegisterEntry,
    (
        Allow(("view",), PUBLIC, everything, OPEN, only=Q(sensitive=False)),
        Allow(("view",), "applicant", within(organisation="host_id"), HOSTED),
        Allow(("view",), "host_admin", within(organisation="host_id"), HOSTED),
        Allow(("view",), "county_officer", within(county="county_id"), IN_COUNTY),
        Allow(("view",), "department_officer", within(department="department_id"), COMPETENT),
        Allow(("view",), "department_head", within(department="department_id"), COMPETENT),
        Allow(("view",), "conference_office", everything, WHOLE_CITY),
        Allow(("view",), "leader", everything, WHOLE_CITY),
        Allow(("view",), "auditor", everything, WHOLE_CITY),
    ),
)

_hosted = through_entry("pk", organisation="host_id")
_county = through_entry("pk", county="county_id")
_competent = through_entry("pk", department="department_id")

PLATFORMS = AccessTable(
    Platform,
    (
        Allow(("view",), PUBLIC, everything, OPEN, only=Q(sensitive=False)),
        Allow(("view",), "applicant", _hosted, HOSTED),
        Allow(("view", "report", "request"), "host_admin", _hosted, HOSTED),
        Allow(("view",), "county_officer", _county, IN_COUNTY),
        Allow(("view", "add", "return", *KEEPING), "department_officer", _competent, COMPETENT),
        Allow(("view", *DECIDING), "department_head", _competent, COMPETENT),
        Allow(("view",), "conference_office", everything, WHOLE_CITY),
        Allow(("view",), "leader", everything, WHOLE_CITY),
        Allow(("view",), "auditor", everything, WHOLE_CITY),
    ),
)

_recognised_host = through_entry("platform_id", organisation="host_id")
_recognised_county = through_entry("platform_id", county="county_id")
_recognised_competent = through_entry("platform_id", department="department_id")
KNOWN = Q(state="in_force") | Q(state="ended")

RECOGNITIONS = AccessTable(
    Recognition,
    (
        Allow(("view",), PUBLIC, everything, OPEN, only=KNOWN & Q(platform__sensitive=False)),
        Allow(("view", "scan"), "applicant", _recognised_host, HOSTED, only=KNOWN),
        Allow(("view", "scan"), "host_admin", _recognised_host, HOSTED, only=KNOWN),
        Allow(("view", "scan"), "county_officer", _recognised_county, IN_COUNTY, only=KNOWN),
        Allow(
            ("view", "scan", "edit", "submit", "withdraw", "end"),
            "department_officer",
            _recognised_competent,
            COMPETENT,
        ),
        Allow(
            ("view", "scan", "return", "confirm", "enact", "end", "void"),
            "department_head",
            _recognised_competent,
            COMPETENT,
        ),
        Allow(("view", "scan"), "conference_office", everything, WHOLE_CITY, only=KNOWN),
        Allow(("view", "scan"), "leader", everything, WHOLE_CITY, only=KNOWN),
        Allow(("view", "scan"), "auditor", everything, WHOLE_CITY),
    ),
)

COMPETENCE = AccessTable(
    Competence,
    (
        Allow(("view",), PUBLIC, everything, _("归口表对外公开")),
        Allow(("transfer",), "conference_office", everything, _("联席会议办公室登记归口调整")),
    ),
)
