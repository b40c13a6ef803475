"""Pages of organisations: the list, one page each, entering, changing, correcting, merging, doubles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.directory import access, panels, selectors, services
from kechuang.directory.forms import (
    MergeForm,
    OrganisationChangeForm,
    OrganisationCorrectionForm,
    OrganisationForm,
)
from kechuang.directory.models import Organisation, OrganisationPeriod
from kechuang.directory.resource import DIRECTORY
from kechuang.kernel.web import Request
from kechuang.ui.acts import asked_day, carried_out
from kechuang.ui.lists import Listing, resource_list
from kechuang.ui.parts import Action, Crumb, Fact, Section
from kechuang.ui.tables import Cell, Head, Table

KEPT = ("name", "credit_code", "county")


def organisation_list(request: HttpRequest) -> HttpResponse:
    """Show the living organisations."""
    return resource_list(request, DIRECTORY, extra=lambda shown: _tools(request, shown))


def _tools(request: HttpRequest, shown: Listing) -> dict[str, object]:
    if not access.ORGANISATIONS.may_any(request.actor, "add"):  # type: ignore[attr-defined]
        return {}
    register = Action(_("登记单位"), reverse("directory:organisation_register"), primary=True)
    return {"actions": [register, Action(_("查重"), reverse("directory:doubles"))]}


def organisation(request: Request, key: int) -> HttpResponse:
    """Show one organisation: names over time, aliases, and what every room knows of it."""
    actor, day = request.actor, asked_day(request)
    found = _seen(request, key)
    periods = list(found.periods.select_related("county").order_by("-start"))
    context = {
        "heading": found.name,
        "number": found.credit_code,
        "lead": found.get_kind_display(),
        "crumbs": [Crumb(_("单位名录"), reverse("directory:list")), Crumb(found.name)],
        "actions": _actions(request, found),
        "sections": [
            _facts(found),
            _history(found, periods, may_correct=access.ORGANISATIONS.may_any(actor, "change")),
            *panels.sections(found, actor, day),
        ],
    }
    return render(request, "directory/organisation.html", context)


@login_required
def register(request: Request) -> HttpResponse:
    """Enter an organisation."""
    if not access.ORGANISATIONS.may_any(request.actor, "add"):
        raise Http404
    form = OrganisationForm(request.POST or None)
    entered: list[Organisation] = []
    if carried_out(form, lambda values: entered.append(services.organisation_register(actor=request.actor, **values))):
        messages.success(request, _("单位已登记。"))
        return redirect("directory:organisation", entered[0].pk)
    words = {"heading": _("登记单位"), "submit_label": _("登记单位"), "cancel_url": reverse("directory:list")}
    return render(request, "ui/form_page.html", {"form": form, **words})


@login_required
def change(request: Request, key: int) -> HttpResponse:
    """Rename, move or recode an organisation from a day on."""
    found = _kept(request, key, "change")
    form = OrganisationChangeForm(request.POST or None, initial={field: getattr(found, field) for field in KEPT})
    words = {
        "heading": _("变更单位"),
        "submit_label": _("登记变更"),
        "lead": _("从生效日期起按新的名称、代码或县区；它依托的平台一并更新，此前的日期不变。"),
    }

    def act(values: dict[str, Any]) -> object:
        altered = {name: values[name] for name in form.changed_data if name in KEPT}
        return services.organisation_change(organisation=found, on=values["on"], actor=request.actor, **altered)

    return _carry(request, found, form, act, words)


@login_required
def correct(request: Request, key: int) -> HttpResponse:
    """Correct what one period of an organisation's history wrongly says."""
    period = get_object_or_404(OrganisationPeriod, pk=key)
    found = _kept(request, period.organisation_id, "change")
    form = OrganisationCorrectionForm(request.POST or None, initial={field: getattr(period, field) for field in KEPT})
    words = {
        "heading": _("更正单位沿革"),
        "submit_label": _("登记更正"),
        "lead": _("改正这一段里写错的内容；真实发生的变化请用“变更”。"),
    }
    return _carry(
        request,
        found,
        form,
        lambda values: services.organisation_correct(period=period, actor=request.actor, **values),
        words,
    )


@login_required
def merge(request: Request, key: int) -> HttpResponse:
    """Let one organisation cease in another: first what will follow, then the act."""
    found = _kept(request, key, "merge")
    form = MergeForm(request.POST or None, initial={"into": _named(request)})
    confirmed = "confirm" in request.POST
    into = form.cleaned_data.get("into") if form.is_bound and form.is_valid() else None
    if (
        into
        and confirmed
        and carried_out(
            form,
            lambda values: services.organisation_merge(absorbed=found, actor=request.actor, **values),
        )
    ):
        messages.success(request, _("“%(name)s”已并入“%(into)s”。") % {"name": found, "into": into})
        return redirect("directory:organisation", into.pk)
    context = {
        "heading": _("合并单位"),
        "form": form,
        "into": into,
        "consequence": _("“%(name)s”自生效日期起不再存在，它的任职同日终止；此前的日期不变。") % {"name": found},
        "affected": panels.effects(found, into) if into else [],
        "submit_label": _("确认合并") if into else _("查看合并后果"),
        "cancel_url": reverse("directory:organisation", args=[found.pk]),
    }
    return render(request, "directory/merge.html", context)


@login_required
def doubles(request: Request) -> HttpResponse:
    """Show organisations that may be one, to those who enter organisations."""
    if not access.ORGANISATIONS.may_any(request.actor, "add"):
        raise Http404
    may_merge = access.ORGANISATIONS.may_any(request.actor, "merge")
    heads = (_("单位"), _("另一单位"), _("相近之处"), _("办理"))
    rows = tuple(
        (
            Cell(pair.one.name, href=_page(pair.one), label=heads[0]),
            Cell(pair.other.name, href=_page(pair.other), label=heads[1]),
            Cell(pair.reason, label=heads[2]),
            Cell(_("合并") if may_merge else "", href=_merger(pair) if may_merge else "", label=heads[3]),
        )
        for pair in selectors.organisation_doubles(actor=request.actor)
    )
    table = Table(
        heads=tuple(Head(label) for label in heads),
        rows=rows,
        caption=_("疑似重复的单位"),
        empty=_("没有发现疑似重复的单位。"),
    )
    context = {"heading": _("单位查重"), "lead": _("代码相同或名称相近的单位；是否重复由人判断。"), "table": table}
    return render(request, "directory/doubles.html", context)


def _seen(request: Request, key: int) -> Organisation:
    rows = Organisation.objects.select_related("county", "merged_into")
    return get_object_or_404(access.ORGANISATIONS.visible(rows, request.actor), pk=key)


def _kept(request: Request, key: int, action: str) -> Organisation:
    found = _seen(request, key)
    if found.merged_into_id or not access.ORGANISATIONS.may(request.actor, action, found):
        raise Http404
    return found


def _carry(
    request: Request,
    found: Organisation,
    form: BaseForm,
    act: Callable[[dict[str, Any]], object],
    words: dict[str, Any],
) -> HttpResponse:
    if carried_out(form, act):
        messages.success(request, _("已登记。"))
        return redirect("directory:organisation", found.pk)
    context = {"form": form, "number": found.name, "cancel_url": _page(found), **words}
    return render(request, "ui/form_page.html", context)


def _actions(request: Request, found: Organisation) -> list[Action]:
    if found.merged_into_id:
        return []
    web = Action(_("关系图"), reverse("brain:relations", args=["organisation", found.pk]))
    if request.actor.user_id is None:
        return [web]
    offered = {
        "change": Action(_("变更"), reverse("directory:organisation_change", args=[found.pk]), primary=True),
        "merge": Action(_("并入其他单位"), reverse("directory:organisation_merge", args=[found.pk]), danger=True),
    }
    kept = [action for name, action in offered.items() if access.ORGANISATIONS.may(request.actor, name, found)]
    return [*kept, web]


def _facts(found: Organisation) -> Section:
    rows = [
        Fact(
            _("统一社会信用代码"),
            found.credit_code,
            note="；".join(selectors.credit_code_remarks(found.credit_code)),
        ),
        Fact(_("单位类型"), found.get_kind_display()),
        Fact(_("县区"), found.county.name),
        Fact(_("行业代码"), found.industry_code),
        Fact(_("地址"), found.address, wide=True),
        Fact(_("别名"), "、".join(found.aliases.values_list("name", flat=True)) or _("无"), wide=True),
    ]
    if found.merged_into:
        rows.insert(0, Fact(_("并入"), found.merged_into.name, href=_page(found.merged_into)))
    return Section("facts", _("单位信息"), facts=tuple(rows))


def _history(found: Organisation, periods: list[OrganisationPeriod], *, may_correct: bool) -> Section:
    heads = (_("名称"), _("起"), _("止"), _("统一社会信用代码"), _("县区"), _("办理"))
    open_to = may_correct and not found.merged_into_id
    rows = tuple(
        (
            Cell(period.name, label=heads[0]),
            Cell(period.start.isoformat(), label=heads[1]),
            Cell(period.end.isoformat() if period.end else "", label=heads[2]),
            Cell(period.credit_code, label=heads[3]),
            Cell(period.county.short_name, label=heads[4]),
            Cell(
                _("更正") if open_to else "",
                href=reverse("directory:organisation_correct", args=[period.pk]) if open_to else "",
                label=heads[5],
            ),
        )
        for period in periods
    )
    table = Table(heads=tuple(Head(label) for label in heads), rows=rows, caption=_("单位沿革"))
    return Section("history", _("单位沿革"), template="directory/table.html", context={"table": table})


def _page(found: Organisation) -> str:
    return reverse("directory:organisation", args=[found.pk])


def _merger(pair: selectors.Doubles) -> str:
    return f"{reverse('directory:organisation_merge', args=[pair.other.pk])}?into={pair.one.pk}"


def _named(request: Request) -> Organisation | None:
    """Return the organisation a link proposes to merge into."""
    key = request.GET.get("into", "")
    if not (key.isascii() and key.isdigit()):
        return None
    return selectors.organisations_for(actor=request.actor).filter(pk=int(key[:18])).first()
