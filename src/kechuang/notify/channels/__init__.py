"""The ways out of the house, each a small adapter over what its provider documents; off until set up."""

from __future__ import annotations

from kechuang.notify.channels.dingtalk import DingTalk
from kechuang.notify.channels.mail import Mail
from kechuang.notify.channels.parcels import NEVER, Adapter, Hopeless, OutcomeUnknown, Parcel, TryAgain
from kechuang.notify.channels.sms import Sms
from kechuang.notify.channels.wecom import WeCom
from kechuang.notify.choices import Channel

__all__ = ["NEVER", "Adapter", "Hopeless", "OutcomeUnknown", "Parcel", "TryAgain", "channel_named", "ready"]

ADAPTERS: dict[str, Adapter] = {
    Channel.MAIL.value: Mail(),
    Channel.SMS.value: Sms(),
    Channel.WECOM.value: WeCom(),
    Channel.DINGTALK.value: DingTalk(),
}


def channel_named(key: str) -> Adapter:
    """Return the adapter of a channel."""
    return ADAPTERS[key]


def ready() -> list[str]:
    """Return the channels that the operator has set up."""
    return [key for key, adapter in ADAPTERS.items() if adapter.is_ready()]
