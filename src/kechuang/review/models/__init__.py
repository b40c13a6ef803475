"""What review stores: experts, rounds with what they judge, seats and pairs, sheets and results."""

from kechuang.review.models.experts import (
    Affiliation,
    Expert,
    ExpertField,
    FeeLine,
    Integrity,
    OrganisationTie,
    QualityMark,
    Relation,
)
from kechuang.review.models.rounds import (
    AvoidedExpert,
    BlindCopy,
    BlindFile,
    Proposal,
    ProposalIdentity,
    ProposalParty,
    ProposalPerson,
    Round,
    Scheme,
)
from kechuang.review.models.scores import CriterionScore, Feedback, Ranking, RankingLine, ScoreSheet
from kechuang.review.models.seats import AssignmentRun, Draw, Invitation, Pair, Seat, SeatIdentity, Wish

__all__ = [
    "Affiliation",
    "AssignmentRun",
    "AvoidedExpert",
    "BlindCopy",
    "BlindFile",
    "CriterionScore",
    "Draw",
    "Expert",
    "ExpertField",
    "FeeLine",
    "Feedback",
    "Integrity",
    "Invitation",
    "OrganisationTie",
    "Pair",
    "Proposal",
    "ProposalIdentity",
    "ProposalParty",
    "ProposalPerson",
    "QualityMark",
    "Ranking",
    "RankingLine",
    "Relation",
    "Round",
    "Scheme",
    "ScoreSheet",
    "Seat",
    "SeatIdentity",
    "Wish",
]
