"""What every case of a platform's life shares: its steps at one address, and the section on the platform's page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.kernel.access import Actor
from kechuang.kernel.web import Request
from kechuang.platforms import life_access as access
from kechuang.platforms.lights import LIFE, life_word
from kechuang.platforms.models import Platform
from kechuang.platforms.views import endings, evaluations, pool, reports, requests
from kechuang.platforms.views.cases import CasePage, case_step, table_section
from kechuang.ui.parts import Action, Section
from kechuang.ui.tables import Cell

PAGES: dict[str, CasePage] = {
    page.name: page
    for page in (
        pool.PAGE,
        reports.PAGE,
        evaluations.PAGE,
        requests.CHANGE,
        requests.RECOMMENDATION,
        endings.PAGE,
    )
}
MOST = 20


@login_required
def step(request: Request, name: str, key: int, step: str) -> HttpResponse:
    """Take a step of a case, whatever kind it is."""
    page = PAGES.get(name)
    if page is None:
        raise Http404
    return case_step(request, page, key, step)


def section(platform: Platform, actor: Actor) -> Section:
    """Return what is going on with a platform, as far as the actor sees it (运行)."""
    labels = (_("事项"), _("内容"), _("状态"), _("日期"))
    title = _("运行")
    if actor.user_id is None:
        return Section("life", title, empty=_("登录后可以看到年度报告、评价和变更的办理情况。"))
    return table_section("life", title, labels, list(_rows(platform, actor)), _("没有年度报告、评价、变更等事项。"))


def buttons(platform: Platform, beside: frozenset[str]) -> list[Action]:
    """Return what can be begun from a platform's page."""
    number, found = platform.number, []
    ended = platform.state in ("revoked", "deregistered")
    if "request" in beside and not ended:
        found.append(Action(_("申请变更"), reverse("platforms:change_kinds", args=[number])))
        found.append(Action(_("申请注销"), reverse("platforms:ending", args=[number])))
    if "end_propose" in beside and platform.state != "deregistered":
        found.append(Action(_("撤销或注销"), reverse("platforms:ending", args=[number]), danger=True))
    return found


def _rows(platform: Platform, actor: Actor) -> Iterator[tuple[Cell, ...]]:
    for report in access.REPORTS.visible(platform.annualreports.all(), actor)[:MOST]:
        yield _line("annual_report", report, _("年度报告"), str(report), report.filed_on or report.due_on)
    rounds = access.EVALUATIONS.visible(platform.evaluations.select_related("round"), actor)
    for one in rounds.order_by("-pk")[:MOST]:
        told = f"{one.round} {one.grade}".strip()
        yield _line("evaluation", one, _("绩效评价"), told, one.graded_on or one.reported_on)
    for change in access.CHANGES.visible(platform.changerequests.all(), actor)[:MOST]:
        yield _line("change_request", change, _("变更申请"), change.kind_label, change.on)
    for hearing in access.HEARINGS.visible(platform.hearings.all(), actor)[:MOST]:
        day = hearing.on or hearing.noticed_on
        yield _line("hearing", hearing, hearing.get_act_display(), hearing.ground_label, day)
    for entry in access.POOL.visible(platform.pool_entries.select_related("kind"), actor)[:MOST]:
        told = f"{entry.get_level_display()}{entry.kind}"
        yield _line("pool_entry", entry, _("培育库"), told, entry.entered_on or entry.proposed_on)
    for sent in access.RECOMMENDATIONS.visible(platform.recommendations.select_related("kind"), actor)[:MOST]:
        told = sent.programme or f"{sent.get_level_display()}{sent.kind}"
        yield _line("recommendation", sent, _("向上推荐"), told, sent.decided_on or sent.recommended_on)


def _line(name: str, row: Any, what: Any, told: str, day: Any) -> tuple[Cell, ...]:
    process = type(row).process
    known = row.state in LIFE[process]
    return (
        Cell(what, href=reverse(f"platforms:{name}", args=[row.pk])),
        Cell(told),
        Cell(life_word(process, row.state), light=row.state if known else ""),
        Cell(day.isoformat() if day else ""),
    )
