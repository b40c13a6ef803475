"""Pages of training and policy sessions: who attended, and what changed in their gap."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.kernel.web import Request
from kechuang.platforms import life_access as access
from kechuang.platforms import services
from kechuang.platforms.life_forms import AttendForm, SessionForm
from kechuang.platforms.life_resources import SESSIONS
from kechuang.platforms.models import GapSnapshot, PoolEntry, TrainingSession
from kechuang.platforms.views.cases import new_page, table_section
from kechuang.ui.acts import carried_out
from kechuang.ui.lists import resource_list
from kechuang.ui.parts import Action, Crumb, Fact, Section
from kechuang.ui.tables import Cell


@login_required
def session_list(request: Request) -> HttpResponse:
    """Show the training and policy sessions."""
    may = access.SESSIONS.may_any(request.actor, "add")
    actions = [Action(_("登记培训活动"), reverse("platforms:session_new"), primary=True)] if may else []
    return resource_list(request, SESSIONS, extra=lambda _shown: {"actions": actions})


@login_required
def session_new(request: Request) -> HttpResponse:
    """Put a session on record."""
    if not access.SESSIONS.may_any(request.actor, "add"):
        raise Http404
    form = SessionForm(request.POST or None, initial={"held_on": request.actor.today})
    made: list[TrainingSession] = []
    if carried_out(form, lambda values: made.append(services.session_hold(actor=request.actor, **values))):
        messages.success(request, _("培训活动已登记。"))
        return redirect("platforms:session", made[0].pk)
    words = {"heading": _("登记培训活动"), "submit_label": _("登记培训活动")}
    return new_page(request, "sessions", _("培训活动"), form, words)


@login_required
def session(request: Request, key: int) -> HttpResponse:
    """Show a session: who attended, and what changed in their gap since."""
    found = get_object_or_404(access.SESSIONS.visible(TrainingSession.objects.filter(pk=key), request.actor))
    seen = access.POOL.visible(PoolEntry.objects.all(), request.actor).values("pk")
    rows = found.attendances.filter(entry__in=seen).select_related(
        "entry__organisation", "entry__kind", "before", "after"
    )
    cells = [
        (
            Cell(str(row.entry.organisation), href=reverse("platforms:pool_entry", args=[row.entry_id])),
            Cell(f"{row.entry.get_level_display()}{row.entry.kind}"),
            Cell(row.people),
            Cell(met_of(row.before)),
            Cell(met_of(row.after)),
            Cell(gained(row.before, row.after)),
        )
        for row in rows
    ]
    labels = (_("培育对象"), _("目标"), _("参加人员"), _("此前满足"), _("此后满足"), _("变化"))
    facts = (
        Fact(_("日期"), found.held_on.isoformat()),
        Fact(_("地点"), found.place),
        Fact(_("主讲"), found.speaker),
        Fact(_("主办部门"), found.department.name),
        Fact(_("内容"), found.summary, wide=True),
    )
    may = access.SESSIONS.may(request.actor, "attend", found)
    context = {
        "heading": found.title,
        "crumbs": [Crumb(_("培训活动"), reverse("platforms:sessions")), Crumb(found.title)],
        "actions": [Action(_("登记参加"), reverse("platforms:session_attend", args=[key]), primary=True)]
        if may
        else [],
        "sections": [
            Section("facts", _("活动"), facts=facts),
            table_section("people", _("参加的培育对象"), labels, cells, _("还没有登记参加的培育对象。")),
        ],
    }
    return render(request, "ui/detail.html", context)


@login_required
def session_attend(request: Request, key: int) -> HttpResponse:
    """Put on record who took part."""
    found = get_object_or_404(access.SESSIONS.visible(TrainingSession.objects.filter(pk=key), request.actor, "attend"))
    entries = access.POOL.visible(PoolEntry.objects.exclude(state__in=("promoted", "removed")), request.actor)
    form = AttendForm(request.POST or None, entries=entries.select_related("organisation", "kind").order_by("pk"))
    if carried_out(form, lambda values: services.session_attend(session=found, actor=request.actor, **values)):
        messages.success(request, _("已登记参加。"))
        return redirect("platforms:session", key)
    context = {
        "heading": _("登记参加"),
        "form": form,
        "submit_label": _("登记参加"),
        "cancel_url": reverse("platforms:session", args=[key]),
        "crumbs": [Crumb(_("培训活动"), reverse("platforms:sessions")), Crumb(found.title)],
    }
    return render(request, "ui/form_page.html", context)


def met_of(snapshot: GapSnapshot | None) -> str:
    """Return how many clauses of all were met."""
    return f"{snapshot.met}/{snapshot.asked}" if snapshot else str(_("未更新"))


def gained(before: GapSnapshot | None, after: GapSnapshot | None) -> str:
    """Return how many clauses more are met after than before; nothing before both are known."""
    if before is None or after is None:
        return ""
    return f"{after.met - before.met:+d}"
