"""Keeping the register: load, ask, one service call, answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kechuang.kernel.processes import process_of
from kechuang.kernel.web import Request
from kechuang.platforms import access, selectors, services
from kechuang.platforms.forms import (
    AmendmentForm,
    ConcealForm,
    DayForm,
    DeriveForm,
    MoveForm,
    PartnerForm,
    PlatformFields,
    RegisterForm,
    StartForm,
)
from kechuang.platforms.models import Partner, Platform, PlatformPeriod
from kechuang.platforms.own import PREFIX, own_fields, typed
from kechuang.platforms.services.tracks import FIELDS
from kechuang.platforms.views.sections import DANGEROUS
from kechuang.pure.process import Step
from kechuang.ui.acts import asked_day, carried_out
from kechuang.ui.parts import Crumb

OWN_ASKED = gettext_noop("“%(kind)s”另有本类事项，列在类别等各项之后；可以填写，也可以不填，再提交一次即可。")


@login_required
def register(request: Request) -> HttpResponse:
    """Enter a platform."""
    if not access.PLATFORMS.may_any(request.actor, "add"):
        raise Http404
    form: PlatformFields = RegisterForm(request.POST or None)
    entered: list[Platform] = []
    if again := form.asked_again():
        form = again
    elif carried_out(form, lambda values: entered.append(services.platform_register(actor=request.actor, **values))):
        messages.success(request, _("平台已登记，编号 %(number)s。") % {"number": entered[0].number})
        return redirect("platforms:detail", entered[0].number)
    context = {
        "heading": _("登记平台"),
        "lead": _(OWN_ASKED) % {"kind": form.own_kind} if again else "",
        "form": form,
        "submit_label": _("登记平台"),
        "cancel_url": reverse("platforms:list"),
    }
    return render(request, "ui/form_page.html", context)


@login_required
def change(request: Request, number: str) -> HttpResponse:
    """Let something be different from a day on."""
    return _amend(
        request,
        number,
        "change",
        services.platform_change,
        {
            "heading": _("变更平台"),
            "lead": _("从生效日期起按新的内容，此前的登记保持不变。原来就写错的，请用“更正”。"),
            "submit_label": _("登记变更"),
        },
    )


@login_required
def correct(request: Request, number: str) -> HttpResponse:
    """Correct what was wrong for as long as it stood."""
    return _amend(
        request,
        number,
        "correct",
        services.platform_correct,
        {
            "heading": _("更正平台"),
            "lead": _("改正写错的内容：自写错之日起一并改正，原文留在审计记录里。真实发生的变化，请用“变更”。"),
            "submit_label": _("登记更正"),
        },
    )


def _amend(
    request: Request, number: str, action: str, write: Callable[..., object], words: dict[str, Any]
) -> HttpResponse:
    platform = _kept(request, number, action)
    day = asked_day(request)
    form = AmendmentForm(request.POST or None, initial=_shown(platform, day))
    if again := form.asked_again():
        words = {**words, "lead": _(OWN_ASKED) % {"kind": again.own_kind}}
        return _form_page(request, platform, again, words)
    if carried_out(
        form,
        lambda values: write(
            platform=platform,
            actor=request.actor,
            on=values["on"],
            reason=values["reason"],
            document_number=values["document_number"],
            **form.altered(),
        ),
    ):
        messages.success(request, _("已登记。"))
        return redirect("platforms:detail", number)
    return _form_page(request, platform, form, words)


@login_required
def conceal(request: Request, number: str) -> HttpResponse:
    """Hide the platform from the public, or show it again."""
    platform = _kept(request, number, "conceal")
    form = ConcealForm(request.POST or None, initial={"sensitive": platform.sensitive})
    if carried_out(form, lambda values: services.platform_conceal(platform=platform, actor=request.actor, **values)):
        messages.success(request, _("公开范围已改。"))
        return redirect("platforms:detail", number)
    return _form_page(request, platform, form, {"heading": _("公开范围"), "submit_label": _("保存公开范围")})


@login_required
def restart(request: Request, number: str) -> HttpResponse:
    """Correct the day since which the register knows the platform."""
    platform = _kept(request, number, "correct")
    first = PlatformPeriod.objects.filter(platform=platform).earliest("start")
    form = StartForm(request.POST or None, initial={"since": first.start})
    if carried_out(form, lambda values: services.platform_restart(platform=platform, actor=request.actor, **values)):
        messages.success(request, _("起始日已更正。"))
        return redirect("platforms:detail", number)
    words = {
        "heading": _("更正起始日"),
        "lead": _("起始日当天的登记内容一并移到新的起始日；原来的日期留在审计记录里。"),
        "submit_label": _("登记更正"),
    }
    return _form_page(request, platform, form, words)


@login_required
def derive(request: Request, number: str) -> HttpResponse:
    """Say which platform this one grew out of."""
    platform = _kept(request, number, "correct")
    form = DeriveForm(request.POST or None, initial={"parent": platform.parent})
    if carried_out(form, lambda values: services.platform_derive(platform=platform, actor=request.actor, **values)):
        messages.success(request, _("孵化关系已登记。"))
        return redirect("platforms:detail", number)
    return _form_page(request, platform, form, {"heading": _("孵化关系"), "submit_label": _("登记孵化关系")})


@login_required
def partner(request: Request, number: str) -> HttpResponse:
    """Add an organisation that builds the platform too."""
    platform = _kept(request, number, "partner")
    form = PartnerForm(request.POST or None)
    if carried_out(form, lambda values: services.partner_add(platform=platform, actor=request.actor, **values)):
        messages.success(request, _("共建单位已增加。"))
        return redirect("platforms:detail", number)
    return _form_page(request, platform, form, {"heading": _("增加共建单位"), "submit_label": _("增加共建单位")})


@login_required
def partner_end(request: Request, key: int) -> HttpResponse:
    """End a partnership."""
    found = get_object_or_404(Partner.objects.select_related("platform", "organisation"), pk=key)
    platform = _kept(request, found.platform.number, "partner")
    form = DayForm(request.POST or None, initial={"on": request.actor.today})
    if carried_out(form, lambda values: services.partner_end(partner=found, actor=request.actor, **values)):
        messages.success(request, _("共建关系已结束。"))
        return redirect("platforms:detail", platform.number)
    words = {
        "heading": _("结束共建"),
        "submit_label": _("结束共建"),
        "consequence": _("“%(who)s”自所填日期起不再是共建单位，此前的记录保留。") % {"who": found.organisation},
    }
    return _form_page(request, platform, form, words, template="ui/confirm.html")


@login_required
def move(request: Request, number: str, step: str) -> HttpResponse:
    """Take a step of the platform's life, with its reason, document and day."""
    platform = _kept(request, number, step)
    taken = _step(platform, step)
    form = MoveForm(request.POST or None, step=taken, initial={"on": request.actor.today})
    if carried_out(
        form,
        lambda values: services.platform_move(platform=platform, step=step, actor=request.actor, **values),
    ):
        messages.success(request, _("已办理：%(step)s。") % {"step": taken.label})
        return redirect("platforms:detail", number)
    words: dict[str, Any] = {"heading": taken.label, "submit_label": taken.label}
    if step not in DANGEROUS:
        return _form_page(request, platform, form, words)
    in_force = platform.recognitions.filter(state="in_force")
    words["consequence"] = _("自生效日期起，下列认定一并终止，不再计入任何指标；此前的日期不受影响。")
    words["affected"] = [f"{row.get_level_display()} {row.document_number}" for row in in_force]
    return _form_page(request, platform, form, words, template="ui/confirm.html")


def _kept(request: Request, number: str, action: str) -> Platform:
    """Return the platform if the actor sees it and may do ``action`` on it; otherwise there is no such page."""
    platform = selectors.platform_seen(actor=request.actor, number=number)
    if platform is None or not access.PLATFORMS.may(request.actor, action, platform):
        raise Http404
    return platform


def _step(platform: Platform, name: str) -> Step:
    try:
        return process_of(platform.process_version_id).step(name, source=platform.state)
    except LookupError:
        raise Http404 from None


def _shown(platform: Platform, day: date) -> dict[str, Any]:
    """Return what the platform's fields hold on ``day``, for a form to begin with."""
    periods = PlatformPeriod.objects.filter(platform=platform, start__lte=day).select_related(
        "kind", "host", "county", "department"
    )
    period = periods.order_by("-start").first()
    values: dict[str, Any] = {"on": day}
    if period:
        values.update({name: getattr(period, name) for name in FIELDS})
        own = own_fields(period.kind)
        values.update({f"{PREFIX}{field.code}": typed(field, period.extras.get(field.code)) for field in own})
    return values


def _form_page(
    request: Request,
    platform: Platform,
    form: BaseForm,
    words: dict[str, Any],
    *,
    template: str = "ui/form_page.html",
) -> HttpResponse:
    back = reverse("platforms:detail", args=[platform.number])
    context = {
        "form": form,
        "number": platform.number,
        "cancel_url": back,
        "crumbs": [
            Crumb(_("平台名录"), reverse("platforms:list")),
            Crumb(platform.number, back),
            Crumb(words["heading"]),
        ],
        **words,
    }
    return render(request, template, context)
