"""SMS through a neutral HTTP gateway: one signed JSON request a message, our token as its idempotency key.

Providers differ in their signatures and want each text approved as a template; a gateway of the operator's translates.
What it must do is in ``docs/messages.md``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from datetime import timedelta

from django.conf import settings

from kechuang.notify.channels.http import ask
from kechuang.notify.channels.parcels import Parcel

KNOWN_ALREADY = 409


class Sms:
    """The gateway remembers a token for a day at least, so a message may be sent again within it."""

    repeatable_for = timedelta(hours=23)

    def is_ready(self) -> bool:
        set_up = settings.KECHUANG_CHANNELS["sms"]
        return bool(set_up["url"] and set_up["secret"])

    def send(self, parcel: Parcel) -> str:
        set_up = settings.KECHUANG_CHANNELS["sms"]
        told = {"to": parcel.address, "text": parcel.short, "token": parcel.token}
        body = json.dumps(told, ensure_ascii=False).encode()
        moment = str(int(time.time()))
        headers = {
            "Idempotency-Key": parcel.token,
            "X-Kechuang-Key": set_up["key"],
            "X-Kechuang-Timestamp": moment,
            "X-Kechuang-Signature": signature(set_up["secret"], moment, body),
        }
        answer = ask(set_up["url"], body=body, headers=headers, accepted=frozenset({KNOWN_ALREADY}))
        return str(answer.told.get("id", ""))


def signature(secret: str, moment: str, body: bytes) -> str:
    """Return the HMAC-SHA-256 over timestamp, a full stop and the body, in hexadecimal."""
    return hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
