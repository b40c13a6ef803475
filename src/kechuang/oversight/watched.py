"""Which pages show something personal or sealed, and of which row: what the trail of reading is made of."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.http import HttpRequest

from kechuang.kernel.audit_reads import EVERY_ROW

EXPORT = "format"


@dataclass(frozen=True, slots=True)
class Watch:
    """A page shows the row of ``model`` that ``kwarg`` of its address names by ``field``.

    ``taken`` when the answer is a file. Without ``kwarg`` the page is a list; only its exports are noted.
    """

    model: str
    kwarg: str = ""
    field: str = "pk"
    taken: bool = False


WATCHED = {
    "workbench:people": Watch("directory.User"),
    "workbench:person": Watch("directory.User", "pk"),
    "workbench:audit": Watch("kernel.AuditEvent"),
    "workbench:event": Watch("kernel.AuditEvent", "pk"),
    "calls:application": Watch("calls.Application", "pk"),
    "calls:step": Watch("calls.Application", "pk"),
    "calls:evidence": Watch("calls.Application", "pk", taken=True),
    "calls:paper": Watch("calls.Application", "pk", taken=True),
    "calls:scan": Watch("calls.Application", "pk", taken=True),
    "calls:objection": Watch("calls.Objection", "pk"),
    "calls:objection_evidence": Watch("calls.Objection", "pk", taken=True),
    "review:experts": Watch("review.Expert"),
    "review:expert": Watch("review.Expert", "number", "number"),
    "review:expert_edit": Watch("review.Expert", "number", "number"),
    "review:round": Watch("review.Round", "number", "number"),
    "review:proposals": Watch("review.Round", "number", "number"),
    "review:seats": Watch("review.Round", "number", "number"),
    "review:results": Watch("review.Round", "number", "number"),
    "review:pack": Watch("review.Round", "number", "number", taken=True),
    "review:seat": Watch("review.Seat", "key"),
    "review:pair": Watch("review.Pair", "key"),
    "review:sheet": Watch("review.ScoreSheet", "key"),
    "review:sheet_read": Watch("review.ScoreSheet", "key"),
    "review:sheet_file": Watch("review.ScoreSheet", "key", taken=True),
    "review:feedback": Watch("review.Feedback", "key"),
    "facts:unit": Watch("directory.Organisation", "key"),
    "facts:vault": Watch("directory.Organisation", "key"),
    "facts:evidence": Watch("facts.Evidence", "key"),
    "facts:evidence_file": Watch("facts.Evidence", "key", taken=True),
    "platforms:recognition": Watch("platforms.Recognition", "key"),
    "platforms:scan": Watch("platforms.Recognition", "key", taken=True),
    "platforms:pool_entry": Watch("platforms.PoolEntry", "key"),
    "platforms:annual_report": Watch("platforms.AnnualReport", "key"),
    "platforms:evaluation": Watch("platforms.Evaluation", "key"),
    "platforms:change_request": Watch("platforms.ChangeRequest", "key"),
    "platforms:recommendation": Watch("platforms.Recommendation", "key"),
    "platforms:recommendation_scan": Watch("platforms.Recommendation", "key", taken=True),
    "platforms:hearing": Watch("platforms.Hearing", "key"),
    "platforms:hearing_scan": Watch("platforms.Hearing", "key", taken=True),
}


def seen_by(request: HttpRequest) -> tuple[tuple[str, str], bool] | None:
    """Return ((table, row), taken) of what the request's page shows; ``None`` when nothing is watched there."""
    match = request.resolver_match
    watch = WATCHED.get(match.view_name) if match else None
    if match is None or watch is None:
        return None
    model = apps.get_model(watch.model)
    table = model._meta.db_table
    if not watch.kwarg:
        return ((table, EVERY_ROW), True) if request.GET.get(EXPORT) else None
    named = match.kwargs[watch.kwarg]
    if watch.field != "pk":
        named = model._default_manager.filter(**{watch.field: named}).values_list("pk", flat=True).first()
    return ((table, str(named)), watch.taken)
