"""Pages of the cultivation pool: the list with its progress, one member with its gap, sessions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.kernel.access import Actor
from kechuang.kernel.web import Request
from kechuang.platforms import life_access as access
from kechuang.platforms import services
from kechuang.platforms.life_forms import CoachForm, NoteForm, PoolForm
from kechuang.platforms.life_resources import POOL
from kechuang.platforms.lights import life_word
from kechuang.platforms.models import CoachingNote, GapSnapshot, PoolEntry
from kechuang.platforms.resource import page_of
from kechuang.platforms.views.cases import CasePage, case_page, form_page, new_page, sheet_response, table_section
from kechuang.platforms.views.sessions import gained, met_of
from kechuang.ui.acts import carried_out
from kechuang.ui.charts import Bullet, bullet_bars
from kechuang.ui.lists import Listing, resource_list
from kechuang.ui.parts import Action, Crumb, Fact, Section
from kechuang.ui.tables import Cell

VERDICTS = {
    "met": ("reached", gettext_lazy("满足")),
    "unmet": ("missed", gettext_lazy("未满足")),
    "unknown": ("unknown", gettext_lazy("待补录")),
}
IN_POOL = ("in_pool", "ready", "applied")


def _run(row: PoolEntry, step: str, actor: Actor, values: dict[str, Any]) -> object:
    return services.pool_move(entry=row, step=step, actor=actor, reason=values.get("reason", ""))


PAGE = CasePage(
    model=PoolEntry,
    access=access.POOL,
    list_name="pool",
    name="pool_entry",
    list_label=gettext_lazy("培育库"),
    run=_run,
    related=("organisation__county", "platform", "kind", "department", "coach"),
    dangerous=frozenset({"remove"}),
    primary=frozenset({"admit", "mature", "resubmit"}),
)


@login_required
def pool_list(request: Request) -> HttpResponse:
    """Show the pool, how many stand in which state, and how far they are."""
    return resource_list(
        request, POOL, template="platforms/life_list.html", extra=lambda shown: _pool_tools(request, shown)
    )


def _pool_tools(request: Request, shown: Listing) -> dict[str, Any]:
    states = {row["state"]: row for row in shown.rows.order_by().values("state").annotate(n=Count("pk"))}
    sums = (
        shown.rows.order_by()
        .filter(state__in=IN_POOL)
        .values("kind__name")
        .annotate(done=Sum("closed"), whole=Sum("asked"))
    )
    figures = [
        {"value": states[key]["n"], "unit": _("个"), "label": life_word("pool_entry", key), "href": f"?state={key}"}
        for key in ("candidate", "in_pool", "ready", "applied", "promoted")
        if key in states
    ]
    bars = [Bullet(str(row["kind__name"]), row["done"], row["whole"]) for row in sums.order_by("kind__name")]
    chart = bullet_bars("pool", _("已满足的条件 / 全部条件"), bars, unit=_("条"), label=_("目标类别")) if bars else None
    actions = []
    if access.POOL.may_any(request.actor, "add"):
        actions.append(Action(_("推荐入库"), reverse("platforms:pool_new"), primary=True))
    return {"figures": figures, "chart": chart, "actions": actions}


@login_required
def pool_new(request: Request) -> HttpResponse:
    """Propose somebody for cultivation."""
    if not access.POOL.may_any(request.actor, "add"):
        raise Http404
    form = PoolForm(request.POST or None)
    made: list[PoolEntry] = []
    if carried_out(form, lambda values: made.append(services.pool_enter(actor=request.actor, **values))):
        messages.success(request, _("已推荐入库，编号 %(number)s。") % {"number": made[0].number})
        return redirect("platforms:pool_entry", made[0].pk)
    words = {
        "heading": _("推荐入库"),
        "lead": _("推荐后即按目标类别和级别的认定条件生成差距报告。"),
        "submit_label": _("推荐入库"),
    }
    return new_page(request, "pool", _("培育库"), form, words)


@login_required
def pool_entry(request: Request, key: int) -> HttpResponse:
    """Show one member: what is missing and the cheapest way, how it went, what was done for it."""
    entry = PAGE.found(request, key)
    snapshots = list(entry.snapshots.select_related("taken_by"))
    last = snapshots[-1] if snapshots else None
    if request.GET.get("format") == "xlsx" and last is not None:
        return _gap_sheet(entry, last)
    table = access.POOL
    may = {name for name in ("gap", "note", "coach") if table.may(request.actor, name, entry)}
    buttons = {
        "gap": (_("更新差距报告"), "pool_gap"),
        "note": (_("登记辅导"), "pool_note"),
        "coach": (_("指定辅导人"), "pool_coach"),
    }
    actions = [
        Action(label, reverse(f"platforms:{name}", args=[key]))
        for code, (label, name) in buttons.items()
        if code in may
    ]
    if last is not None:
        actions.append(Action(_("下载差距报告"), f"{request.path}?format=xlsx"))
    return case_page(
        request,
        PAGE,
        entry,
        heading=str(entry.organisation),
        number=entry.number,
        lead=_("目标：%(level)s%(kind)s") % {"level": entry.get_level_display(), "kind": entry.kind},
        actions=actions,
        sections=[
            _gap_section(last),
            _facts_section(entry),
            _course_section(snapshots),
            _notes_section(entry),
            _training_section(entry),
        ],
    )


@login_required
def pool_gap(request: Request, key: int) -> HttpResponse:
    """Read the gap anew."""
    entry = PAGE.found(request, key)
    if not access.POOL.may(request.actor, "gap", entry):
        raise Http404
    if request.method == "POST":
        services.gap_take(entry=entry, occasion=_("更新"), actor=request.actor)
        messages.success(request, _("差距报告已更新。"))
        return redirect("platforms:pool_entry", key)
    context = {
        "heading": _("更新差距报告"),
        "consequence": _("按今天已知的事实重新判断每一条，原来的报告保留。"),
        "submit_label": _("更新差距报告"),
        "cancel_url": PAGE.url(entry),
        "crumbs": [Crumb(_("培育库"), reverse("platforms:pool")), Crumb(str(entry), PAGE.url(entry))],
    }
    return render(request, "platforms/press.html", context)


@login_required
def pool_note(request: Request, key: int) -> HttpResponse:
    """Write down an act of coaching."""
    entry = PAGE.found(request, key)
    if not access.POOL.may(request.actor, "note", entry):
        raise Http404
    form = NoteForm(request.POST or None, request.FILES or None, initial={"held_on": request.actor.today})
    if not access.POOL.may(request.actor, "review", entry):
        form.fields["kind"].choices = [  # type: ignore[attr-defined]
            one for one in CoachingNote.Kind.choices if one[0] != CoachingNote.Kind.REVIEW
        ]
    if carried_out(form, lambda values: services.pool_note(entry=entry, actor=request.actor, **values)):
        messages.success(request, _("辅导记录已登记。"))
        return redirect("platforms:pool_entry", key)
    return form_page(request, PAGE, entry, form, {"heading": _("登记辅导"), "submit_label": _("登记辅导")})


@login_required
def pool_coach(request: Request, key: int) -> HttpResponse:
    """Name who coaches."""
    entry = PAGE.found(request, key)
    if not access.POOL.may(request.actor, "coach", entry):
        raise Http404
    initial = {"coach": entry.coach, "goal_on": entry.goal_on}
    form = CoachForm(request.POST or None, department=entry.department, initial=initial)
    if carried_out(form, lambda values: services.pool_coach(entry=entry, actor=request.actor, **values)):
        messages.success(request, _("辅导人已指定。"))
        return redirect("platforms:pool_entry", key)
    return form_page(request, PAGE, entry, form, {"heading": _("指定辅导人"), "submit_label": _("保存")})


def _gap_section(last: GapSnapshot | None) -> Section:
    title = _("差距报告")
    if last is None or not last.clauses:
        return Section("gap", title, empty=_("这一类别、级别还没有认定条件规则，不能逐条判断。"))
    labels = (_("条件"), _("结论"), _("现值"), _("还缺"), _("最小改动"))
    rows = [
        (
            Cell(f"{one['text']}{'　' + one['article'] if one.get('article') else ''}"),
            Cell(VERDICTS[one["verdict"]][1], light=VERDICTS[one["verdict"]][0]),
            Cell("；".join(f"{name} {value}" for name, value in one["numbers"].items())),
            Cell("、".join(one["missing"])),
            Cell(one["path"]),
        )
        for one in last.clauses
    ]
    counted = (("met", last.met, "reached"), ("unmet", last.unmet, "missed"), ("unknown", last.unknown, "unknown"))
    chart = bullet_bars(
        "gap-picture",
        _("%(rule)s：%(count)s 条") % {"rule": last.rule_title, "count": last.asked},
        [Bullet(str(VERDICTS[key][1]), value, last.asked, light=light) for key, value, light in counted],
        unit=_("条"),
        label=_("结论"),
    )
    table = table_section("clauses", title, labels, rows, "")
    easiest = sorted((one for one in last.clauses if one["path"]), key=lambda one: one["order"] or 0)
    context = {
        "chart": chart,
        "table": (table.context or {})["table"],
        "easiest": [one["path"] for one in easiest[:3]],
        "template": last.template,
        "day": last.taken_at,
        "year": last.year,
    }
    return Section("gap", title, template="platforms/gap.html", context=context)


def _facts_section(entry: PoolEntry) -> Section:
    platform = entry.platform
    return Section(
        "facts",
        _("入库信息"),
        facts=(
            Fact(
                _("培育对象"),
                entry.organisation.name,
                href=reverse("directory:organisation", args=[entry.organisation_id]),
            ),
            Fact(
                _("平台"), platform.number if platform else _("新建"), href=page_of(platform.number) if platform else ""
            ),
            Fact(_("县区"), entry.organisation.county.name),
            Fact(_("归口部门"), entry.department.name),
            Fact(_("辅导人"), str(entry.coach) if entry.coach else None),
            Fact(_("目标日期"), entry.goal_on.isoformat() if entry.goal_on else None),
            Fact(_("推荐日期"), entry.proposed_on.isoformat()),
            Fact(_("入库日期"), entry.entered_on.isoformat() if entry.entered_on else _("未入库")),
            Fact(_("上次年审"), entry.reviewed_on.isoformat() if entry.reviewed_on else _("未年审")),
            Fact(_("推荐理由"), entry.reason, wide=True),
        ),
    )


def _course_section(snapshots: list[GapSnapshot]) -> Section:
    labels = (_("时间"), _("时点"), _("满足"), _("未满足"), _("待补录"), _("经办人"))
    rows = [
        (
            Cell(timezone.localdate(one.taken_at).isoformat()),
            Cell(one.occasion),
            Cell(one.met),
            Cell(one.unmet),
            Cell(one.unknown),
            Cell(str(one.taken_by)),
        )
        for one in reversed(snapshots)
    ]
    return table_section("course", _("进展"), labels, rows, _("还没有差距报告。"), numeric=(2, 3, 4))


def _notes_section(entry: PoolEntry) -> Section:
    labels = (_("日期"), _("方式"), _("情况"), _("下一步"), _("登记人"))
    rows = [
        (
            Cell(note.held_on.isoformat()),
            Cell(note.get_kind_display()),
            Cell(note.text),
            Cell(note.next_step),
            Cell(str(note.author)),
        )
        for note in entry.notes.select_related("author").order_by("-held_on", "-pk")
    ]
    return table_section("notes", _("辅导记录"), labels, rows, _("还没有辅导记录。"))


def _training_section(entry: PoolEntry) -> Section:
    labels = (_("活动"), _("日期"), _("参加人员"), _("此前满足"), _("此后满足"), _("变化"))
    found = entry.attendances.select_related("session", "before", "after").order_by("-session__held_on")
    rows = [
        (
            Cell(row.session.title, href=reverse("platforms:session", args=[row.session_id])),
            Cell(row.session.held_on.isoformat()),
            Cell(row.people),
            Cell(met_of(row.before)),
            Cell(met_of(row.after)),
            Cell(gained(row.before, row.after)),
        )
        for row in found
    ]
    return table_section("training", _("参加培训"), labels, rows, _("还没有参加培训活动。"))


def _gap_sheet(entry: PoolEntry, last: GapSnapshot) -> HttpResponse:
    header = (_("条件"), _("条款"), _("结论"), _("现值"), _("还缺"), _("最小改动"))
    rows = [
        (
            one["text"],
            one.get("article", ""),
            str(VERDICTS[one["verdict"]][1]),
            "；".join(f"{name} {value}" for name, value in one["numbers"].items()),
            "、".join(one["missing"]),
            one["path"],
        )
        for one in last.clauses
    ]
    return sheet_response(_("差距报告_%(number)s") % {"number": entry.number}, header, rows)
