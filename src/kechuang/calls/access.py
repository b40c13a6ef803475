"""Who may see and deal with items, calls, applications, objections and decisions.

Which step of an application is whose stands in its process; how far each role reaches stands
here. Officers see an application from its first submission on, its organisation's people from
the beginning. The person who objects is known to those who answer, and to nobody else.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from kechuang.calls.models import (
    Application,
    Call,
    Decision,
    Objection,
    ObjectionIdentity,
    Participant,
    Partner,
    Publicity,
    Rating,
    Redress,
    ServiceItem,
)
from kechuang.kernel.access import NOTHING, PUBLIC, AccessTable, Actor, Allow, Office, Reach, Where, everything, within

OWN = _("本单位的申报")
OWN_FILLED = _("本人发起或受邀填写的本单位申报")
OWN_LED = _("本人发起或受邀填写全部内容的本单位申报")
COUNTY = _("本县区单位的申报")
COMPETENT = _("本部门办理的申报")
WHOLE_CITY = _("统览全市申报")
COUNTY_APART = _("本县区单位的申报（本人任职单位的除外）")
COMPETENT_APART = _("本部门办理的申报（本人任职单位的除外）")
WHOLE_CITY_APART = _("全市申报（本人任职单位的除外）")
HANDED_IN = Q(submitted_at__isnull=False)
HIDDEN = Q(state__in=("draft", "checking", "discarded"))

_own = within(organisation="organisation_id")
_county = within(county="county_id")
_competent = within(department="department_id")


def _filled_by(actor: Actor, office: Office) -> Q:
    """Return the office's organisation's applications that the person began or was invited to fill."""
    if office.organisation_id is None or actor.user_id is None:
        return NOTHING
    invited = Participant.objects.filter(application_id=OuterRef("pk"), user_id=actor.user_id, fills=True)
    return Q(organisation_id=office.organisation_id) & (Q(started_by_id=actor.user_id) | Q(Exists(invited)))


def _led_by(actor: Actor, office: Office) -> Q:
    """Return those of them that the person began or was invited to fill as a whole.

    Who was invited to some sections fills those: inviting others, handing in and withdrawing are not a guest's.
    """
    if office.organisation_id is None or actor.user_id is None:
        return NOTHING
    whole = Participant.objects.filter(application_id=OuterRef("pk"), user_id=actor.user_id, fills=True, sections=[])
    return Q(organisation_id=office.organisation_id) & (Q(started_by_id=actor.user_id) | Q(Exists(whole)))


def _handed_in(where: Where) -> Where:
    """Narrow a reach to what was handed in: a draft is nobody's business but its organisation's."""

    def narrowed(actor: Actor, office: Office) -> Q:
        return where(actor, office) & HANDED_IN

    return narrowed


def _apart(where: Where, organisation: str = "organisation_id") -> Where:
    """Leave out what concerns a unit the person serves, or that takes part: nobody decides one's own (回避)."""
    case = organisation.removesuffix("organisation_id").removesuffix("__") or "pk"

    def narrowed(actor: Actor, office: Office) -> Q:
        own = sorted({held.organisation_id for held in actor.offices if held.organisation_id is not None})
        scope = where(actor, office)
        if not own:
            return scope
        taking_part = Partner.objects.filter(application_id=OuterRef(case), state="confirmed", organisation_id__in=own)
        return scope & ~Q(**{f"{organisation}__in": own}) & ~Q(Exists(taking_part))

    return narrowed


def _impartial(where: Where) -> Where:
    """Leave out objections against a unit the person serves, and those the person raised."""
    apart = _apart(where, "publicity__application__organisation_id")

    def narrowed(actor: Actor, office: Office) -> Q:
        scope = apart(actor, office)
        return scope & ~Q(identity__user_id=actor.user_id) if actor.user_id else scope

    return narrowed


ITEMS = AccessTable(
    ServiceItem,
    (
        Allow(("view",), PUBLIC, everything, _("服务事项对外公开")),
        Allow(("preview", "call"), "department_officer", _competent, _("本部门办理的事项")),
        Allow(("preview", "call"), "department_head", _competent, _("本部门办理的事项")),
        Allow(("preview",), "conference_office", everything, _("统览全市事项")),
    ),
)

CALLS = AccessTable(
    Call,
    (
        Allow(("view",), PUBLIC, everything, _("申报通知对外公开"), only=~HIDDEN),
        Allow(
            ("view", "watch", "edit", "submit", "amend", "close", "finish", "discard"),
            "department_officer",
            _competent,
            _("本部门的申报通知"),
        ),
        Allow(
            ("view", "watch", "return", "publish", "amend", "close", "reopen", "finish", "cancel"),
            "department_head",
            _competent,
            _("本部门的申报通知"),
        ),
        Allow(("view", "watch"), "conference_office", everything, WHOLE_CITY),
        Allow(("view", "watch"), "leader", everything, WHOLE_CITY),
        Allow(("view", "watch"), "auditor", everything, WHOLE_CITY),
    ),
)

APPLICATIONS = AccessTable(
    Application,
    (
        Allow(("view",), "applicant", _own, OWN),
        Allow(("fill",), "applicant", _filled_by, OWN_FILLED),
        Allow(("invite",), "applicant", _led_by, OWN_LED),
        Allow(("view", "fill", "invite", "rate"), "host_admin", _own, OWN),
        Allow(("rate",), "applicant", _led_by, OWN_LED),
        Allow(("view",), "county_officer", _county, COUNTY, only=HANDED_IN),
        Allow(("view", "extend", "score"), "department_officer", _competent, COMPETENT, only=HANDED_IN),
        Allow(("extend",), "department_officer", _competent, COMPETENT),
        Allow(("view", "extend", "score"), "department_head", _competent, COMPETENT, only=HANDED_IN),
        Allow(("view",), "review_secretary", _competent, COMPETENT, only=HANDED_IN),
        Allow(("view",), "conference_office", everything, WHOLE_CITY, only=HANDED_IN),
        Allow(("view",), "leader", everything, WHOLE_CITY, only=HANDED_IN),
        Allow(("view",), "auditor", everything, WHOLE_CITY, only=HANDED_IN),
    ),
    reaches={
        "applicant": Reach(_led_by, OWN_LED),
        "host_admin": Reach(_own, OWN),
        "county_officer": Reach(_apart(_handed_in(_county)), COUNTY_APART),
        "department_officer": Reach(_apart(_handed_in(_competent)), COMPETENT_APART),
        "department_head": Reach(_apart(_handed_in(_competent)), COMPETENT_APART),
        "review_secretary": Reach(_apart(_handed_in(_competent)), COMPETENT_APART),
        "conference_office": Reach(_apart(_handed_in(everything)), WHOLE_CITY_APART),
    },
)

_of_publicity = within(department="publicity__application__department_id")
_of_objection = _apart(
    within(department="objection__publicity__application__department_id"),
    "objection__publicity__application__organisation_id",
)
ANSWERED = Q(state__in=("founded", "unfounded"))

PUBLICITIES = AccessTable(
    Publicity,
    (Allow(("view", "object"), PUBLIC, everything, _("公示对外公开")),),
)

OBJECTIONS = AccessTable(
    Objection,
    (
        Allow(
            ("view", "accept", "reject", "report", "withdraw"),
            "department_officer",
            _impartial(_of_publicity),
            _("对本部门公示的异议（本人任职单位的、本人提出的除外）"),
        ),
        Allow(
            ("view", "return", "found", "dismiss"),
            "department_head",
            _impartial(_of_publicity),
            _("对本部门公示的异议（本人任职单位的、本人提出的除外）"),
        ),
        Allow(
            ("view",),
            "host_admin",
            within(organisation="publicity__application__organisation_id"),
            _("对本单位公示结果的异议（不含异议人）"),
            only=ANSWERED,
        ),
        Allow(
            ("view",),
            "applicant",
            within(organisation="publicity__application__organisation_id"),
            _("对本单位公示结果的异议（不含异议人）"),
            only=ANSWERED,
        ),
        Allow(("view",), "auditor", everything, WHOLE_CITY),
    ),
)

IDENTITIES = AccessTable(
    ObjectionIdentity,
    (
        Allow(("view",), "department_officer", _of_objection, _("办理异议的部门")),
        Allow(("view",), "department_head", _of_objection, _("办理异议的部门")),
    ),
)

_decided = within(organisation="application__organisation_id")

DECISIONS = AccessTable(
    Decision,
    (
        Allow(("view",), PUBLIC, everything, _("认定结果对外公开"), only=Q(outcome="approved")),
        Allow(("view",), "applicant", _decided, OWN),
        Allow(("view",), "host_admin", _decided, OWN),
        Allow(("view",), "county_officer", within(county="application__county_id"), COUNTY),
        Allow(("view",), "department_officer", within(department="application__department_id"), COMPETENT),
        Allow(("view",), "department_head", within(department="application__department_id"), COMPETENT),
        Allow(("view",), "conference_office", everything, WHOLE_CITY),
        Allow(("view",), "leader", everything, WHOLE_CITY),
        Allow(("view",), "auditor", everything, WHOLE_CITY),
    ),
)


_partner = within(organisation="organisation_id")
_partners_of_own = within(organisation="application__organisation_id")
AS_PARTNER = _("本单位受邀参加的申报")

PARTNERS = AccessTable(
    Partner,
    (
        Allow(("view", "confirm", "decline", "leave"), "host_admin", _partner, AS_PARTNER),
        Allow(("view", "fill"), "applicant", _partner, AS_PARTNER, only=Q(state="confirmed")),
        Allow(("fill",), "host_admin", _partner, AS_PARTNER, only=Q(state="confirmed")),
        Allow(("view", "remove"), "host_admin", _partners_of_own, OWN),
        Allow(("view", "remove"), "applicant", _partners_of_own, OWN),
    ),
)

RATINGS = AccessTable(
    Rating,
    (
        Allow(("view",), "applicant", _decided, OWN),
        Allow(("view",), "host_admin", _decided, OWN),
        Allow(("view", "count"), "department_officer", within(department="application__department_id"), COMPETENT),
        Allow(("view", "count"), "department_head", within(department="application__department_id"), COMPETENT),
        Allow(("view", "count"), "conference_office", everything, WHOLE_CITY),
        Allow(("view", "count"), "leader", everything, WHOLE_CITY),
        Allow(("view", "count"), "auditor", everything, WHOLE_CITY),
    ),
)

_rated = within(organisation="rating__application__organisation_id")
_redressed = _apart(within(department="rating__application__department_id"), "rating__application__organisation_id")

REDRESSES = AccessTable(
    Redress,
    (
        Allow(("view", "report"), "department_officer", _redressed, COMPETENT_APART),
        Allow(("view", "return", "answer"), "department_head", _redressed, COMPETENT_APART),
        Allow(("view",), "applicant", _rated, OWN),
        Allow(("view",), "host_admin", _rated, OWN),
        Allow(("view",), "conference_office", everything, WHOLE_CITY),
        Allow(("view",), "leader", everything, WHOLE_CITY),
        Allow(("view",), "auditor", everything, WHOLE_CITY),
    ),
)


def concerned(actor: Actor) -> bool:
    """Tell whether ``actor`` has applications to look at."""
    return APPLICATIONS.may_any(actor, "view")


def is_host(actor: Actor, application: Application) -> bool:
    """Tell whether ``actor`` administers the applicant's own organisation; another one's administrator does not."""
    own = application.organisation_id
    return any(office.role == "host_admin" and office.organisation_id == own for office in actor.offices)


def is_inside(actor: Actor, application: Application) -> bool:
    """Tell whether ``actor`` sees the application by an office, not as one of the applicant's own people."""
    offices = [office for office in actor.offices if office.role not in ("applicant", "host_admin")]
    return APPLICATIONS.may(actor.with_offices(*offices), "view", application)


def prepares(actor: Actor) -> bool:
    """Tell whether ``actor`` prepares calls."""
    return CALLS.may_any(actor, "edit") or CALLS.may_any(actor, "publish")


def counts_ratings(actor: Actor) -> bool:
    """Tell whether ``actor`` looks at how matters were rated."""
    return RATINGS.may_any(actor, "count")
