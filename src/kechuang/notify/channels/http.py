"""One request to a provider: JSON out and in, bounded in time and size, never redirected, every failure named."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPErrorProcessor, HTTPRedirectHandler, Request, build_opener

from django.conf import settings

from kechuang.notify.channels.parcels import NEVER, Hopeless, OutcomeUnknown, TryAgain

MOST_BYTES = 64 * 1024
LONGEST_WAIT = timedelta(hours=1)
SILENT = frozenset({502, 504})
"""A gateway that got no answer from what stands behind it: that may have accepted the request."""
WRONG = frozenset({400, 410, 413, 422})
"""This very message is refused; anything else may be put right by the operator or by time."""


class _NoRedirects(HTTPRedirectHandler):
    """A signed request goes where it was meant to go, or nowhere."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


class _AsItCame(HTTPErrorProcessor):
    """Every status is an answer; what it means is said below."""

    def http_response(self, request: Request, response: Any) -> Any:
        return response

    https_response = http_response


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider said: its status and the JSON object of its body, empty when there was none."""

    status: int
    told: dict[str, Any]


def ask(
    url: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    accepted: frozenset[int] = frozenset(),
) -> Answer:
    """Send one request (POST with ``body``, else GET) and return a success, or raise how it failed.

    ``accepted`` are further statuses that the caller reads itself.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise TryAgain("通道地址应以 https:// 开头。")
    request = Request(url, data=body, headers={"Content-Type": "application/json; charset=utf-8", **(headers or {})})  # noqa: S310 - looked at above
    opener = build_opener(_NoRedirects, _AsItCame)
    seconds = settings.KECHUANG_CHANNELS["seconds"]
    try:
        with opener.open(request, timeout=seconds) as response:
            status, after = response.status, _after(response.headers.get("Retry-After", ""))
            told = _read(response, time.monotonic() + seconds)
    except URLError as error:  # the connection or the sending failed: nobody has the whole request
        raise TryAgain(f"连接不上通道：{_reason(error.reason)}") from None
    except (OSError, http.client.HTTPException) as error:
        raise OutcomeUnknown(f"通道没有应答：{_reason(error)}") from None
    if 200 <= status < 300 or status in accepted:  # noqa: PLR2004 - the successes of HTTP
        return Answer(status, told)
    if status in SILENT:
        raise OutcomeUnknown(f"通道的网关没有应答（HTTP {status}）。")
    if status in WRONG:
        raise Hopeless(f"通道不接受这条消息（HTTP {status}）{_said(told)}")
    raise TryAgain(f"通道暂时不可用（HTTP {status}）{_said(told)}", after=after)


def _read(response: http.client.HTTPResponse, until: float) -> dict[str, Any]:
    """Read the body piece by piece: a provider that trickles must not hold a worker."""
    whole = b""
    while piece := response.read1(MOST_BYTES):
        whole += piece
        if len(whole) > MOST_BYTES or time.monotonic() > until:
            raise http.client.HTTPException("answer too long")
    try:
        told = json.loads(whole or b"{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _after(typed: str) -> timedelta:
    return min(timedelta(seconds=int(typed)), LONGEST_WAIT) if typed.isascii() and typed.isdigit() else NEVER


def _reason(error: object) -> str:
    return type(error).__name__ if isinstance(error, BaseException) else str(error)[:80]


def _said(told: Mapping[str, Any]) -> str:
    words = str(told.get("message") or told.get("errmsg") or told.get("error") or "")[:200]
    return f"：{words}" if words else "。"
