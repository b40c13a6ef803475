"""What is known of an organisation: by year, with the history of each metric and the statistical forms."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.directory.models import Organisation
from kechuang.facts import access, selectors, services, sources
from kechuang.facts.choices import IN_FORCE, Status, SubjectKind
from kechuang.facts.forms import ReasonForm
from kechuang.facts.models import Fact, Metric
from kechuang.facts.selectors.subjects import Origins, Row, YearOfFacts
from kechuang.facts.subjects import NAMES, Subject, page_of, registered, subject_of, titles_of
from kechuang.facts.values import value_said
from kechuang.facts.views.reach import Reached, own_units, subject_seen, unit_seen, workbook_answer, year_asked
from kechuang.facts.workbooks import statistics_out
from kechuang.kernel.access import Actor
from kechuang.kernel.web import Request
from kechuang.ui.acts import carried_out
from kechuang.ui.formats import percent
from kechuang.ui.parts import Action, Crumb, Happening, Section
from kechuang.ui.parts import Fact as Shown
from kechuang.ui.tables import Cell, Head, Table

STANDINGS = {"valid": "normal", "expired": "overdue", "withdrawn": "missed", "not_yet": "todo"}
LIGHTS = {Status.VERIFIED: "done", Status.DECLARED: "doing", Status.CONTESTED: "behind"}
FORM_YEARS = 3


@login_required
def own(request: Request) -> HttpResponse:
    """Lead to the facts of the organisation the person fills in for; with several, let one be chosen."""
    units = own_units(request.actor)
    if len(units) == 1:
        return redirect("facts:unit", units[0].pk)
    rows = tuple((Cell(unit.name, href=reverse("facts:unit", args=[unit.pk])),) for unit in units)
    table = Table((Head(_("单位")),), rows, empty=_("您没有为单位填报数据的岗位。"), advice=_("请联系本单位管理员。"))
    return render(request, "ui/list.html", {"heading": _("本单位数据"), "table": table, "sentence": ""})


@login_required
def unit(request: Request, key: int, kind: str = "organisation") -> HttpResponse:
    """Show what is known of a subject in a year: reported and audited side by side."""
    reached = subject_seen(request, kind, key)
    subject, organisation = reached.subject, reached.organisation
    found = selectors.year_of_facts(subject=subject, year=year_asked(request), today=request.actor.today.year)
    origins = Origins()
    groups = [
        Section(f"group{place}", group, table=_table(reached, rows, origins, group, request.actor))
        for place, (group, rows) in enumerate(_grouped(found.rows))
    ]
    last = [_register_section(subject), *([_holdings_section(organisation)] if reached.is_unit else [])]
    context = {
        "heading": _("单位数据") if reached.is_unit else _("%(kind)s数据") % {"kind": registered()[kind].label},
        "lead": _("每项数据只填一次，各类申报共用；申报值与核定值并列，以核定值为准。"),
        "number": reached.title,
        "crumbs": reached.crumbs(),
        "actions": _actions(request.actor, reached, found.year),
        "years": [(year, f"?year={year}", year == found.year) for year in found.years],
        "year": found.year,
        "exports": _exports(organisation, found) if reached.is_unit else [],
        "sections": [*groups, *last],
        "nothing": not groups,
    }
    return render(request, "facts/unit.html", context)


@login_required
def history(request: Request, key: int, code: str, kind: str = "organisation") -> HttpResponse:
    """Show everything that was ever stated of one metric of a subject."""
    reached = subject_seen(request, kind, key)
    metric = get_object_or_404(Metric, code=code)
    facts = selectors.history_of(subject=reached.subject, metric=metric)
    origins = Origins()
    context = {
        "heading": metric.label,
        "lead": metric.definition,
        "number": reached.title,
        "crumbs": reached.crumbs(Crumb(metric.label)),
        "sections": [
            Section("metric", _("指标"), facts=metric_facts(metric)),
            Section("values", _("各年数据"), table=_history_table(metric, facts, origins, request.actor)),
        ],
        "timeline": _timeline(metric, facts, origins),
    }
    return render(request, "ui/detail.html", context)


@login_required
def withdraw(request: Request, key: int) -> HttpResponse:
    """Take a value back."""
    fact = access.FACTS.visible(Fact.objects.filter(pk=key), request.actor, "withdraw").select_related("metric").first()
    if fact is None or fact.status not in IN_FORCE:
        raise Http404
    form = ReasonForm(request.POST or None)
    back = subject_seen(request, NAMES[fact.subject_kind], fact.subject_id).url("history", fact.metric.code)
    if carried_out(form, lambda values: services.fact_withdraw(fact=fact, actor=request.actor, **values)):
        messages.success(request, _("数据已撤回。"))
        return redirect(back)
    context = {
        "heading": _("撤回数据"),
        "form": form,
        "consequence": _("撤回后这一项按未知处理，用到它的条件会变为“待补”；原值作为历史保留。"),
        "affected": [f"{fact.year or ''} {fact.metric.titled}：{value_said(fact.metric, fact.value)}"],
        "submit_label": _("撤回"),
        "cancel_url": back,
    }
    return render(request, "ui/confirm.html", context)


@login_required
def statistics(request: Request, key: int) -> HttpResponse:
    """Give a statistical form (107-1, 107-2) of an organisation as a workbook: the last three years."""
    organisation = unit_seen(request, key)
    form = request.GET.get("form", "")
    metrics = list(Metric.objects.filter(form=form, retired=False)) if form else []
    if not metrics:
        raise Http404
    last = year_asked(request) or request.actor.today.year - 1
    years = tuple(range(last - FORM_YEARS + 1, last + 1))
    have = selectors.known(subject=subject_of(organisation), metrics=[one.code for one in metrics], years=years)
    rows = [
        (metric, [found.value if (found := have.get((metric.code, year))) else None for year in years])
        for metric in metrics
    ]
    data = statistics_out(title=organisation.name, form=form, years=years, rows=rows)
    return workbook_answer(data, f"{organisation.name}_{form}_{last}.xlsx")


def metric_facts(metric: Metric) -> tuple[Shown, ...]:
    """Return how a metric is defined, as facts of a page."""
    return (
        Shown(_("代码"), metric.code),
        Shown(_("计量单位"), metric.unit or _("无")),
        Shown(_("取值"), metric.get_kind_display()),
        Shown(_("期间"), metric.get_period_display()),
        Shown(_("对象"), "、".join(str(SubjectKind[kind.upper()].label) for kind in metric.subjects)),
        Shown(_("含义"), metric.definition, wide=True),
        Shown(_("通常的佐证"), metric.source or _("无")),
        Shown(_("统计报表"), metric.form or _("无")),
        *((Shown(_("可选值"), "、".join(metric.choices.values()), wide=True),) if metric.choices else ()),
    )


def evidence_cell(fact: Fact, on: date, label: object) -> Cell:
    """Return a fact's evidence with how it stands on a day."""
    if fact.evidence is None:
        return Cell(_("无佐证"), label=label)
    standing = fact.evidence.standing(on)
    words = {"expired": _("（已过期）"), "withdrawn": _("（已撤回）"), "not_yet": _("（未生效）")}
    href = reverse("facts:evidence", args=[fact.evidence.pk])
    return Cell(f"{fact.evidence.title}{words.get(standing, '')}", href=href, label=label)


def status_cell(fact: Fact, label: object, *, asked: bool = False) -> Cell:
    """Return how far a fact is believed, as a light."""
    if asked:
        return Cell(_("有另一值待核对"), light="behind", label=label)
    return Cell(fact.get_status_display(), light=LIGHTS.get(Status(fact.status), "todo"), label=label)


def _grouped(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.metric.group, []).append(row)
    return list(groups.items())


def _table(reached: Reached, rows: list[Row], origins: Origins, title: str, actor: Actor) -> Table:
    labels = (_("指标"), _("申报值"), _("核定值"), _("上年值"), _("变动"), _("状态"), _("来源"), _("佐证"))
    numeric = {1, 2, 3, 4}
    cells = tuple(
        (
            Cell(
                row.metric.titled,
                href=reached.url("history", row.metric.code),
                label=labels[0],
            ),
            Cell(row.reported, numeric=True, label=labels[1]),
            Cell(row.audited, numeric=True, label=labels[2]),
            Cell(row.before, numeric=True, label=labels[3]),
            Cell("" if row.change is None else percent(row.change), numeric=True, label=labels[4]),
            status_cell(row.fact, labels[5], asked=row.asked),
            Cell(f"{row.fact.source} · {origins.said(row.fact.origin)}", label=labels[6]),
            evidence_cell(row.fact, actor.today, labels[7]),
        )
        for row in rows
    )
    heads = tuple(Head(label, numeric=place in numeric) for place, label in enumerate(labels))
    return Table(heads, cells, caption=title)


def _register_section(subject: Subject) -> Section:
    """Return what the registers themselves know, which nobody types."""
    metrics = {metric.code: metric for metric in selectors.metrics_for(kind=subject.kind, yearly=False)}
    have = sources.answered([subject], list(metrics), [])
    shown = tuple(
        Shown(metrics[code].label, value_said(metrics[code], one.value), source=one.source)
        for (_subject, (code, _year)), one in sorted(have.items(), key=lambda item: metrics[item[0][1][0]].order)
    )
    return Section("register", _("登记信息（不需填报）"), facts=shown, empty=_("没有登记信息。"))


def _holdings_section(organisation: Organisation) -> Section:
    """Return what belongs to an organisation and has facts of its own."""
    labels = (_("名称"), _("类别"), _("已知数据（项）"))
    held = selectors.holdings(organisation=organisation)
    titles = titles_of([one for one, _count in held])
    rows = tuple(
        (
            Cell(titles[one], href=reverse("facts:subject_unit", args=[one.kind, one.pk]), label=labels[0]),
            Cell(registered()[one.kind].label, label=labels[1]),
            Cell(count, numeric=True, label=labels[2]),
        )
        for one, count in held
    )
    heads = tuple(Head(label, numeric=place == 2) for place, label in enumerate(labels))  # noqa: PLR2004 - the count
    title = _("所属平台等")
    return Section("holdings", title, table=Table(heads, rows, caption=title, empty=_("没有所属的平台。")))


def _actions(actor: Actor, reached: Reached, year: int) -> list[Action]:
    found, organisation = [], reached.organisation
    if reached.is_unit and access.may_keep(actor, "fill", organisation):
        url = f"{reverse('facts:sheet_open')}?organisation={organisation.pk}&year={year}"
        found.append(Action(_("填报年度数据"), url, primary=True))
    if access.may_keep(actor, "verify", organisation):
        url = f"{reached.url('verify')}?year={year}"
        found.append(Action(_("逐项核定"), url, primary=True))
    if not reached.is_unit and (page := page_of(reached.subject)):
        found.append(Action(_("查看%(kind)s") % {"kind": registered()[reached.subject.kind].label}, page))
    return [
        *found,
        Action(_("条件对照"), reverse("facts:unit_rules", args=[organisation.pk])),
        Action(_("佐证库"), reverse("facts:vault", args=[organisation.pk])),
    ]


def _exports(organisation: Organisation, found: YearOfFacts) -> list[tuple[str, str]]:
    forms = Metric.objects.exclude(form="").filter(retired=False).order_by("form").values_list("form", flat=True)
    base = reverse("facts:statistics", args=[organisation.pk])
    return [
        (_("统计报表 %(form)s") % {"form": form}, f"{base}?form={form}&year={found.year}")
        for form in dict.fromkeys(forms)
    ]


def _history_table(metric: Metric, facts: list[Fact], origins: Origins, actor: Actor) -> Table:
    labels = (_("年度"), _("申报值"), _("核定值"), _("状态"), _("来源"), _("佐证"), _("办理"))
    may = access.FACTS.may_any(actor, "withdraw")
    takes_back = IN_FORCE if access.FACTS.may_any(actor, "verify") else (Status.DECLARED,)
    rows = tuple(
        (
            Cell(str(fact.year or _("不分年度")), label=labels[0]),
            Cell(value_said(metric, fact.reported), numeric=True, label=labels[1]),
            Cell(value_said(metric, fact.value) if fact.verified_at else "", numeric=True, label=labels[2]),
            status_cell(fact, labels[3]),
            Cell(f"{fact.source} · {origins.said(fact.origin)}", label=labels[4]),
            evidence_cell(fact, actor.today, labels[5]),
            Cell(_("撤回"), href=reverse("facts:withdraw", args=[fact.pk]), label=labels[6])
            if may and fact.status in takes_back
            else Cell("", label=labels[6]),
        )
        for fact in facts
    )
    heads = tuple(Head(label, numeric=place in (1, 2)) for place, label in enumerate(labels))
    return Table(heads, rows, caption=_("各年数据"), empty=_("还没有人填报过这一项。"))


def _timeline(metric: Metric, facts: list[Fact], origins: Origins) -> list[Happening]:
    found: list[Any] = []
    for fact in facts:
        year = f"{fact.year} " if fact.year else ""
        told = {"year": year, "value": value_said(metric, fact.reported)}
        who = f"{fact.declared_by} {origins.said(fact.origin)}"
        found.append(Happening(fact.declared_at, _("%(year)s申报 %(value)s") % told, who=who, text=fact.source))
        if fact.verified_at:
            told = {"year": year, "value": value_said(metric, fact.value)}
            found.append(
                Happening(
                    fact.verified_at, _("%(year)s核定 %(value)s") % told, who=str(fact.verified_by), text=fact.reason
                )
            )
        if fact.until:
            word = fact.get_status_display()
            found.append(Happening(fact.until, f"{year}{value_said(metric, fact.value)} {word}"))
    return sorted(found, key=lambda one: one.at, reverse=True)
