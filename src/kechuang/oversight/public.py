"""The public page of the trail's daily roots, as page, JSON and feed: whoever keeps one can check every file later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kechuang.kernel.models import AuditSeal
from kechuang.kernel.seals import FORMAT
from kechuang.oversight.selectors import daily_roots

EVERY_DAY = 3_660


@require_safe
def roots(request: HttpRequest) -> HttpResponse:
    """Show the last root of each of the last days, and how a file is checked."""
    found = daily_roots()
    context = {
        "heading": _("审计根值"),
        "lead": _(
            "系统里的每一次改动都记入审计记录，逐批封存成链。记下任何一天的根值，日后就能核验此前的记录有没有被动过。"
        ),
        "roots": found,
    }
    return render(request, "oversight/roots.html", context)


@require_safe
def roots_json(request: HttpRequest) -> JsonResponse:
    """Return the last root of every day, newest first; the file ``kechuang audit verify --roots`` reads."""
    told = [
        {
            "day": timezone.localtime(seal.at).date().isoformat(),
            "seal": seal.number,
            "events_to": seal.last,
            "at": seal.at.isoformat(),
            "root": seal.root,
        }
        for seal in daily_roots(days=EVERY_DAY)
    ]
    answer = JsonResponse(
        {"format": FORMAT, "site": settings.KECHUANG_SITE_NAME, "roots": told},
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


class RootsFeed(Feed):  # type: ignore[type-arg]  # its stubs are generic, the class itself is not
    """The root of each day as an Atom feed, so that others keep it without asking."""

    feed_type = Atom1Feed
    title = gettext_lazy("审计根值")
    subtitle = gettext_lazy("每天最后一次封存的根值")

    def link(self) -> str:
        return reverse("oversight:roots")

    def items(self) -> list[AuditSeal]:
        return daily_roots()

    def item_title(self, item: AuditSeal) -> str:
        return f"{timezone.localtime(item.at).date().isoformat()} {item.root}"

    def item_description(self, item: AuditSeal) -> str:
        return _("第 %(number)s 号封存，记录至 #%(last)s。") % {"number": item.number, "last": item.last}

    def item_link(self, item: AuditSeal) -> str:
        return f"{reverse('oversight:roots')}#{item.number}"

    def item_guid(self, obj: AuditSeal) -> str:
        return obj.root

    item_guid_is_permalink = False

    def item_updateddate(self, item: AuditSeal) -> datetime:
        return item.at

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the feed; only reading is offered."""
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(status=405)
        return super().__call__(request, *args, **kwargs)
