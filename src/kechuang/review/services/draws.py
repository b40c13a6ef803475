"""The draw: terms and seed committed before, carried out once, set aside only with a reason."""

from __future__ import annotations

import secrets
from collections import Counter
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.kernel import events
from kechuang.kernel.access import Actor
from kechuang.kernel.cases import cases_keep
from kechuang.kernel.errors import Refused
from kechuang.kernel.moves import take
from kechuang.kernel.processes import begin
from kechuang.pure.drawing.panel import Candidate, Exclusion, Stratum, Terms, TooFew
from kechuang.pure.drawing.protocol import commitment, pool_hash, read_terms, write_protocol
from kechuang.review import access
from kechuang.review.conflicts import Found
from kechuang.review.loading import expert_base_rules, rules_of
from kechuang.review.models import Draw, Expert, Round, Seat, SeatIdentity
from kechuang.review.selectors.conflicts import conflicts_of_round
from kechuang.review.selectors.drawable import experts_with_standing, obstacles
from kechuang.review.services.rounds import GUARDS

SEED_BYTES = 24
SLACK_NUMERATOR, SLACK_DENOMINATOR = 4, 3
"""A third more places than full loads would need: experts decline and conflicts thin the choice."""


def quotas_suggested(round_: Round) -> list[dict[str, Any]]:
    """Return quotas by first level of discipline that would staff the round, with alternates."""
    limits = rules_of(round_.scheme).limits
    counts = Counter((code or "")[:3] for code in round_.proposals.values_list("discipline_code", flat=True))
    if round_.kind != Round.Kind.REMOTE:
        shares = _shared_out(limits.reviews_each, counts)
        return [{"name": name, "quota": n, "alternates": max(1, n)} for name, n in sorted(shares.items()) if n]
    found = []
    for name, count in sorted(counts.items()):
        full = -(-count * limits.reviews_each * SLACK_NUMERATOR // (limits.max_load * SLACK_DENOMINATOR))
        quota = max(full, limits.reviews_each + 2)
        found.append({"name": name, "quota": quota, "alternates": max(2, quota // 4)})
    return found


@transaction.atomic
def draw_commit(*, round_: Round, actor: Actor, strata: list[dict[str, Any]]) -> Draw:
    """Freeze the pool, the exclusions and the quotas, make a seed, and publish the hashes of both.

    Raises ``Refused`` where no seed could ever fill the quotas.
    """
    take(round_, "commit", access=access.ROUNDS, actor=actor, guards=GUARDS, values={"strata": strata})
    terms = _terms(round_, actor, strata)
    seed = secrets.token_hex(SEED_BYTES)
    try:
        write_protocol(terms, seed=seed)
    except TooFew as short:
        raise Refused(str(short) + _("请减少名额，或先充实专家库。"), field="strata") from None
    draw = Draw.objects.create(
        round=round_,
        seed=seed,
        commitment=commitment(seed),
        pool_hash=pool_hash(terms),
        terms=_as_data(terms),
    )
    events.publish("review.committed", draw)
    return draw


@transaction.atomic
def draw_carry_out(*, round_: Round, actor: Actor, public_value: str = "") -> Draw:
    """Draw by the committed seed and terms and make the seats; of two at once one is told so."""
    take(round_, "draw", access=access.ROUNDS, actor=actor, guards=GUARDS)
    draw = Draw.objects.select_for_update().get(round=round_, void_reason="")
    draw.public_value = public_value.strip()
    try:
        draw.protocol = write_protocol(read_terms(draw.terms), seed=draw.seed, public_value=draw.public_value)
    except TooFew as short:
        raise Refused(str(short)) from None
    draw.drawn_at = timezone.now()
    draw.save(update_fields=["public_value", "protocol", "drawn_at"])
    _seats(round_, draw.protocol["order"])
    return draw


@transaction.atomic
def draw_set_aside(*, round_: Round, actor: Actor, reason: str) -> Round:
    """Go back to planning: the draw stays on record as void, its seats are released."""
    step = "reset" if round_.state == "committed" else "redraw"
    take(round_, step, access=access.ROUNDS, actor=actor, guards=GUARDS, reason=reason)
    if round_.seats.filter(pairs__sheet__version__gt=0).exists():
        raise Refused(_("已有专家开始评分，不能重新抽取。"))
    Draw.objects.filter(round=round_, void_reason="").update(void_reason=reason.strip()[:200])
    for seat in round_.seats.exclude(state="released"):
        take(
            seat, "release", access=access.SEATS, actor=actor, guards={"nothing_signed": nothing_signed}, reason=reason
        )
    return round_


def nothing_signed(seat: Seat) -> str | None:
    """Say why a seat cannot be given up: what was signed stays."""
    if seat.pairs.filter(sheet__state="signed").exists():
        return _("该席位已有签名的评分，不能解除或谢绝。")
    return None


def _shared_out(places: int, counts: Counter[str]) -> dict[str, int]:
    """Share places out by largest remainder."""
    whole = sum(counts.values())
    shares = {name: places * n // whole for name, n in counts.items()}
    rest = sorted(counts, key=lambda name: (-(places * counts[name] % whole), name))
    for name in rest[: places - sum(shares.values())]:
        shares[name] += 1
    return shares


def _terms(round_: Round, actor: Actor, strata: list[dict[str, Any]]) -> Terms:
    rules, base = rules_of(round_.scheme), expert_base_rules()
    names = [row["name"] for row in strata]
    experts = list(experts_with_standing(on=actor.today).filter(Q(stratum__in=names)).order_by("number"))
    found = conflicts_of_round(round_, [expert.pk for expert in experts], on=actor.today)
    keys = list(round_.proposals.values_list("pk", flat=True))
    exclusions = []
    for expert in experts:
        reasons = obstacles(expert, base, on=actor.today) + _whole_batch(round_, expert, keys, found)
        if reasons:
            exclusions.append(Exclusion(expert.number, "；".join(dict.fromkeys(reasons))))
    limit = rules.limits.max_per_unit if round_.kind != Round.Kind.REMOTE else None
    return Terms(
        pool=tuple(_candidate(expert, base.max_reviews_a_year) for expert in experts),
        exclusions=tuple(exclusions),
        strata=tuple(Stratum(row["name"], row["quota"], row["alternates"]) for row in strata),
        max_per_unit=limit,
    )


def _candidate(expert: Expert, most: int) -> Candidate:
    weight = max(1, most - expert.served)  # type: ignore[attr-defined]  # annotated
    return Candidate(expert.number, expert.stratum, weight, f"U{expert.organisation_id}")


PUBLISHED = {
    "own_application": "本人在本批次有申报",
    "unverified": "任职信息未核实",
}


def _whole_batch(round_: Round, expert: Expert, keys: list[int], found: Found) -> list[str]:
    """Return why an expert is out for the whole batch: remote readers only where every proposal is barred.

    The reasons are published, so they name a rule and nobody's name.
    """
    rows = [found.get((key, expert.pk), []) for key in keys]
    codes = {conflict.code for row in rows for conflict in row}
    own = [PUBLISHED[code] for code in sorted(codes & set(PUBLISHED))]
    if own:
        return own
    if round_.kind == Round.Kind.REMOTE:
        return ["与本批全部申报应当回避"] if rows and all(rows) else []
    return ["与本批申报存在应当回避的情形"] if codes else []


def _seats(round_: Round, order: list[dict[str, Any]]) -> None:
    """Make a seat for each pick; codes are shuffled, so that the published order does not tell who has which."""
    picks = [row for row in order if row["role"] in (Seat.Part.MEMBER, Seat.Part.ALTERNATE)]
    experts = {e.number: e for e in Expert.objects.filter(number__in=[row["id"] for row in picks])}
    first = round_.seats.count() + 1
    codes = [f"专家{n:02d}" for n in range(first, first + len(picks))]
    secrets.SystemRandom().shuffle(codes)
    limits = rules_of(round_.scheme).limits
    remote = round_.kind == Round.Kind.REMOTE
    load = limits.max_load if remote else max(1, round_.proposals.count())
    state = begin("expert_seat")
    seats = Seat.objects.bulk_create(
        [
            Seat(
                **state,
                round=round_,
                code=code,
                part=row["role"],
                stratum=row["stratum"],
                order=place,
                max_load=load,
                min_load=limits.min_load if remote else 0,
            )
            for place, (row, code) in enumerate(zip(picks, codes, strict=True))
        ]
    )
    SeatIdentity.objects.bulk_create(
        [
            SeatIdentity(seat=seat, expert=experts[row["id"]], round=round_)
            for seat, row in zip(seats, picks, strict=True)
        ]
    )
    cases_keep(Seat, [seat.pk for seat in seats])


def _as_data(terms: Terms) -> dict[str, Any]:
    return {
        "pool": [{"id": c.id, "stratum": c.stratum, "weight": c.weight, "unit": c.unit} for c in terms.pool],
        "exclusions": [{"id": e.id, "reason": e.reason} for e in terms.exclusions],
        "strata": [{"name": s.name, "quota": s.quota, "alternates": s.alternates} for s in terms.strata],
        "max_per_unit": terms.max_per_unit,
    }
