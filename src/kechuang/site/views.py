"""The pages of the site itself: whether it is alive, and whether its audit trail is being sealed."""

from django.db import connection
from django.db.utils import OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.defaults import page_not_found

from kechuang.api.views import unknown
from kechuang.kernel.audit_sealing import lateness

PLAIN = "text/plain; charset=utf-8"


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers, 503 when it does not; for load balancers and for ``run``."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return HttpResponse("database unreachable\n", status=503, content_type=PLAIN)
    return HttpResponse("ok\n", content_type=PLAIN)


@never_cache
@require_safe
def seals_health(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the trail is sealed in time, 503 when it is late; for watching, not for load balancers."""
    try:
        found = lateness()
    except OperationalError:
        return HttpResponse("database unreachable\n", status=503, content_type=PLAIN)
    if not found.is_late:
        return HttpResponse("ok\n", content_type=PLAIN)
    reason = "held up by a long transaction" if found.is_held_up else "nobody seals"
    return HttpResponse(f"audit trail not sealed for over a minute: {reason}\n", status=503, content_type=PLAIN)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address where nothing is: a program in the API's form, a person with a page."""
    return unknown(request) if request.path.startswith("/api/") else page_not_found(request, exception)
