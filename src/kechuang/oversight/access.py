"""Which of the three desks is whose. The nouns themselves have their tables in ``kernel`` and ``directory``."""

from __future__ import annotations

from django.http import Http404

from kechuang.kernel.access import Actor
from kechuang.kernel.web import Request

SYSTEM, SECURITY, AUDIT = "system_admin", "security_admin", "auditor"


def require_desk(request: Request, role: str) -> Actor:
    """Return the actor when ``role`` is among today's offices; to everybody else the desk does not exist."""
    if not request.actor.holds(role):
        raise Http404
    return request.actor
