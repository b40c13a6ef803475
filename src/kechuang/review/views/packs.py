"""Downloads of the decision pack: only for those who may read both the ranking and whose the proposals are."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse

from kechuang.kernel.web import Request
from kechuang.review import access
from kechuang.review.models import ProposalIdentity, Ranking
from kechuang.review.papers import PAPERS
from kechuang.review.views.asking import round_seen


@login_required
def pack(request: Request, number: str, name: str) -> HttpResponse:
    """Hand out one paper of the pack."""
    round_ = round_seen(request, number)
    rankings = access.RANKINGS.visible(Ranking.objects.filter(round=round_), request.actor)
    ranking = rankings.select_related("round__department", "round__scheme").order_by("-pk").first()
    whose = access.IDENTITIES.visible(ProposalIdentity.objects.filter(proposal__round=round_), request.actor)
    if name not in PAPERS or ranking is None or not whose.exists():
        raise Http404
    make, suffix, media_type = PAPERS[name]
    answer = HttpResponse(make(ranking, on=request.actor.today), content_type=media_type)
    answer["Content-Disposition"] = f"attachment; filename*=utf-8''{quote(f'{round_.number}-{name}.{suffix}')}"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
