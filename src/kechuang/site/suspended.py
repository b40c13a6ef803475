"""A form sent on too old a proof of who sends it: kept until the proof is there, then offered again, whole.

Kept in the session, so that nothing typed is lost and nothing is done unseen: the person presses once more. Files
cannot wait; who sent some is led back to the page.
"""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

MOST = 200_000
"""How many characters of a form may wait; a longer one is typed text no page of ours asks for."""
WAITS = 30 * 60
"""For how many seconds: after that its page has surely changed."""
BACK = "kechuang.site.suspended.offered"


def suspend(request: HttpRequest) -> bool:
    """Keep what was sent; tell whether it waits. What waited before is forgotten."""
    request.session.pop(STATE_SESSION_KEY, None)
    if request.method != "POST" or request.FILES or request.headers.get("HX-Request") == "true":
        return False
    pairs = [
        (name, str(value)) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"
    ]
    if sum(len(name) + len(value) for name, value in pairs) > MOST:
        return False
    kept = {"path": request.get_full_path(), "pairs": pairs, "at": time.time()}
    request.session[STATE_SESSION_KEY] = {"callback": BACK, "state": kept}
    return True


def offered(request: HttpRequest, kept: dict[str, Any]) -> HttpResponse:
    """Offer the form again, now that the proof is there."""
    if time.time() - kept["at"] > WAITS:
        return HttpResponseRedirect("/")
    context = {"heading": _("身份已验证"), "path": kept["path"], "pairs": kept["pairs"]}
    return render(request, "site/suspended.html", context)
