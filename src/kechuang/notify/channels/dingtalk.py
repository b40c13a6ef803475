"""DingTalk (钉钉): the robot of a group, signed as documented; it calls the person by account.

A group reads along, so it says only that something waits and where, never what. The robot knows no idempotency key:
a message whose answer was lost is not sent again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings

from kechuang.notify.channels.http import ask
from kechuang.notify.channels.parcels import NEVER, Parcel, TryAgain

TOO_FAST = frozenset({130101, 410100})


class DingTalk:
    repeatable_for = NEVER

    def is_ready(self) -> bool:
        set_up = settings.KECHUANG_CHANNELS["dingtalk"]
        return bool(set_up["url"] and set_up["secret"])

    def send(self, parcel: Parcel) -> str:
        set_up = settings.KECHUANG_CHANNELS["dingtalk"]
        moment = str(int(time.time() * 1000))
        query = urlencode({"timestamp": moment, "sign": sign(set_up["secret"], moment)})
        said = {
            "msgtype": "text",
            "text": {"content": parcel.group},
            "at": {"atUserIds": [parcel.address], "isAtAll": False},
        }
        joint = "&" if "?" in set_up["url"] else "?"
        told = ask(f"{set_up['url']}{joint}{query}", body=json.dumps(said, ensure_ascii=False).encode()).told
        code = told.get("errcode", 0)
        if code in TOO_FAST:
            raise TryAgain("钉钉机器人发送过于频繁。", after=timedelta(minutes=1))
        if code != 0:
            raise TryAgain(f"钉钉拒绝发送（{code}）：{str(told.get('errmsg', ''))[:200]}")
        return ""


def sign(secret: str, moment: str) -> str:
    """Return base64 of HMAC-SHA-256 over ``moment`` (milliseconds), a line feed and the secret."""
    said = f"{moment}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), said, hashlib.sha256).digest()).decode()
