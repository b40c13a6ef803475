"""How a person wants to be told, as a form: one group for each channel the operator has set up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kechuang.notify.choices import Channel, Kind
from kechuang.notify.selectors import DEFAULTS, Wishes

HOURS = range(8, 18)
ADDRESS_LABELS = {
    Channel.SMS.value: _("手机号码"),
    Channel.WECOM.value: _("企业微信账号"),
    Channel.DINGTALK.value: _("钉钉账号（userid）"),
}
HINTS = {
    Channel.SMS.value: _("加密保存，只用来给您发短信。"),
    Channel.WECOM.value: _("企业微信通讯录里的成员账号，可向本单位管理员查询。"),
    Channel.DINGTALK.value: _("消息发到群机器人并提醒您，只说有事待办，不写是什么事。"),
}


class CodeForm(forms.Form):
    """The code that arrived at an address."""

    code = forms.CharField(label=_("验证码"), max_length=12, help_text=_("6 位数字，10 分钟内有效。"))


class PreferenceForm(forms.Form):
    """Fields ``urgent_<channel>``, ``digest_<channel>`` and ``address_<channel>`` for each of ``channels``."""

    digest_hour = forms.TypedChoiceField(
        label=_("每日汇总时间"),
        coerce=int,
        choices=[(hour, f"{hour}:00") for hour in HOURS],
        help_text=_("工作日发一次，汇总您还没有读的消息；没有新消息就不发。"),
    )
    quiet = forms.BooleanField(
        label=_("非工作时间不打扰"),
        required=False,
        help_text=_("须办理的消息也等到下一个工作时间才发到邮箱、手机。站内随时可见。"),
    )

    def __init__(
        self, *args: Any, channels: list[str], wishes: Wishes, typed: Mapping[str, tuple[str, bool]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.channels, self.typed = channels, typed
        self.initial = {**self.initial, "digest_hour": wishes.digest_hour, "quiet": wishes.quiet}
        for channel in channels:
            self._add(channel, wishes)

    def _add(self, channel: str, wishes: Wishes) -> None:
        name = Channel(channel).label
        for prefix, kind, label in (
            ("urgent", Kind.URGENT, _("%(channel)s：须办理和有结果的立即发")),
            ("digest", Kind.FOR_INFORMATION, _("%(channel)s：每日汇总")),
        ):
            self.fields[f"{prefix}_{channel}"] = forms.BooleanField(label=label % {"channel": name}, required=False)
            self.initial[f"{prefix}_{channel}"] = wishes.chosen.get((channel, kind), DEFAULTS[channel, kind])
        if channel in ADDRESS_LABELS:
            self.fields[f"address_{channel}"] = forms.CharField(
                label=ADDRESS_LABELS[channel], required=False, max_length=64, help_text=HINTS[channel]
            )
            self.initial[f"address_{channel}"] = self.typed.get(channel, ("", False))[0]

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the fields under their headings: when, then each channel."""
        when = [self["digest_hour"], self["quiet"]]
        by_channel = [
            (str(Channel(channel).label), [self[name] for name in self.fields if name.endswith(f"_{channel}")])
            for channel in self.channels
        ]
        return [(str(_("什么时候发")), when), *by_channel]

    def wanted(self) -> dict[tuple[str, str], bool]:
        """Return (channel, kind) → whether it is wanted."""
        chosen: dict[tuple[str, str], bool] = {}
        for channel in self.channels:
            chosen[channel, Kind.URGENT.value] = self.cleaned_data[f"urgent_{channel}"]
            chosen[channel, Kind.FOR_INFORMATION.value] = self.cleaned_data[f"digest_{channel}"]
        return chosen

    def addresses(self) -> dict[str, str]:
        """Return channel → address as typed, for the channels that have one of their own."""
        return {
            channel: self.cleaned_data[f"address_{channel}"] for channel in self.channels if channel in ADDRESS_LABELS
        }
