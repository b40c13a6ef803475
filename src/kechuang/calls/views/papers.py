"""Giving the papers of a case to whoever may see it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header

from kechuang.calls.papers import EXTENSIONS, PAPERS
from kechuang.calls.selectors import cases as reading
from kechuang.kernel.errors import Refused
from kechuang.kernel.files import attachment_response
from kechuang.kernel.models import Attachment
from kechuang.kernel.web import Request


@login_required
def paper(request: Request, pk: int, kind: str) -> HttpResponse:
    """Return one paper of a case; what does not exist yet is said on the case's page."""
    case = reading.application_seen(actor=request.actor, pk=pk)
    if kind not in PAPERS:
        raise Http404
    name, media_type, made = PAPERS[kind]
    try:
        content = made(case)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("calls:application", pk)
    answer = HttpResponse(content, content_type=media_type)
    title = f"{name}-{case.number or case.pk}.{EXTENSIONS[media_type]}"
    answer.headers["Content-Disposition"] = _attachment(title)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _attachment(title: str) -> str:

    return content_disposition_header(as_attachment=True, filename=title) or "attachment"


@login_required
def scan(request: Request, pk: int, key: int) -> HttpResponseBase:
    """Give a scan that was stated with a step to whoever may see the case."""
    case = reading.application_seen(actor=request.actor, pk=pk)
    if key not in {happened.stated.get("outside_scan") for happened in reading.history(case)}:
        raise Http404
    return attachment_response(get_object_or_404(Attachment, pk=key))
