"""A round from its planning to its end: what it judges, blind copies, its steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kechuang.calls.models import Application
from kechuang.directory.models import Department, Organisation, OrganisationAlias
from kechuang.kernel import cases, numbering
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.moves import take
from kechuang.kernel.processes import begin
from kechuang.kernel.uploads import upload_judged
from kechuang.pure.names import core
from kechuang.review import access
from kechuang.review.blind import Identifier, left_over, redact
from kechuang.review.blind_pdf import clean_pdf
from kechuang.review.keeping import PDF, file_keep, person
from kechuang.review.loading import rules_of
from kechuang.review.models import (
    AvoidedExpert,
    BlindCopy,
    BlindFile,
    Pair,
    Proposal,
    ProposalIdentity,
    ProposalParty,
    ProposalPerson,
    Round,
    Scheme,
    ScoreSheet,
)
from kechuang.review.selectors.results import unexplained_outliers
from kechuang.review.services.experts import identity_digest

CORE_LEAST = 3


@transaction.atomic
def round_plan(*, actor: Actor, scheme: Scheme, kind: str, department: Department, **values: Any) -> Round:
    """Begin a round; ``values``: title, blind, deadline_at, place, call."""
    rules = rules_of(scheme)
    if not access.ROUNDS.may_any(actor, "add"):
        raise NotAllowed(_("评审由评审秘书组织。"))
    if kind not in rules.kinds:
        raise Refused(_("“%(scheme)s”不用于这种评审方式。") % {"scheme": scheme.title}, field="kind")
    made = Round.objects.create(
        **begin("review_round"),
        number=numbering.formatted("PS", actor.today.year),
        scheme=scheme,
        kind=kind,
        department=department,
        **{"blind": rules.blind, **values},
    )
    access.ROUNDS.require(actor, "add", made)
    cases.opened(made)
    return made


@transaction.atomic
def proposal_add(
    *,
    round_: Round,
    actor: Actor,
    number: str,
    title: str,
    organisation: Organisation,
    people: Iterable[tuple[str, str, str]],
    sections: Iterable[tuple[str, str, bool]] = (),
    parties: Iterable[Organisation | str] = (),
    avoided: Iterable[tuple[Any, str]] = (),
    application: Application | None = None,
    telling: Iterable[str] = (),
    **values: Any,
) -> Proposal:
    """List a proposal in a round that is being planned.

    ``people`` are (name, identity number or "", part), ``sections`` (label, text, identifying):
    identifying ones never enter the blind copy. ``avoided`` are (expert or None, name).
    ``telling`` are further texts that tell whose it is. ``values``: discipline_code, industry_code,
    amount_fen, figures.
    """
    locked = Round.objects.select_for_update().get(pk=round_.pk)
    access.ROUNDS.require(actor, "prepare", locked)
    if locked.state != "planned":
        raise Refused(_("名单已锁定；如需增减，请先撤销锁定。"))
    asked = list(avoided)
    most = rules_of(locked.scheme).limits.max_avoided
    if len(asked) > most:
        raise Refused(_("申请回避的专家最多 %(most)s 名。") % {"most": most}, field="avoided")
    proposal = Proposal.objects.create(round=locked, code=_code_next(locked), **values)
    ProposalIdentity.objects.create(
        proposal=proposal,
        application=application,
        number=number,
        title=title,
        organisation=organisation,
        county_id=organisation.county_id,
    )
    ProposalPerson.objects.bulk_create(
        [ProposalPerson(proposal=proposal, name=name, digest=identity_digest(i), part=part) for name, i, part in people]
    )
    ProposalParty.objects.bulk_create([_party(proposal, unit) for unit in parties])
    AvoidedExpert.objects.bulk_create([AvoidedExpert(proposal=proposal, expert=e, name=name) for e, name in asked])
    shown = [(label, text) for label, text, own in sections if not own]
    copy_write(proposal=proposal, title=title, sections=shown, telling=telling)
    return proposal


def copy_write(
    *, proposal: Proposal, title: str, sections: Iterable[tuple[str, str]], telling: Iterable[str] = ()
) -> BlindCopy:
    """Write what reviewers read: sections without identifiers, and what is still wrong with them.

    A round that is not blind serves them as they are.
    """
    if not proposal.round.blind:
        rows = [{"label": label, "text": text} for label, text in sections]
        plain, _made = BlindCopy.objects.update_or_create(
            proposal=proposal, defaults={"title": title, "sections": rows, "problems": []}
        )
        return plain
    known = [*identifiers_of(proposal), *(Identifier(text, _("〔申报方信息〕")) for text in telling if text.strip())]
    clean_title = redact(title, known)
    cleaned = [{"label": redact(label, known), "text": redact(text, known)} for label, text in sections]
    left = left_over([clean_title, *(part for row in cleaned for part in row.values())], known)
    problems = [_("仍含能识别申报方的内容：%(text)s。") % {"text": text} for text in left]
    copy, _created = BlindCopy.objects.update_or_create(
        proposal=proposal, defaults={"title": clean_title, "sections": cleaned, "problems": problems}
    )
    return copy


@transaction.atomic
def copy_file_add(
    *, copy: BlindCopy, upload: UploadedFile[bytes], actor: Actor, scans_checked: bool = False
) -> BlindFile:
    """Give reviewers a PDF: rewritten without its data, named by the proposal's code, refused where it tells whose."""
    access.BLIND_COPIES.require(actor, "change", copy)
    proposal = copy.proposal
    upload_judged(upload, accept=(PDF,), field="scan")
    data = upload.read()
    known = identifiers_of(proposal) if proposal.round.blind else []
    cleaned = clean_pdf(data, known, scans_checked=scans_checked)
    name = f"{proposal.code}-{copy.files.count() + 1}.pdf"
    kept = file_keep(cleaned, name=name, media_type=PDF, user_id=person(actor))
    return BlindFile.objects.create(copy=copy, attachment=kept, name=name)


def identifiers_of(proposal: Proposal) -> list[Identifier]:
    """Return everything that tells whose a proposal is: names of units and people, codes, numbers."""
    identity = proposal.identity
    host, party, person = _("〔申报单位〕"), _("〔合作单位〕"), _("〔申报人员〕")
    found = [Identifier(identity.number, _("〔业务编号〕"))]
    parties = list(proposal.parties.select_related("organisation"))
    known = {identity.organisation_id: host} | {row.organisation_id: party for row in parties if row.organisation_id}
    units = Organisation.objects.filter(Q(pk__in=known)).select_related("county")
    aliases = OrganisationAlias.objects.filter(organisation__in=known)
    for unit in units:
        word = known[unit.pk]
        found += [Identifier(unit.name, word), Identifier(unit.credit_code, word)]
        short = core(unit.name, (unit.county.name, unit.county.short_name))
        if len(short) >= CORE_LEAST:
            found.append(Identifier(short, word))
    found += [Identifier(alias.name, known[alias.organisation_id]) for alias in aliases]
    found += [Identifier(row.unit_name, party) for row in parties]
    found += [Identifier(row.name, person) for row in proposal.people.all()]
    return [one for one in dict.fromkeys(found) if one.text.strip()]


@transaction.atomic
def round_move(*, round_: Round, step: str, actor: Actor, reason: str = "") -> Round:
    """Take a step that needs nothing but its guards: open, close, reopen, decide, revise, cancel."""
    values = {"decided_on": actor.today} if step == "decide" else {}
    take(round_, step, access=access.ROUNDS, actor=actor, guards=GUARDS, reason=reason, values=values)
    return round_


def _code_next(round_: Round) -> str:
    """Return a code no proposal of the round has; one that was taken off leaves a gap, unless it was the last."""
    last = max((int(code.partition("-")[2]) for code in round_.proposals.values_list("code", flat=True)), default=0)
    return f"P-{last + 1:03d}"


def _party(proposal: Proposal, unit: Organisation | str) -> ProposalParty:
    if isinstance(unit, str):
        return ProposalParty(proposal=proposal, unit_name=unit)
    return ProposalParty(proposal=proposal, organisation=unit, unit_name=unit.name)


def _has_proposals(round_: Round) -> str | None:
    if not round_.proposals.exists():
        return _("还没有列入被评对象。")
    bare = sorted(round_.proposals.filter(discipline_code="").values_list("code", flat=True))
    if bare:
        return _("%(codes)s 等 %(count)s 份材料没有学科代码，无法确定从哪一门类抽取专家；请在“被评对象”中补上。") % {
            "codes": "、".join(bare[:3]),
            "count": len(bare),
        }
    return None


def _staffed(round_: Round) -> str | None:
    """Ask that every proposal has as many readers as the scheme wants, all of them accepted."""
    limits = rules_of(round_.scheme).limits
    wanted = limits.reviews_each if round_.kind == Round.Kind.REMOTE else limits.panel_least
    pairs = Pair.objects.filter(proposal__round=round_, seat__state="accepted").exclude(sheet__state="abstained")
    counts: dict[int, int] = {}
    for proposal in pairs.values_list("proposal_id", flat=True):
        counts[proposal] = counts.get(proposal, 0) + 1
    short = [code for key, code in round_.proposals.values_list("pk", "code") if counts.get(key, 0) < wanted]
    if short:
        return _("%(codes)s 等 %(count)s 份材料的评审专家不足 %(wanted)s 名，请先完成分派。") % {
            "codes": "、".join(sorted(short)[:3]),
            "count": len(short),
            "wanted": wanted,
        }
    return None


def _blind_copies(round_: Round) -> str | None:
    if not round_.blind:
        return None
    bad = round_.proposals.filter(Q(copy=None) | ~Q(copy__problems=[])).values_list("code", flat=True)
    codes = sorted(bad)
    return _("%(codes)s 的匿名材料还有问题，请先处理。") % {"codes": "、".join(codes[:5])} if codes else None


def _all_in(round_: Round) -> str | None:
    waiting = ScoreSheet.objects.filter(pair__proposal__round=round_, state="draft").count()
    return _("还有 %(count)s 份评分表没有签名。") % {"count": waiting} if waiting else _staffed(round_)


def _ranked(round_: Round) -> str | None:
    latest = round_.rankings.order_by("-pk").first()
    changed = ScoreSheet.objects.filter(pair__proposal__round=round_).order_by("-signed_at").first()
    if latest is None:
        return _("还没有汇总排序。")
    if changed and changed.signed_at and changed.signed_at > latest.computed_at:
        return _("汇总之后又有评分签名，请重新汇总。")
    return None


def _outliers_explained(round_: Round) -> str | None:
    left = unexplained_outliers(round_)
    return " ".join(left[:3]) if left else None


GUARDS: Mapping[str, Callable[[Round], str | None]] = {
    "has_proposals": _has_proposals,
    "staffed": _staffed,
    "blind_copies": _blind_copies,
    "all_in": _all_in,
    "ranked": _ranked,
    "outliers_explained": _outliers_explained,
}
