"""The floor: bare Django that asks the same questions of the same rows and prints them plainly.

No sessions, no access rules, no frame around the page; nothing but queries and a template.
"""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

from kechuang.platforms.models import Amendment, Partner, PlatformPeriod, Recognition, RegisterEntry, Standing

ENGINE = Engine()
LIST = ENGINE.from_string(
    "<table>{% for r in rows %}<tr><td><a href='/{{ r.number }}'>{{ r.name }}</a></td><td>{{ r.kind }}</td><td>"
    "{{ r.get_level_display }}</td><td>{{ r.host_name }}</td><td>{{ r.county }}</td><td>{{ r.department }}</td><td>"
    "{{ r.standing }}</td><td>{{ r.level_since|date:'Y-m-d' }}</td></tr>{% endfor %}</table>{{ count }}"
)
DETAIL = ENGINE.from_string(
    "<h1>{{ e.name }}</h1>{{ e.kind }}{{ e.host_name }}{{ e.county }}{{ e.department }}"
    "{% for group in groups %}<ul>{% for row in group %}<li>{{ row }}</li>{% endfor %}</ul>{% endfor %}"
)


def listing(request: HttpRequest) -> HttpResponse:
    """Print fifty rows of a day with two filters, and count them."""
    today = date.today()
    rows = RegisterEntry.objects.filter(
        start__lte=today, end__gt=today, sensitive=False, level=request.GET["level"], county=request.GET["county"]
    )
    shown = rows.select_related("kind", "county", "department").order_by("name_key", "platform")[:50]
    return HttpResponse(LIST.render(Context({"rows": shown, "count": rows[:1001].count()})))


def detail(request: HttpRequest, number: str) -> HttpResponse:
    """Print one platform with its recognitions, spans, standings, partners and changes."""
    today = date.today()
    entry = RegisterEntry.objects.select_related("kind", "county", "department", "host", "platform").get(
        number=number, start__lte=today, end__gt=today
    )
    of = {"platform_id": entry.platform_id}
    groups = [model.objects.filter(**of) for model in (Recognition, PlatformPeriod, Standing, Partner, Amendment)]
    return HttpResponse(DETAIL.render(Context({"e": entry, "groups": groups})))


urlpatterns = [path("list", listing), path("detail/<str:number>", detail)]
