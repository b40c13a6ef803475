"""WeCom (企业微信): a card to one member from an application of the corporation's own.

Written from the documented interface (``gettoken``, ``message/send``). The provider drops a card that is the same
as one sent to the same member within ``duplicate_check_interval``, four hours at most; two messages of ours are never
the same, because each leads to its own page.
"""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache

from kechuang.notify.channels.http import ask
from kechuang.notify.channels.parcels import Hopeless, Parcel, TryAgain

REMEMBERED_SECONDS = 4 * 3600
MARGIN = timedelta(minutes=10)
TOKEN_SECONDS, TOKEN_MARGIN = 7200, 300
STALE_TOKEN = frozenset({40014, 41001, 42001})
NO_SUCH_PERSON = frozenset({40031, 60111, 81013})
LONGEST_TITLE, LONGEST_TEXT = 42, 170
"""Characters: 128 and 512 bytes of UTF-8 Chinese."""


class WeCom:
    repeatable_for = timedelta(seconds=REMEMBERED_SECONDS) - MARGIN

    def is_ready(self) -> bool:
        set_up = settings.KECHUANG_CHANNELS["wecom"]
        return all(set_up[name] for name in ("url", "corporation", "agent", "secret"))

    def send(self, parcel: Parcel) -> str:
        told = self._asked(parcel, fresh=False)
        if told.get("errcode") in STALE_TOKEN:  # revoked before its time: fetched anew, once
            told = self._asked(parcel, fresh=True)
        code = told.get("errcode")
        if code in NO_SUCH_PERSON or (code == 0 and told.get("invaliduser")):
            raise Hopeless("企业微信中没有这个成员，或成员不在应用的可见范围内。")
        if code != 0:
            raise TryAgain(f"企业微信拒绝发送（{code}）：{str(told.get('errmsg', ''))[:200]}")
        return str(told.get("msgid", ""))

    def _asked(self, parcel: Parcel, *, fresh: bool) -> dict[str, object]:
        set_up = settings.KECHUANG_CHANNELS["wecom"]
        query = urlencode({"access_token": self._token(fresh=fresh)})
        card = {
            "touser": parcel.address,
            "msgtype": "textcard",
            "agentid": int(set_up["agent"]),
            "textcard": {
                "title": parcel.subject[:LONGEST_TITLE],
                "description": parcel.card[:LONGEST_TEXT],
                "url": parcel.link,
                "btntxt": "打开",
            },
            "enable_duplicate_check": 1,
            "duplicate_check_interval": REMEMBERED_SECONDS,
        }
        body = json.dumps(card, ensure_ascii=False).encode()
        return ask(f"{set_up['url']}/cgi-bin/message/send?{query}", body=body).told

    def _token(self, *, fresh: bool) -> str:
        """Return the access token, shared by all workers until shortly before it ends."""
        set_up = settings.KECHUANG_CHANNELS["wecom"]
        whose = f"{set_up['url']} {set_up['corporation']} {set_up['agent']} {set_up['secret']}"
        key = f"notify.wecom.{hashlib.sha256(whose.encode()).hexdigest()[:32]}"
        kept = None if fresh else cache.get(key)
        if kept:
            return str(kept)
        query = urlencode({"corpid": set_up["corporation"], "corpsecret": set_up["secret"]})
        try:
            told = ask(f"{set_up['url']}/cgi-bin/gettoken?{query}").told
        except Hopeless as reason:  # the fault of our settings, not of the message
            raise TryAgain(str(reason)) from None
        token = str(told.get("access_token", ""))
        if told.get("errcode", 0) != 0 or not token:
            raise TryAgain(f"取不到企业微信的访问凭证（{told.get('errcode')}）：{str(told.get('errmsg', ''))[:200]}")
        seconds = int(told.get("expires_in", TOKEN_SECONDS))
        cache.set(key, token, max(seconds - TOKEN_MARGIN, 1))
        return token
