"""The read API under ``/api/v1/``: the rooms' own routers, one manner of saying no (RFC 7807).

The description is at ``/api/v1/openapi.json``; no page of a third party is served to read it.
"""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from kechuang.directory.resource import DIRECTORY
from kechuang.facts.api import router as facts
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.plan.api import router as plan
from kechuang.platforms.api import router as platforms
from kechuang.ui.api import read_router

PROBLEM = "application/problem+json"

api = NinjaAPI(
    title="科创 Kechuang",
    version="1",
    description="只读接口：平台登记库、单位名录、方案与指标、指标字典。参数 on 给出截至日期，任何过去的一天都按当天的登记回答。",
    docs_url=None,
    urls_namespace="api",
)
api.add_router("platforms/", platforms)
api.add_router("organisations/", read_router(DIRECTORY))
api.add_router("plan/", plan)
api.add_router("metrics/", facts)


def problem(status: int, detail: str) -> HttpResponse:
    """Return the answer that says what is wrong, in the form of RFC 7807."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JsonResponse(body, status=status, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False})


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(HTTPStatus.NOT_FOUND, _("没有这条记录，或它不在您可以查看的范围内。"))


@api.exception_handler(HttpError)
def _said(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, str(error))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = "、".join(str(one["loc"][-1]) for one in error.errors)
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, _("参数读不懂：%(fields)s。") % {"fields": fields})


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    status = HTTPStatus.FORBIDDEN if isinstance(error, NotAllowed) else HTTPStatus.CONFLICT
    return problem(status, str(error))
