"""What a form sent as the key of a finished upload arrives at the view as the file itself."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from kechuang.kernel.uploads import is_refused
from kechuang.kernel.uploads_resumed import PREFIX, upload_discard, upload_handed
from kechuang.ui.uploads.protocol import OFFSET_TYPE, PIECE

FORMS = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})
Answer = Callable[[HttpRequest], HttpResponse]


class ArrivingPieceMiddleware:
    """Wait for the bytes of a small piece before anything else is asked for: no lane, no database connection.

    Stands before ``AdmissionMiddleware``. A larger piece is read as it comes, by the view.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.get("CONTENT_LENGTH") or ""
        if request.content_type == OFFSET_TYPE and told.isdecimal() and int(told) <= PIECE:
            try:
                request.body  # noqa: B018 - reads and remembers it
            except UnreadablePostError:
                return HttpResponse(status=HTTPStatus.REQUEST_TIMEOUT)
        return self.get_response(request)


class ResumedUploadsMiddleware:
    """Put finished uploads into ``request.FILES`` of the form that names them, for their owner alone.

    Stands after ``ActorMiddleware``. What the door refuses is removed after the answer; what a form did not take for
    another reason stays, so that nobody sends a large file anew for a missing title.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for upload in getattr(request, "resumed_uploads", ()):
            if is_refused(upload):
                upload_discard(upload)
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Exchange keys for files, once the request is known not to be forged."""
        if request.method != "POST" or request.content_type not in FORMS:
            return
        named = [(name.removeprefix(PREFIX), key) for name, key in request.POST.items() if name.startswith(PREFIX)]
        handed: list[UploadedFile[bytes]] = []
        for field, key in named:
            upload = upload_handed(key=str(key), actor=request.actor)  # type: ignore[attr-defined]
            request.FILES.appendlist(field, upload)
            handed.append(upload)
        request.resumed_uploads = handed  # type: ignore[attr-defined]
