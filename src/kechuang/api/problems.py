"""Refusals of the read API in one form (RFC 9457): what is wrong, and what to do about it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Schema
from pydantic import Field

MEDIA_TYPE = "application/problem+json"

KNOWN: dict[int, tuple[str | Promise, str | Promise]] = {
    401: (gettext_lazy("令牌无效"), gettext_lazy("核对令牌是否抄全、到期或已停用；不带令牌也可以读公开数据。")),
    403: (gettext_lazy("无权读取"), gettext_lazy("换用带有该范围的令牌；公开数据不带令牌也可以读。")),
    404: (gettext_lazy("没有这条记录"), gettext_lazy("核对编号和地址；不公开的记录同样按没有答复。")),
    405: (gettext_lazy("只能读取"), gettext_lazy("本接口只接受 GET、HEAD 和 OPTIONS。")),
    409: (gettext_lazy("无法完成"), gettext_lazy("按说明改正后再试。")),
    422: (gettext_lazy("参数读不懂"), gettext_lazy("对照接口说明改正所指的参数后再试；原样重发不会成功。")),
    429: (gettext_lazy("请求过于频繁"), gettext_lazy("等待 Retry-After 所示的秒数后再试；建立令牌可以提高上限。")),
    500: (gettext_lazy("服务器出错"), gettext_lazy("稍后再试；仍不行请联系网站管理员。")),
}
"""Status → title and what to do."""


class Problem(Schema):
    """A refusal: ``title`` what sort, ``detail`` what exactly, ``advice`` what to do."""

    type: str = Field(description="该类问题的说明地址")
    title: str = Field(description="哪一类问题")
    status: int = Field(description="HTTP 状态码")
    detail: str = Field(description="具体是什么问题")
    advice: str = Field(description="怎么办")
    instance: str = Field(description="所请求的地址")


def problem(request: HttpRequest, status: int, detail: str = "") -> HttpResponse:
    """Return the answer that says what is wrong and what to do."""
    title, advice = KNOWN.get(status, (HTTPStatus(status).phrase, _("稍后再试；仍不行请联系网站管理员。")))
    body: dict[str, Any] = {
        "type": f"{request.build_absolute_uri(reverse('api:guide'))}#problem-{status}",
        "title": str(title),
        "status": int(status),
        "detail": detail or str(title),
        "advice": str(advice),
        "instance": request.path,
    }
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})
