"""How the site is reached from outside, and which ways out of the house messages have."""

from __future__ import annotations

from typing import Any

from kechuang.site.environment import Environment
from kechuang.site.stop import Stop

LONGEST_SIGNATURE = 12
LONGEST_WAIT = 60


def site_address(environment: Environment) -> str:
    """Return the address that links in messages begin with, without a slash at its end."""
    if given := environment["KECHUANG_ADDRESS"]:
        if not given.startswith(("https://", "http://")):
            raise Stop("KECHUANG_ADDRESS 应是完整的地址，如 https://platform.example。")
        return str(given).rstrip("/")
    hosts = [host.lstrip(".") for host in environment["KECHUANG_HOSTS"] if host != "*"]
    host = hosts[0] if hosts else "localhost"
    if environment["KECHUANG_HTTPS"]:
        return f"https://{host}"
    return f"http://{host}:{environment['KECHUANG_PORT']}"


def channel_settings(environment: Environment) -> dict[str, Any]:
    """Return what the channels are set up with; a channel without its values is off.

    Raises ``Stop`` for values that could never work.
    """
    if len(environment["KECHUANG_SMS_SIGNATURE"]) > LONGEST_SIGNATURE:
        raise Stop(f"KECHUANG_SMS_SIGNATURE 最多 {LONGEST_SIGNATURE} 个字。")
    if not 1 <= environment["KECHUANG_CHANNEL_SECONDS"] <= LONGEST_WAIT:
        raise Stop(f"KECHUANG_CHANNEL_SECONDS 应在 1 至 {LONGEST_WAIT} 之间。")
    return {
        "seconds": environment["KECHUANG_CHANNEL_SECONDS"],
        "signature": environment["KECHUANG_SMS_SIGNATURE"],
        "sms": {
            "url": environment["KECHUANG_SMS_URL"],
            "key": environment["KECHUANG_SMS_KEY"],
            "secret": environment["KECHUANG_SMS_SECRET"],
        },
        "wecom": {
            "url": environment["KECHUANG_WECOM_URL"].rstrip("/"),
            "corporation": environment["KECHUANG_WECOM_CORPORATION"],
            "agent": environment["KECHUANG_WECOM_AGENT"],
            "secret": environment["KECHUANG_WECOM_SECRET"],
        },
        "dingtalk": {
            "url": environment["KECHUANG_DINGTALK_URL"],
            "secret": environment["KECHUANG_DINGTALK_SECRET"],
        },
    }
