"""The API itself: ninja with our manner of answering — tags of content, limits told, refusals in one form."""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import JSONRenderer

from kechuang.api.caller import Caller
from kechuang.api.problems import KNOWN, MEDIA_TYPE, Problem, problem
from kechuang.kernel.errors import NotAllowed, Refused

logger = logging.getLogger("django.request")
REFUSALS = (401, 403, 404, 422, 429)
LIMIT_HEADERS = {
    "RateLimit-Limit": {"schema": {"type": "integer"}, "description": "每分钟的上限"},
    "RateLimit-Remaining": {"schema": {"type": "integer"}, "description": "本分钟剩余次数"},
    "RateLimit-Reset": {"schema": {"type": "integer"}, "description": "多少秒后重新计数"},
}
ETAG = {"ETag": {"schema": {"type": "string"}, "description": "内容摘要；下次以 If-None-Match 带上，未变答 304"}}


class ReadableJSON(JSONRenderer):
    """JSON whose Chinese can be read by people too."""

    json_dumps_params = {"ensure_ascii": False}


class ReadAPI(NinjaAPI):
    """A read API whose answers carry their digest and the caller's limit."""

    def create_response(self, request: HttpRequest, data: Any, **kwargs: Any) -> HttpResponse:
        """Answer with an ``ETag``; 304 without a body when the caller has this content already."""
        return dressed(request, tagged(request, super().create_response(request, data, **kwargs)))

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        """Answer a refusal with the limit told as well."""
        return dressed(request, super().on_exception(request, exc))

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        """Return the description with the refusals every operation may give."""
        described = super().get_openapi_schema(**kwargs)
        described["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        for path in described["paths"].values():
            for operation in path.values():
                _complete(operation)
        return described


def tagged(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Return the answer with its digest as ``ETag``; 304 without a body when the caller has this content already."""
    tag = f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
    if _tags(request) & {tag, "*"}:
        answer = HttpResponse(status=304)
        del answer["Content-Type"]
    answer["ETag"] = tag
    return answer


def dressed(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Add what every answer carries: the limit, who may keep it, and that any site may read what is public."""
    window = getattr(request, "api_window", None)
    for name, value in (window.headers() if window else {}).items():
        answer[name] = value
    public = "Authorization" not in request.headers and request.actor.user_id is None  # type: ignore[attr-defined]
    answer["Cache-Control"] = "public, no-cache" if public else "private, no-cache"
    answer["Vary"] = "Authorization, Cookie, Accept-Language"
    answer["Access-Control-Allow-Origin"] = "*"  # never with credentials: other sites read as the public
    answer["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After, RateLimit-Limit, RateLimit-Remaining"
    return answer


def _tags(request: HttpRequest) -> set[str]:
    sent = request.headers.get("If-None-Match", "")
    return {part.strip().removeprefix("W/") for part in sent.split(",")}


def _complete(operation: dict[str, Any]) -> None:
    operation["security"] = [{}, *operation.get("security", [])]
    answers = operation["responses"]
    answers[200].setdefault("headers", {}).update({**ETAG, **LIMIT_HEADERS})
    answers[304] = {"description": "内容未变", "headers": {**ETAG, **LIMIT_HEADERS}}
    for status in REFUSALS:
        answers.setdefault(
            status,
            {
                "description": str(KNOWN[status][0]),
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                "headers": dict(LIMIT_HEADERS),
            },
        )
    answers[429]["headers"]["Retry-After"] = {"schema": {"type": "integer"}, "description": "等待秒数"}


def read_api() -> ReadAPI:
    """Return the API without its routers."""
    made = ReadAPI(
        title="科创 Kechuang",
        version="1",
        description="只读接口：平台登记库、单位名录、方案与指标、指标字典、开放数据目录、通知公告。"
        "参数 on 给出截至日期，任何过去的一天都按当天的登记回答。公开数据不需要令牌。",
        docs_url=None,
        urls_namespace="read_api",
        auth=Caller(),
        renderer=ReadableJSON(),
    )
    made.exception_handler(Http404)(_missing)
    made.exception_handler(HttpError)(_said)
    made.exception_handler(ValidationError)(_invalid)
    made.exception_handler(Refused)(_refused)
    made.exception_handler(Exception)(_failed)
    return made


def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, 404, _("没有这条记录，或它不在您可以查看的范围内。"))


def _said(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(request, error.status_code, str(error))


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = "、".join(str(one["loc"][-1]) for one in error.errors)
    return problem(request, 422, _("参数读不懂：%(fields)s。") % {"fields": fields})


def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer a fault of ours in the API's own form, after telling the log as Django does for a page."""
    got_request_exception.send(sender=ReadAPI, request=request)
    logger.error("%s: %s", request.path, error, exc_info=error)
    return problem(request, 500, _("服务器出了错，已记入日志。"))


def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return problem(request, 403 if isinstance(error, NotAllowed) else 409, str(error))
