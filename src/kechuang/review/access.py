"""Who may see and do what in review. Who sits where and what was scored have tables apart.

Three seals are kept here: a blind reviewer never reads whose a proposal is; whoever reads
scores does not read who gave them; a colleague's sheet opens only once one's own is signed.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.access import NOTHING, PUBLIC, AccessTable, Actor, Allow, Office, Where, everything, within
from kechuang.review.models import (
    AssignmentRun,
    BlindCopy,
    Draw,
    Expert,
    Feedback,
    Pair,
    Proposal,
    ProposalIdentity,
    Ranking,
    Round,
    ScoreSheet,
    Seat,
    SeatIdentity,
)

OWN_ENTRY = _("本人的专家信息")
OF_UNIT = _("本单位的专家")
IN_COUNTY = _("本县区单位的专家")
KEPT = _("本部门主管的专家库")
DRAWS = _("评审秘书从全市专家库抽取")
OWN_ROUNDS = _("本部门组织的评审")
INVITED = _("本人受邀参加的评审")
ASSIGNED = _("分派给本人的材料")
WHOLE = _("审计员查看全部")
ANNOUNCED = _("公示中的专家对外公开姓名和单位")
OPEN = _("抽取的摘要和记录对外公开")
COLLEAGUES = _("本人签名后，可看同一份材料的其他评分")
TOLD = _("本单位申报的评审反馈")
DECIDED = _("已定稿的评审")


def _me(column: str) -> Where:
    """Build a scope of what belongs to the person who asks."""

    def where(actor: Actor, office: Office) -> Q:
        return NOTHING if actor.user_id is None else Q(**{column: actor.user_id})

    return where


def _reads(proposal_key: str, extra: Q | None = None) -> Where:
    """Build a scope of rows about proposals that the person reads in a round that is being scored."""

    def where(actor: Actor, office: Office) -> Q:
        if actor.user_id is None:
            return NOTHING
        pairs = Pair.objects.filter(
            extra or Q(),
            proposal_id=OuterRef(proposal_key),
            seat__identity__expert__user_id=actor.user_id,
            seat__state="accepted",
            sheet__state__in=("draft", "signed"),
            proposal__round__state__in=("scoring", "summing", "decided"),
        )
        return Q(Exists(pairs))

    return where


def _signed_beside(actor: Actor, office: Office) -> Q:
    """Return the signed sheets of proposals whose own sheet the person has signed."""
    if actor.user_id is None:
        return NOTHING
    own = ScoreSheet.objects.filter(
        pair__proposal_id=OuterRef("pair__proposal_id"),
        pair__seat__identity__expert__user_id=actor.user_id,
        state="signed",
    )
    return Q(Exists(own), state="signed")


_unit = within(organisation="organisation_id")
_county = within(county="organisation__county_id")
_kept = within(department="department_id")

EXPERTS = AccessTable(
    Expert,
    (
        Allow(("view", "edit", "submit", "change", "withdraw", "confirm"), "expert", _me("user_id"), OWN_ENTRY),
        Allow(("view", "edit", "submit", "withdraw"), "applicant", _me("user_id"), OWN_ENTRY),
        Allow(
            ("view", "add", "edit", "submit", "endorse", "return", "change", "withdraw"), "host_admin", _unit, OF_UNIT
        ),
        Allow(("add",), "applicant", _unit, OWN_ENTRY),
        Allow(("view", "recommend", "return"), "county_officer", _county, IN_COUNTY),
        Allow(("view", "accept", "admit", "return", "observe"), "department_officer", _kept, KEPT),
        Allow(("view", "suspend", "resume", "remove", "observe"), "department_head", _kept, KEPT),
        Allow(("view",), "review_secretary", everything, DRAWS),
        Allow(("view",), "auditor", everything, WHOLE),
        Allow(("announce",), PUBLIC, everything, ANNOUNCED, only=Q(state="publicity")),
    ),
)

SECRETARY_STEPS = ("commit", "reset", "draw", "redraw", "open", "close", "reopen", "decide", "cancel")
ROUNDS = AccessTable(
    Round,
    (
        Allow(
            ("view", "add", "prepare", "assign", "identify", "rank", "release", *SECRETARY_STEPS),
            "review_secretary",
            within(department="department_id"),
            OWN_ROUNDS,
        ),
        Allow(("view",), "department_officer", within(department="department_id"), OWN_ROUNDS),
        Allow(("view", "revise"), "department_head", within(department="department_id"), OWN_ROUNDS),
        Allow(("view",), "conference_office", everything, DECIDED, only=Q(state="decided")),
        Allow(("view",), "leader", everything, DECIDED, only=Q(state="decided")),
        Allow(("view", "identify"), "auditor", everything, WHOLE),
    ),
)

_of_round = within(department="round__department_id")
PROPOSALS = AccessTable(
    Proposal,
    (
        Allow(("view", "change"), "review_secretary", _of_round, OWN_ROUNDS),
        Allow(("view",), "department_officer", _of_round, OWN_ROUNDS),
        Allow(("view",), "department_head", _of_round, OWN_ROUNDS),
        Allow(("view",), "expert", _reads("pk"), ASSIGNED),
        Allow(("view",), "auditor", everything, WHOLE),
    ),
)

_through_proposal = within(department="proposal__round__department_id")
IDENTITIES = AccessTable(
    ProposalIdentity,
    (
        Allow(("view",), "review_secretary", _through_proposal, OWN_ROUNDS),
        Allow(("view",), "department_officer", _through_proposal, OWN_ROUNDS),
        Allow(("view",), "department_head", _through_proposal, OWN_ROUNDS),
        Allow(("view",), "expert", _reads("proposal_id", Q(proposal__round__blind=False)), ASSIGNED),
        Allow(("view",), "auditor", everything, WHOLE),
    ),
)

BLIND_COPIES = AccessTable(
    BlindCopy,
    (
        Allow(("view", "change"), "review_secretary", _through_proposal, OWN_ROUNDS),
        Allow(("view",), "expert", _reads("proposal_id"), ASSIGNED, only=Q(problems=[])),
    ),
)

DRAWS_TABLE = AccessTable(
    Draw,
    (
        Allow(("view",), PUBLIC, everything, OPEN),
        Allow(("protocol",), PUBLIC, everything, OPEN, only=Q(drawn_at__isnull=False, round__state="decided")),
        Allow(("protocol",), "review_secretary", _of_round, OWN_ROUNDS, only=Q(drawn_at__isnull=False)),
        Allow(("protocol",), "auditor", everything, WHOLE, only=Q(drawn_at__isnull=False)),
    ),
)

SEATS = AccessTable(
    Seat,
    (
        Allow(("view", "invite", "undo", "release", "promote"), "review_secretary", _of_round, OWN_ROUNDS),
        Allow(("view", "accept", "decline", "undo", "wish"), "expert", _me("identity__expert__user_id"), INVITED),
        Allow(("view",), "department_officer", _of_round, OWN_ROUNDS),
        Allow(("view",), "department_head", _of_round, OWN_ROUNDS),
        Allow(("view",), "auditor", everything, WHOLE),
    ),
)

SEAT_IDENTITIES = AccessTable(
    SeatIdentity,
    (
        Allow(("view",), "review_secretary", _of_round, OWN_ROUNDS),
        Allow(("view",), "expert", _me("expert__user_id"), INVITED),
        Allow(("view",), "auditor", everything, WHOLE),
    ),
)

PAIRS = AccessTable(
    Pair,
    (
        Allow(("view", "change"), "review_secretary", _through_proposal, OWN_ROUNDS),
        Allow(("view",), "expert", _me("seat__identity__expert__user_id"), ASSIGNED),
        Allow(("view",), "auditor", everything, WHOLE),
    ),
)

RUNS = AccessTable(
    AssignmentRun,
    (
        Allow(("view",), "review_secretary", _of_round, OWN_ROUNDS),
        Allow(("view",), "auditor", everything, WHOLE),
    ),
)

_sheet_of_round = within(department="pair__proposal__round__department_id")
SIGNED = Q(state="signed")
SUMMED = SIGNED & Q(pair__proposal__round__state__in=("summing", "decided"))
SHEETS = AccessTable(
    ScoreSheet,
    (
        Allow(
            ("view", "fill", "sign", "abstain", "explain"),
            "expert",
            _me("pair__seat__identity__expert__user_id"),
            ASSIGNED,
            only=Q(pair__seat__state="accepted", pair__proposal__round__state__in=("scoring", "summing", "decided")),
        ),
        Allow(("view",), "expert", _signed_beside, COLLEAGUES),
        Allow(("view", "return"), "review_secretary", _sheet_of_round, OWN_ROUNDS, only=SIGNED),
        Allow(("view",), "department_officer", _sheet_of_round, OWN_ROUNDS, only=SUMMED),
        Allow(("view",), "department_head", _sheet_of_round, OWN_ROUNDS, only=SUMMED),
        Allow(("view",), "auditor", everything, WHOLE, only=SIGNED),
    ),
)

RANKINGS = AccessTable(
    Ranking,
    (
        Allow(("view",), "review_secretary", _of_round, OWN_ROUNDS),
        Allow(("view",), "department_officer", _of_round, OWN_ROUNDS),
        Allow(("view",), "department_head", _of_round, OWN_ROUNDS),
        Allow(("view",), "conference_office", everything, DECIDED, only=Q(round__state="decided")),
        Allow(("view",), "leader", everything, DECIDED, only=Q(round__state="decided")),
        Allow(("view",), "auditor", everything, WHOLE),
    ),
)

_told = within(organisation="proposal__identity__organisation_id")
FEEDBACK = AccessTable(
    Feedback,
    (
        Allow(("view",), "applicant", _told, TOLD),
        Allow(("view",), "host_admin", _told, TOLD),
        Allow(("view",), "review_secretary", _through_proposal, OWN_ROUNDS),
        Allow(("view",), "department_officer", _through_proposal, OWN_ROUNDS),
        Allow(("view",), "auditor", everything, WHOLE),
    ),
)
