"""What every case of a platform's life shares: its steps at one address, and the section on the platform's page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.kernel.access import AccessTable, Actor
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
    there = _there(platform, actor)
    for kind, table, told in KINDS:
        if there[kind]:
            rows = table.visible(_about(table, platform), actor).order_by("-pk")
            for row in rows.select_related(*RELATED.get(kind, ()))[:MOST]:
                yield _line(kind, row, *told(row))


def _there(platform: Platform, actor: Actor) -> dict[str, bool]:
    """Tell of which kinds the actor sees any case of the platform: one query, so that most pages ask nothing more."""
    asked = {kind: Exists(table.visible(_about(table, OuterRef("pk")), actor)) for kind, table, _told in KINDS}
    found: dict[str, bool] = Platform.objects.filter(pk=platform.pk).annotate(**asked).values(*asked).get()
    return found


def _about(table: AccessTable, platform: Any) -> QuerySet[Any]:
    return table.model._default_manager.filter(platform=platform)


def _target(row: Any) -> str:
    return f"{row.get_level_display()}{row.kind}"


Told = Callable[[Any], tuple[Any, str, Any]]
KINDS: tuple[tuple[str, AccessTable, Told], ...] = (
    ("annual_report", access.REPORTS, lambda row: (_("年度报告"), str(row), row.filed_on or row.due_on)),
    (
        "evaluation",
        access.EVALUATIONS,
        lambda row: (_("绩效评价"), f"{row.round} {row.grade}".strip(), row.graded_on or row.reported_on),
    ),
    ("change_request", access.CHANGES, lambda row: (_("变更申请"), row.kind_label, row.on)),
    ("hearing", access.HEARINGS, lambda row: (row.get_act_display(), row.ground_label, row.on or row.noticed_on)),
    ("pool_entry", access.POOL, lambda row: (_("培育库"), _target(row), row.entered_on or row.proposed_on)),
    (
        "recommendation",
        access.RECOMMENDATIONS,
        lambda row: (_("向上推荐"), row.programme or _target(row), row.decided_on or row.recommended_on),
    ),
)
"""Each kind of case on a platform's page: its page, its access, and what it is, what it says, which day counts."""
RELATED = {"evaluation": ("round",), "pool_entry": ("kind",), "recommendation": ("kind",)}


def _line(name: str, row: Any, what: Any, told: str, day: Any) -> tuple[Cell, ...]:
    process = type(row).process
    known = row.state in LIFE[process]
    return (
        Cell(what, href=reverse(f"platforms:{name}", args=[row.pk])),
        Cell(told),
        Cell(life_word(process, row.state), light=row.state if known else ""),
        Cell(day.isoformat() if day else ""),
    )
