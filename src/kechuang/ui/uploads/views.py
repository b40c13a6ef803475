"""Uploading in pieces over HTTP: begin, ask how far, continue, give up; and the list of one's own."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse, UnreadablePostError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.kernel import uploads_running as running
from kechuang.kernel.errors import NotAllowed, Refused, Stale
from kechuang.kernel.models import RunningUpload
from kechuang.kernel.uploads import TooLarge
from kechuang.kernel.web import Request
from kechuang.ui.uploads.protocol import (
    EXTENSIONS,
    OFFSET_TYPE,
    VERSION,
    metadata,
    pieces,
    state_headers,
    whole_number,
)

STATUS: tuple[tuple[type[Refused], HTTPStatus], ...] = (
    (TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (running.Expired, HTTPStatus.GONE),
    (Stale, HTTPStatus.CONFLICT),
    (NotAllowed, HTTPStatus.UNAUTHORIZED),
    (Refused, HTTPStatus.BAD_REQUEST),
)
MOST_MODIFIED = 2**53
LONGEST = 200
Act = Callable[..., HttpResponse]


def uploads(request: Request) -> HttpResponse:
    """Begin an upload (POST), list one's own (GET), or tell what is spoken here (OPTIONS)."""
    return _answered(request, {"POST": _begun, "GET": _listed, "OPTIONS": _spoken})


def running_upload(request: Request, key: UUID) -> HttpResponse:
    """Tell how far an upload is (HEAD), continue it (PATCH) or give it up (DELETE)."""
    return _answered(request, {"HEAD": _told, "PATCH": _continued, "DELETE": _ended, "OPTIONS": _spoken}, key)


def _answered(request: Request, acts: dict[str, Act], *key: UUID) -> HttpResponse:
    method = request.method or ""
    if method == "POST":  # for lines whose proxy lets no PATCH and no DELETE through
        method = request.headers.get("X-HTTP-Method-Override", method).upper()
    act = acts.get(method)
    if act is None:
        answer = _said(HTTPStatus.METHOD_NOT_ALLOWED, _("不支持这种请求。"), Allow=", ".join(acts))
    elif request.actor.user_id is None and method != "OPTIONS":
        answer = _said(HTTPStatus.UNAUTHORIZED, _("登录已过期，请重新登录；再选同一个文件会接着传。"))
    elif method not in {"GET", "OPTIONS"} and request.headers.get("Tus-Resumable") != VERSION:
        answer = _said(HTTPStatus.PRECONDITION_FAILED, _("上传协议的版本不对，请刷新页面再试。"))
    else:
        try:
            answer = act(request, *key)
        except Refused as refusal:
            answer = _said(next(status for kind, status in STATUS if isinstance(refusal, kind)), str(refusal))
    answer["Tus-Resumable"] = VERSION
    return answer


def _said(status: HTTPStatus, sentence: str, **headers: str) -> HttpResponse:
    return HttpResponse(sentence, content_type="text/plain; charset=utf-8", status=status, headers=headers)


def _spoken(_request: Request, *_key: UUID) -> HttpResponse:
    told = {"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Max-Size": str(settings.UPLOADS["bytes"])}
    return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=told)


def _listed(request: Request) -> HttpResponse:
    """List what may still be continued or used; ``page`` leaves those chosen on one page."""
    rows = running.uploads_open(actor=request.actor)
    if page := request.GET.get("page"):
        rows = rows.filter(page=page[:LONGEST])
    answer = JsonResponse({"uploads": [_shown(row) for row in rows]})
    answer["Cache-Control"] = "no-store"
    return answer


def _shown(row: RunningUpload) -> dict[str, str | int]:
    return {
        "key": str(row.pk),
        "url": _address(row.pk),
        "name": row.name,
        "size": row.size,
        "received": row.received,
        "modified": row.modified,
        "page": row.page,
        "field": row.field,
    }


def _begun(request: Request) -> HttpResponse:
    size = whole_number(request.headers.get("Upload-Length"))
    if size is None:
        raise Refused(_("没有说明文件的大小。"))
    told = metadata(request.headers.get("Upload-Metadata", ""))
    row = running.upload_begin(
        name=told.get("filename", ""),
        size=size,
        modified=min(whole_number(told.get("modified")) or 0, MOST_MODIFIED),
        page=told.get("page", "")[:LONGEST],
        field=told.get("field", "")[: LONGEST // 2],
        actor=request.actor,
    )
    return HttpResponse(status=HTTPStatus.CREATED, headers={**state_headers(row), "Location": _address(row.pk)})


def _told(request: Request, key: UUID) -> HttpResponse:
    row = _seen(request, key)
    if row.used_at is not None or row.is_over(timezone.now()):
        return _said(HTTPStatus.GONE, _("这次上传已过期，请重新选择文件。"))
    return HttpResponse(headers=state_headers(row))


def _continued(request: Request, key: UUID) -> HttpResponse:
    offset = whole_number(request.headers.get("Upload-Offset"))
    if request.content_type != OFFSET_TYPE:
        return _said(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _("内容类型不对，请刷新页面再试。"))
    if offset is None:
        raise Refused(_("没有说明从哪里接着传。"))
    _seen(request, key)
    try:
        for piece in pieces(request):
            offset = running.upload_append(key=key, offset=offset, piece=piece, actor=request.actor)
    except UnreadablePostError:  # the line broke; what came is kept
        return HttpResponse(status=HTTPStatus.REQUEST_TIMEOUT)
    except RunningUpload.DoesNotExist:
        raise Http404 from None
    return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=state_headers(_seen(request, key)))


def _ended(request: Request, key: UUID) -> HttpResponse:
    try:
        running.upload_end(key=key, actor=request.actor)
    except RunningUpload.DoesNotExist:
        raise Http404 from None
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _seen(request: Request, key: UUID) -> RunningUpload:
    row = running.upload_seen(key=key, actor=request.actor)
    if row is None:
        raise Http404
    return row


def _address(key: UUID) -> str:
    return reverse("ui:running_upload", args=[key])
