"""Pages of messages: one's own, how one wants to be told, and the administrator's log of deliveries."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kechuang.kernel.errors import Refused
from kechuang.kernel.web import Request
from kechuang.notify import access, selectors, texts
from kechuang.notify.channels import ready
from kechuang.notify.choices import Channel, DeliveryState
from kechuang.notify.forms import CodeForm, PreferenceForm
from kechuang.notify.masking import shown_address
from kechuang.notify.models import Announcement, ChannelHealth
from kechuang.notify.resource import INBOX, LOG
from kechuang.notify.selectors import Wishes
from kechuang.notify.services import confirming, keeping
from kechuang.ui.acts import carried_out
from kechuang.ui.formats import moment
from kechuang.ui.lists import resource_list
from kechuang.ui.parts import Action, Crumb, Fact
from kechuang.ui.tables import Cell, Head, Table

AGAIN = frozenset({DeliveryState.GIVEN_UP, DeliveryState.UNCERTAIN, DeliveryState.FAILED})


@login_required
def inbox(request: Request) -> HttpResponse:
    """List one's own messages, unread first."""
    unread = selectors.unread_count(request.actor)
    return resource_list(
        request,
        INBOX,
        template="notify/inbox.html",
        extra=lambda shown: {
            "lead": _unread_words(unread),
            "unread": unread,
            "actions": [Action(_("接收方式"), reverse("notify:preferences"))],
        },
    )


@login_required
def message(request: Request, pk: int) -> HttpResponse:
    """Show one message; whoever it is for has read it by seeing it."""
    found = get_object_or_404(selectors.messages_for(actor=request.actor), pk=pk)
    keeping.message_read(message=found, actor=request.actor)
    words = texts.printed(found.facts)
    context = {
        "heading": words.heading,
        "words": words,
        "found": found,
        "crumbs": [Crumb(_("消息"), reverse("notify:inbox")), Crumb(words.heading)],
        "actions": [Action(_("打开办理页面"), found.url, primary=True)] if found.url else [],
    }
    return render(request, "notify/message.html", context)


@login_required
@require_POST
def read_all(request: Request) -> HttpResponse:
    """Mark everything as read and go back to the list."""
    number = keeping.messages_read_all(actor=request.actor)
    messages.success(request, _("已将 %(number)d 条消息标为已读。") % {"number": number})
    return redirect("notify:inbox")


@login_required
@require_POST
def read_one(request: Request, pk: int) -> HttpResponse:
    """Mark one message as read without opening it."""
    found = get_object_or_404(selectors.messages_for(actor=request.actor), pk=pk)
    keeping.message_read(message=found, actor=request.actor)
    return redirect("notify:inbox")


@login_required
def preferences(request: Request) -> HttpResponse:
    """Let a person say when and through which channels to be told."""
    channels = ready()
    person = request.actor.user_id or 0
    wishes = selectors.wishes_of([person]).get(person, Wishes())
    typed = selectors.addresses_typed(actor=request.actor)
    form = PreferenceForm(request.POST or None, channels=channels, wishes=wishes, typed=typed)

    def keep(values: dict[str, Any]) -> None:
        keeping.preference_set(
            actor=request.actor,
            digest_hour=values["digest_hour"],
            quiet=values["quiet"],
            wanted=form.wanted(),
            addresses=form.addresses(),
        )

    if carried_out(form, keep):
        messages.success(request, _("接收方式已保存。"))
        return redirect("notify:preferences")
    open_questions = [channel for channel, (_address, known) in typed.items() if not known and channel in channels]
    closed = [str(Channel(channel).label) for channel in Channel if channel.value not in channels]
    context = {
        "heading": _("接收方式"),
        "lead": _("站内消息总会收到；这里选择还要发到哪里、什么时候发。"),
        "form": form,
        "submit_label": _("保存接收方式"),
        "cancel_url": reverse("notify:inbox"),
        "crumbs": [Crumb(_("消息"), reverse("notify:inbox")), Crumb(_("接收方式"))],
        "closed": "、".join(closed),
        "unconfirmed": [(channel, Channel(channel).label) for channel in open_questions],
        "mail": wishes.addresses.get(Channel.MAIL, ""),
        "mail_open": Channel.MAIL in channels,
    }
    return render(request, "notify/preferences.html", context)


@login_required
def confirm(request: Request, channel: str) -> HttpResponse:
    """Ask for the code that was sent to an address of one's own, and accept the address."""
    address = _unconfirmed(request, channel)
    form = CodeForm(request.POST or None)
    if carried_out(
        form, lambda values: confirming.address_confirm(channel=channel, code=values["code"], actor=request.actor)
    ):
        messages.success(request, _("地址已核验，今后的消息会发到这里。"))
        return redirect("notify:preferences")
    heading = _("核验%(channel)s地址") % {"channel": Channel(channel).label}
    context = {
        "heading": heading,
        "lead": _("验证码发到 %(address)s。") % {"address": shown_address(address)},
        "form": form,
        "submit_label": _("核验"),
        "cancel_url": reverse("notify:preferences"),
        "crumbs": [Crumb(_("接收方式"), reverse("notify:preferences")), Crumb(heading)],
        "channel": channel,
    }
    return render(request, "notify/confirm.html", context)


@login_required
@require_POST
def send_code(request: Request, channel: str) -> HttpResponse:
    """Send a code to an address of one's own that is not confirmed yet."""
    _unconfirmed(request, channel)
    try:
        confirming.code_send(channel=channel, actor=request.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("验证码已发出。"))
    return redirect("notify:confirm", channel=channel)


def _unconfirmed(request: Request, channel: str) -> str:
    """Return the actor's address of ``channel`` that still has to be confirmed, or answer 404."""
    address, known = selectors.addresses_typed(actor=request.actor).get(channel, ("", True))
    if known:
        raise Http404
    return address


@login_required
def deliveries(request: Request) -> HttpResponse:
    """List deliveries for the administrator: what went out, what failed and why, never what it said."""
    _require_log(request)
    return resource_list(
        request,
        LOG,
        template="notify/deliveries.html",
        extra=lambda shown: {"channels": _channel_table(), "stuck": _stuck()},
    )


@login_required
def delivery(request: Request, pk: int) -> HttpResponse:
    """Show one delivery: its tries, its last error and, where that makes sense, a way to try again."""
    _require_log(request)
    found = get_object_or_404(selectors.deliveries_for(actor=request.actor), pk=pk)
    wishes = selectors.wishes_of([found.recipient_id]).get(found.recipient_id)
    address = wishes.addresses.get(found.channel, "") if wishes else ""
    heading = _("投递 %(number)d") % {"number": found.pk}
    context = {
        "heading": heading,
        "crumbs": [Crumb(_("消息投递"), reverse("notify:deliveries")), Crumb(heading)],
        "found": found,
        "may_retry": found.state in AGAIN,
        "uncertain": found.state == DeliveryState.UNCERTAIN,
        "facts_of_delivery": [
            Fact(_("通道"), found.get_channel_display()),
            Fact(_("收件人"), str(found.recipient)),
            Fact(_("地址"), shown_address(address) if address else _("没有，或还没有核验")),
            Fact(_("内容"), _("每日汇总") if found.digest_id else _("单条消息")),
            Fact(_("状态"), found.get_state_display()),
            Fact(_("尝试次数"), found.attempts),
            Fact(_("产生时间"), moment(found.created_at)),
            Fact(_("发出时间"), moment(found.sent_at) if found.sent_at else _("尚未发出")),
            Fact(_("下次尝试"), moment(found.next_try_at) if found.state in ("queued", "failed") else _("不再尝试")),
            Fact(_("通道回执"), found.reference or _("无")),
            Fact(_("投递编号"), str(found.token)),
            Fact(_("最近错误"), found.last_error or _("无"), wide=True),
        ],
    }
    return render(request, "notify/delivery.html", context)


@login_required
@require_POST
def retry(request: Request, pk: int) -> HttpResponse:
    """Try a failed delivery again."""
    _require_log(request)
    found = get_object_or_404(selectors.deliveries_for(actor=request.actor), pk=pk)
    try:
        keeping.delivery_retry(delivery=found, actor=request.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已重新排队，一分钟内再试。"))
    return redirect("notify:delivery", pk=pk)


def _require_log(request: Request) -> None:
    if not access.DELIVERIES.may_any(request.actor, "view"):
        raise Http404


def _unread_words(unread: int) -> str:
    if not unread:
        return _("没有未读消息。")
    if unread > selectors.BELL_MOST:
        return _("未读消息超过 %(most)d 条。") % {"most": selectors.BELL_MOST}
    return _("%(unread)d 条未读。") % {"unread": unread}


def _channel_table() -> Table:
    """Return each channel: whether it is set up, whether it rests, what went wrong last."""
    health = {row.channel: row for row in ChannelHealth.objects.all()}
    set_up = ready()
    heads = (Head(_("通道")), Head(_("状态")), Head(_("最近发出")), Head(_("最近错误")))
    rows = tuple(
        (
            Cell(channel.label, label=_("通道")),
            Cell(_channel_state(channel, set_up, health.get(channel)), label=_("状态")),
            Cell(moment(health[channel].last_sent_at) if _has_sent(health.get(channel)) else "", label=_("最近发出")),
            Cell(health[channel].last_error if channel in health else "", label=_("最近错误")),
        )
        for channel in Channel
    )
    return Table(heads, rows, caption=_("通道"))


def _has_sent(health: ChannelHealth | None) -> bool:
    return health is not None and health.last_sent_at is not None


def _channel_state(channel: Channel, set_up: list[str], health: ChannelHealth | None) -> str:
    if channel.value not in set_up:
        return _("未开通")
    if health is not None and health.resting_until is not None:
        return _("连续失败 %(times)d 次，暂停至 %(until)s") % {
            "times": health.failures,
            "until": moment(health.resting_until),
        }
    return _("正常")


def _stuck() -> int:
    """Return how many steps could not be turned into messages at the first try."""
    return Announcement.objects.filter(spread_at=None, attempts__gt=0).count()
