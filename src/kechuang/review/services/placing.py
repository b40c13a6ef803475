"""Where a proposal belongs in its round: its field of work, its amount, what tie rules compare; and taking it off."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.review import access
from kechuang.review.loading import rules_of
from kechuang.review.models import Proposal, Round


@transaction.atomic
def proposal_place(
    *,
    proposal: Proposal,
    actor: Actor,
    discipline_code: str,
    industry_code: str,
    amount_fen: int,
    figures: Mapping[str, int],
) -> Proposal:
    """Say which readers a proposal wants and what ties are broken by; ``figures`` by the key of a tie rule."""
    _planned(proposal, actor)
    known = {rule.key for rule in rules_of(proposal.round.scheme).tie_breaks}
    if unknown := set(figures) - known:
        raise Refused(_("评审办法没有“%(key)s”这一同分规则。") % {"key": min(unknown)})
    proposal.discipline_code, proposal.industry_code = discipline_code, industry_code
    proposal.amount_fen, proposal.figures = amount_fen, {key: n for key, n in figures.items() if n}
    proposal.save(update_fields=["discipline_code", "industry_code", "amount_fen", "figures"])
    return proposal


@transaction.atomic
def proposal_take_off(*, proposal: Proposal, actor: Actor) -> None:
    """Take a proposal off the list again; an application may then be listed in another round."""
    _planned(proposal, actor)
    proposal.delete()


def _planned(proposal: Proposal, actor: Actor) -> None:
    round_ = Round.objects.select_for_update().get(pk=proposal.round_id)
    access.PROPOSALS.require(actor, "change", proposal)
    if round_.state != "planned":
        raise Refused(_("名单已锁定；如需增减，请先撤销锁定。"))
