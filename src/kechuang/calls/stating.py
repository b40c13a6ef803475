"""What a step asks of the person who takes it, beside the reason: read, checked, kept with the move.

Each word a process may put under ``asks`` is one entry of ``READINGS``: it turns what was typed
into JSON values or refuses with a sentence at the field. Pages build their inputs from ``FIELDS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.calls.proceeding import Proceeding
from kechuang.kernel.errors import Refused
from kechuang.kernel.files import attachment_store
from kechuang.ui.formats import parse_day

Typed = Mapping[str, Any]
Reading = Callable[[Typed, Proceeding], dict[str, Any]]
MOST_POINTS = Decimal(100)

FIELDS: dict[str, tuple[tuple[str, Any, str], ...]] = {
    "rank": (("rank", gettext_lazy("推荐排序"), "integer"),),
    "corrections": (
        ("corrections", gettext_lazy("补正清单"), "corrections"),
        ("due_on", gettext_lazy("补正期限"), "date"),
        ("why_again", gettext_lazy("再次告知的原因"), "text"),
    ),
    "score": (
        ("points", gettext_lazy("得分（0—100）"), "number"),
        ("recommended", gettext_lazy("建议通过"), "boolean"),
        ("opinion", gettext_lazy("评审意见"), "long_text"),
    ),
    "minutes": (
        ("minutes", gettext_lazy("会议纪要号"), "text"),
        ("met_on", gettext_lazy("会议日期"), "date"),
    ),
    "publicity": (("opens_on", gettext_lazy("公示第一日"), "date"),),
    "decision": (
        ("number", gettext_lazy("文号（留空自动编号）"), "text"),
        ("decided_on", gettext_lazy("决定日期"), "date"),
    ),
    "outside_decision": (
        ("outside_body", gettext_lazy("决定机关"), "text"),
        ("outside_number", gettext_lazy("文号"), "text"),
        ("outside_on", gettext_lazy("决定日期"), "date"),
        ("outside_outcome", gettext_lazy("结果"), "outcome"),
        ("outside_scan", gettext_lazy("扫描件"), "file"),
    ),
    "until": (("until", gettext_lazy("延至"), "date"),),
}
"""Name, label and kind of every input, by the word that asks for it."""


def stated_read(asks: tuple[str, ...], typed: Typed, proceeding: Proceeding) -> dict[str, Any]:
    """Return what was stated for ``asks`` as JSON values by input name; raises ``Refused`` at the first wrong one."""
    stated: dict[str, Any] = {}
    for word in asks:
        stated |= READINGS[word](typed, proceeding)
    return stated


def _day(typed: Typed, name: str, *, default: date | None = None) -> date:
    written = typed.get(name)
    day = written if isinstance(written, date) else parse_day(str(written or ""))
    if day is None and default is not None and not written:
        return default
    if day is None:
        raise Refused(_("请填写日期，如 2026-03-31。"), field=name)
    return day


def _text(typed: Typed, name: str, what: str) -> str:
    text = str(typed.get(name) or "").strip()
    if not text:
        raise Refused(_("请填写%(what)s。") % {"what": what}, field=name)
    return text[:300]


def _rank(typed: Typed, proceeding: Proceeding) -> dict[str, Any]:
    written = str(typed.get("rank") or "").strip()
    if not written.isdecimal() or not 0 < int(written) <= 9_999:  # noqa: PLR2004
        raise Refused(_("推荐排序请填 1 以上的整数，1 为首选。"), field="rank")
    return {"rank": int(written)}


def _corrections(typed: Typed, proceeding: Proceeding) -> dict[str, Any]:
    points = {str(code): str(note).strip() for code, note in dict(typed.get("corrections") or {}).items()}
    points = {code: note for code, note in points.items() if note}
    if not points:
        raise Refused(_("请至少列出一项需要补正的栏目并写明原因；须一次告知全部。"), field="corrections")
    unknown = [code for code in points if code not in proceeding.field_labels()]
    if unknown:
        raise Refused(_("申报表中没有“%(code)s”这一栏。") % {"code": unknown[0]}, field="corrections")
    due = _day(typed, "due_on", default=proceeding.due_after_state("correcting"))
    if due <= proceeding.today:
        raise Refused(_("补正期限须晚于今天。"), field="due_on")
    again = str(typed.get("why_again") or "").strip()
    if proceeding.application.corrections.exists() and not again:
        raise Refused(_("补正须一次告知。本件已告知过一次，再次告知请写明原因。"), field="why_again")
    return {"corrections": points, "due_on": due.isoformat(), "why_again": again}


def _score(typed: Typed, proceeding: Proceeding) -> dict[str, Any]:
    try:
        points = Decimal(str(typed.get("points") or "").strip())
    except InvalidOperation:
        raise Refused(_("请填写 0 到 100 的得分。"), field="points") from None
    if not (points.is_finite() and 0 <= points <= MOST_POINTS):
        raise Refused(_("得分须在 0 到 100 之间。"), field="points")
    recommended = str(typed.get("recommended") or "").lower() in ("true", "on", "1", "yes")
    return {
        "points": str(points.quantize(Decimal("0.01"))),
        "recommended": recommended,
        "opinion": _text(typed, "opinion", _("评审意见")),
    }


def _minutes(typed: Typed, proceeding: Proceeding) -> dict[str, Any]:
    met_on = _day(typed, "met_on", default=proceeding.today)
    if met_on > proceeding.today:
        raise Refused(_("会议日期不能晚于今天。"), field="met_on")
    return {"minutes": _text(typed, "minutes", _("会议纪要号")), "met_on": met_on.isoformat()}


def _publicity(typed: Typed, proceeding: Proceeding) -> dict[str, Any]:
    opens_on = _day(typed, "opens_on", default=proceeding.today)
    if opens_on < proceeding.today:
        raise Refused(_("公示第一日不能早于今天。"), field="opens_on")
    return {"opens_on": opens_on.isoformat()}


def _decision(typed: Typed, proceeding: Proceeding) -> dict[str, Any]:
    decided_on = _day(typed, "decided_on", default=proceeding.today)
    if decided_on > proceeding.today:
        raise Refused(_("决定日期不能晚于今天。"), field="decided_on")
    return {"number": str(typed.get("number") or "").strip()[:80], "decided_on": decided_on.isoformat()}


def _outside_decision(typed: Typed, proceeding: Proceeding) -> dict[str, Any]:
    on = _day(typed, "outside_on")
    if on > proceeding.today:
        raise Refused(_("决定日期不能晚于今天。"), field="outside_on")
    outcome = str(typed.get("outside_outcome") or "")
    scan = proceeding.files.get("outside_scan")
    if outcome not in ("approved", "refused"):
        raise Refused(_("请选择上级机关的结果。"), field="outside_outcome")
    return {
        "outside_body": _text(typed, "outside_body", _("决定机关")),
        "outside_number": _text(typed, "outside_number", _("文号")),
        "outside_on": on.isoformat(),
        "outside_outcome": outcome,
        **({"outside_scan": _kept(scan, proceeding)} if scan else {}),
    }


def _kept(scan: Any, proceeding: Proceeding) -> int:
    """Take the scan in and return its key; what is wrong with the file is said at its own field."""
    try:
        return attachment_store(scan, actor=proceeding.actor).pk
    except Refused as refusal:
        raise Refused(str(refusal), field="outside_scan") from None


def _until(typed: Typed, proceeding: Proceeding) -> dict[str, Any]:
    until = _day(typed, "until")
    if until <= proceeding.today:
        raise Refused(_("延至的日期须晚于今天。"), field="until")
    return {"until": until.isoformat()}


READINGS: dict[str, Reading] = {
    "rank": _rank,
    "corrections": _corrections,
    "score": _score,
    "minutes": _minutes,
    "publicity": _publicity,
    "decision": _decision,
    "outside_decision": _outside_decision,
    "until": _until,
}
