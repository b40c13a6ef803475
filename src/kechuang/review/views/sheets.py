"""The expert's pages: the desk, one sheet at a time, autosave, signing, stepping back.

In a blind round nothing here reads ``ProposalIdentity``: the page is made of the blind copy alone.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kechuang.kernel.errors import NotAllowed, Refused, Stale
from kechuang.kernel.files import attachment_response
from kechuang.kernel.web import Request
from kechuang.review import access
from kechuang.review.forms import ReasonForm
from kechuang.review.forms_sheet import SheetForm, initial_of
from kechuang.review.loading import rules_of
from kechuang.review.models import BlindCopy, BlindFile, ProposalIdentity, ScoreSheet
from kechuang.review.papers import trimmed
from kechuang.review.sealing import sealed
from kechuang.review.selectors import results
from kechuang.review.selectors import sheets as selectors
from kechuang.review.services import sheets as services
from kechuang.review.views.asking import form_answer, seen, sent
from kechuang.ui.parts import Crumb

STALE, WRONG = 409, 422


@login_required
def desk(request: Request) -> HttpResponse:
    """Show an expert's rounds with what is next."""
    if not access.SEATS.may_any(request.actor, "wish"):
        raise Http404
    context = {
        "heading": _("我的评审"),
        "readings": selectors.readings_of(request.actor),
    }
    return render(request, "review/desk.html", context)


@login_required
def sheet_page(request: Request, key: int) -> HttpResponse:
    """Show one sheet; without scripts everything is saved by one button."""
    sheet = _own(request, key)
    rules = rules_of(sheet.pair.proposal.round.scheme)
    if request.method == "POST":
        form = SheetForm(request.POST, rules=rules)
        return _saved(request, sheet, form)
    return _page(request, sheet, SheetForm(initial=initial_of(sheet, rules), rules=rules))


@login_required
@require_POST
def sheet_save(request: Request, key: int) -> HttpResponse:
    """Keep one field as it is typed; answer the new version, or why it was not kept."""
    sheet = _own(request, key)
    values = {
        name: str(value) for name, value in request.POST.items() if name not in ("version", "csrfmiddlewaretoken")
    }
    version = request.POST.get("version", "")
    if not version.isdecimal():
        return JsonResponse({"problem": _("请刷新页面后再填。")}, status=STALE)
    try:
        kept = services.sheet_save(sheet=sheet, actor=request.actor, version=int(version), values=values)
    except Stale as refusal:
        return JsonResponse({"problem": str(refusal)}, status=STALE)
    except Refused as refusal:
        return JsonResponse({"problem": str(refusal), "field": refusal.field}, status=WRONG)
    at = timezone.localtime(kept.saved_at).strftime("%H:%M")
    return JsonResponse({"version": kept.version, "saved": at, "total": _running_total(kept)})


@login_required
def sheet_sign(request: Request, key: int) -> HttpResponse:
    """Sign: what is still lacking is told first."""
    sheet = _own(request, key, "sign")
    form = ReasonForm(sent(request))
    del form.fields["reason"]
    rules = rules_of(sheet.pair.proposal.round.scheme)
    points = {row.criterion: row.points for row in sheet.scores.all() if row.points is not None}
    lacking = services.lacking(sheet)
    lead = (
        _("还缺：%(what)s。") % {"what": "；".join(lacking)}
        if lacking
        else _("总分 %(total)s。签名后不能自行修改，随后可以看到同一份材料的其他评分。")
        % {"total": services.total_of(rules, points)}
    )
    return form_answer(
        request,
        form,
        lambda _values: services.sheet_sign(sheet=sheet, actor=request.actor),
        done=_("已签名提交。"),
        back=reverse("review:sheet", args=[key]),
        heading=_("签名提交"),
        number=sheet.pair.proposal.code,
        lead=lead,
        submit_label=_("签名提交本份"),
        crumbs=_crumbs(sheet),
    )


@login_required
def sheet_abstain(request: Request, key: int) -> HttpResponse:
    """Step back from a proposal."""
    sheet = _own(request, key, "abstain")
    return form_answer(
        request,
        ReasonForm(sent(request), needed=True),
        lambda values: services.sheet_abstain(sheet=sheet, actor=request.actor, **values),
        done=_("已申报回避，这份材料将另请专家。"),
        back=reverse("review:desk"),
        heading=_("申报回避"),
        number=sheet.pair.proposal.code,
        consequence=_("回避后您不再看到这份材料，已填内容不计入结果。"),
        submit_label=_("申报回避"),
        crumbs=_crumbs(sheet),
    )


@login_required
def sheet_explain(request: Request, key: int) -> HttpResponse:
    """Write why one's score lies far from the others'."""
    sheet = _own(request, key, "explain")
    return form_answer(
        request,
        ReasonForm(sent(request), needed=True, initial={"reason": sheet.outlier_reason}),
        lambda values: services.outlier_explain(sheet=sheet, actor=request.actor, **values),
        done=_("说明已保存。"),
        back=reverse("review:sheet", args=[key]),
        heading=_("偏离说明"),
        number=sheet.pair.proposal.code,
        submit_label=_("保存说明"),
        crumbs=_crumbs(sheet),
    )


@login_required
def sheet_file(request: Request, key: int, file: int) -> HttpResponseBase:
    """Hand out a file of a blind copy under its neutral name."""
    sheet = _own(request, key)
    copies = access.BLIND_COPIES.visible(BlindCopy.objects.filter(proposal_id=sheet.pair.proposal_id), request.actor)
    found = BlindFile.objects.filter(pk=file, copy__in=copies).select_related("attachment").first()
    if found is None:
        raise Http404
    attachment = found.attachment
    attachment.name = found.name
    return attachment_response(attachment)


@login_required
def sheet_read(request: Request, key: int) -> HttpResponse:
    """Show a signed sheet to those who organise the round; who signed it stays sealed."""
    rows = ScoreSheet.objects.filter(pk=key).select_related("pair__proposal__round__scheme", "pair__seat")
    sheet: ScoreSheet = seen(request, access.SHEETS, rows)
    round_ = sheet.pair.proposal.round
    if not access.ROUNDS.may(request.actor, "view", round_):
        raise Http404
    context = {
        "heading": f"{sheet.pair.proposal.code} × {sheet.pair.seat.code}",
        "number": round_.number,
        "sheet": shown(sheet),
        "may_return": access.SHEETS.may(request.actor, "return", sheet) and round_.state == "scoring",
        "crumbs": [
            Crumb(round_.title, reverse("review:round", args=[round_.number])),
            Crumb(_("汇总"), reverse("review:results", args=[round_.number])),
            Crumb(sheet.pair.proposal.code),
        ],
    }
    return render(request, "review/sheet_read.html", context)


@login_required
def sheet_return(request: Request, key: int) -> HttpResponse:
    """Give a signed sheet back to its reviewer."""
    rows = ScoreSheet.objects.filter(pk=key).select_related("pair__proposal__round", "pair__seat")
    sheet: ScoreSheet = seen(request, access.SHEETS, rows, "return")
    number = sheet.pair.proposal.round.number
    return form_answer(
        request,
        ReasonForm(sent(request), needed=True),
        lambda values: services.sheet_return(sheet=sheet, actor=request.actor, **values),
        done=_("已退回重评。"),
        back=reverse("review:results", args=[number]),
        heading=_("退回重评"),
        number=f"{sheet.pair.proposal.code} × {sheet.pair.seat.code}",
        submit_label=_("退回"),
    )


def shown(sheet: ScoreSheet) -> dict[str, Any]:
    """Return a signed sheet as a page prints it: by seat, never by name."""
    rules = rules_of(sheet.pair.proposal.round.scheme)
    rows = {row.criterion: row for row in sheet.scores.all()}
    words = {one.code: one.label for one in rules.recommendations}
    return {
        "pk": sheet.pk,
        "seat": sheet.pair.seat.code,
        "total": "" if sheet.total is None else trimmed(sheet.total),
        "recommendation": words.get(sheet.recommendation, ""),
        "opinion": sheet.opinion,
        "reason": sheet.outlier_reason,
        "lines": [
            {
                "label": c.label,
                "most": c.most,
                "points": "" if row.points is None else trimmed(row.points),
                "comment": row.comment,
            }
            for c in rules.criteria
            if (row := rows.get(c.code)) is not None
        ],
    }


def _saved(request: Request, sheet: ScoreSheet, form: SheetForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, sheet, form)
    version = form.cleaned_data["version"]
    try:
        services.sheet_save(sheet=sheet, actor=request.actor, version=version, values=form.changed_values())
    except NotAllowed:
        raise Http404 from None
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, sheet, form)
    if "sign" in request.POST:
        return redirect("review:sheet_sign", sheet.pk)
    messages.success(request, _("已保存。"))
    return redirect("review:sheet", sheet.pk)


def _page(request: Request, sheet: ScoreSheet, form: SheetForm) -> HttpResponse:
    """Build the page; of a blind round under the database's own seal."""
    if not sheet.pair.proposal.round.blind:
        return _rendered(request, sheet, form)
    with sealed(request.actor):
        return _rendered(request, sheet, form)


def _rendered(request: Request, sheet: ScoreSheet, form: SheetForm) -> HttpResponse:
    proposal = sheet.pair.proposal
    reading = selectors.neighbours(request.actor, sheet)
    copy = access.BLIND_COPIES.visible(BlindCopy.objects.filter(proposal=proposal), request.actor).first()
    identity = None
    if not proposal.round.blind:
        whose = ProposalIdentity.objects.filter(proposal=proposal).select_related("organisation")
        identity = access.IDENTITIES.visible(whose, request.actor).first()
    is_open = sheet.state == "draft" and selectors.is_open(proposal.round)
    flags = (
        [one for one in results.flagged(proposal.round) if one.sheet.pk == sheet.pk] if sheet.state == "signed" else []
    )
    context = {
        "heading": copy.title if copy else proposal.code,
        "number": proposal.code,
        "sheet": sheet,
        "reading": reading,
        "copy": copy,
        "files": BlindFile.objects.filter(copy=copy).order_by("pk") if copy else (),
        "identity": identity,
        "form": form if is_open else None,
        "own": shown(sheet) if sheet.state == "signed" else None,
        "colleagues": [shown(one) for one in selectors.colleagues_sheets(request.actor, sheet)],
        "flag": flags[0].found if flags else None,
        "following": next((one for one in reading.sheets if one.state == "draft" and one.pk != sheet.pk), None),
        "running_total": _running_total(sheet),
        "crumbs": _crumbs(sheet),
    }
    return render(request, "review/sheet.html", context)


def _running_total(sheet: ScoreSheet) -> str:
    rules = rules_of(sheet.pair.proposal.round.scheme)
    points = {row.criterion: row.points for row in sheet.scores.all() if row.points is not None}
    total = services.total_of(rules, points)
    return "" if total is None else str(total)


def _own(request: Request, key: int, action: str = "fill") -> ScoreSheet:
    rows = selectors.own_sheets(request.actor).filter(pk=key)
    found: ScoreSheet = seen(request, access.SHEETS, rows, action)
    return found


def _crumbs(sheet: ScoreSheet) -> list[Crumb]:
    return [Crumb(_("我的评审"), reverse("review:desk")), Crumb(sheet.pair.proposal.code)]
