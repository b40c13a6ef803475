"""Every address of the site × every role and the public × a real object or none: an answer always, never a fault.

A fixed sample runs by default: each address is asked by the public and by one role in turn, and sent one foul
form. ``KECHUANG_DEEP=1`` tells the sample city's whole story and asks every address as everybody.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, models, transaction
from django.test import Client, TestCase
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import UUIDConverter
from django.utils.html import escape

from kechuang.catalogue.loading import installed_root
from kechuang.kernel.audit import acting_as
from kechuang.kernel.cli import checked
from kechuang.kernel.loading import catalogue_load
from kechuang.kernel.models import AuditEvent
from kechuang.site.sample import city, story
from tests.contract.scripts import PAYLOADS, carried, escaped, smuggle

DEEP = bool(os.environ.get("KECHUANG_DEEP"))
TURNS = 1
"""How many roles ask each address in the sample; they take turns, so that every role asks many addresses."""
EVERY = 8
"""Of how many addresses one is sent an empty form too, and a foul one by the public."""
THE_PUBLIC = "the public"
TO_THE_PUBLIC = {200, 302, 303, 400, 401, 403, 404, 405, 409, 422, 429}
TO_ANYBODY = TO_THE_PUBLIC | {304, 412, 413}
SCRIPT = "'\"><script>alert(1)</script>"
FAULT = re.compile(r"Traceback \(most recent|<script>alert\(1\)|psycopg\.|django\.db\.utils")
PERSONAL = {
    "identity number": re.compile(
        r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
    ),
    "mobile number": re.compile(r"(?<![0-9A-Za-z.])1[3-9]\d{9}(?![0-9A-Za-z])"),
    "e-mail address": re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}"),
}
FREE_TEXTS, PAGES_WITH_TEXTS = 45, 30
"""At least so many columns take a smuggled script and so many pages show one, or the test has lost its teeth."""
READ = ("SEEN", "TAKEN")
# Addresses whose answer may be that something is wrong with the installation: no worker seals here.
TOLD_UNWELL = {"/healthz/audit": {503}}
# Rows that reading may bring about, each with the reason.
BROUGHT_ABOUT = {
    "portal_release": "the first who asks for a data set brings about its first version",
    "portal_releasefile": "the files of that version",
}
# Rooms whose noun is not the word before the key in the address.
NOUNS = {
    "directory/": "directory.Organisation",
    "plan/": "plan.Plan",
    "platforms/": "platforms.Platform",
    "facts/units/": "directory.Organisation",
    "facts/rules/of/": "directory.Organisation",
    "facts/sheets/": "facts.Sheet",
    "review/seats/": "review.Assignment",
    "calls/desk/": "calls.Call",
    "calls/notices/": "calls.Call",
    "platforms/reports/": "platforms.AnnualReport",
    "platforms/rounds/": "platforms.EvaluationRound",
    "my/people/": "directory.User",
    "my/people/offices/": "directory.Office",
    "my/offices/": "directory.Office",
    "my/audit/": "kernel.AuditEvent",
    "cockpit/county/": "directory.County",
    "cockpit/department/": "directory.Department",
}
WORDS = {"kind": "application", "step": "submit", "name": "submit", "channel": "mail", "provider_id": "x"}
FOUL_FIELDS = (
    *("name", "title", "reason", "on", "start", "end", "key", "code", "number", "level", "text", "q", "state", "step"),
    *("organisation", "department", "user", "role", "year", "value", "seen", "version", "confirmed", "chosen", "scan"),
)
FOUL = {name: ("a\0b", SCRIPT, "9" * 3_000, "-1")[place % 4] for place, name in enumerate(FOUL_FIELDS)}


def routes() -> list[tuple[str, URLPattern]]:
    """Return every address of our own packages, as it is written in its urls."""

    def walk(patterns: Any, before: str = "") -> Iterator[tuple[str, URLPattern]]:
        for each in patterns:
            if isinstance(each, URLResolver):
                yield from walk(each.url_patterns, before + str(each.pattern))
            elif each.callback.__module__.startswith(("kechuang.", "ninja.")):
                yield before + str(each.pattern), each

    return [(route, each) for route, each in walk(get_resolver().url_patterns) if "^" not in route]


def plural(model: type[models.Model]) -> str:
    """Return the word by which an address names a model's rows."""
    word = model.__name__.lower()
    return word[:-1] + "ies" if word.endswith("y") else f"{word}s"


def noun(before: str) -> type[models.Model] | None:
    """Return the model whose row follows ``before`` in an address."""
    if before in NOUNS:
        app, _dot, name = NOUNS[before].partition(".")
        return next((one for one in apps.get_app_config(app).get_models() if one.__name__ == name), None)
    *_rest, word, _end = before.split("/") if before.count("/") else ("", "", "")
    room = before.split("/", maxsplit=1)[0]
    found = [one for one in apps.get_models() if plural(one) == word and one.__module__.startswith("kechuang.")]
    return min(found, key=lambda one: one._meta.app_label != room, default=None)


def value(before: str, name: str, converter: object) -> str:
    """Return the key of a real row where there is one, else a key that could be one."""
    if isinstance(converter, UUIDConverter):
        return "0" * 8 + "-0000" * 3 + "-" + "0" * 12
    model = noun(before)
    row = model._default_manager.order_by("pk").first() if model else None
    if row is not None:
        return str(getattr(row, name, row.pk) if name in {"number", "code", "token"} else row.pk)
    return WORDS.get(name, "1")


def address(route: str, pattern: URLPattern) -> str:
    """Return a real address of ``route``."""
    converters = pattern.pattern.converters
    while found := re.search(r"<(?:\w+:)?(\w+)>", route):
        told = value(route[: found.start()], found[1], converters.get(found[1]))
        route = route[: found.start()] + told + route[found.end() :]
    return f"/{route}"


def test_markup_is_told_from_text() -> None:
    for payload in PAYLOADS:
        assert escaped(f'<p title="{escape(payload)}">{escape(payload)}</p>') == []
    for foul in (
        '<p>"><kxss></p>',
        "<p title='a' onkxss=1>",
        "<a href='java\tscript:kxss'>",
        "<a href=JAVASCRIPT:kxss>",
    ):
        assert len(escaped(foul)) == 1


@pytest.mark.django_db
class TestEveryAddress(TestCase):
    """The sample city, and one visitor for each of its people."""

    @classmethod
    def setUpTestData(cls) -> None:
        whole = checked(installed_root(), "anshun")
        catalogue_load(whole)
        built, _accounts = city.build(whole, lambda *_: None)
        if DEEP:
            story.tell_story(built, lambda *_: None)
        acting_as(None)
        cls.users = built.users

    def setUp(self) -> None:
        self.visitors = {THE_PUBLIC: Client(raise_request_exception=False)}
        for name, user in self.users.items():
            self.visitors[name] = Client(raise_request_exception=False)
            self.visitors[name].force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")

    def askers(self, place: int) -> list[str]:
        names = sorted(set(self.visitors) - {THE_PUBLIC})
        return names if DEEP else [names[(place * TURNS + turn) % len(names)] for turn in range(TURNS)]

    def asked(self, who: str, where: str, values: Any = None) -> tuple[int, str, int]:
        """Ask, undo whatever it did; return the status, the text and how many rows it wrote."""
        before = self._last_event()
        with transaction.atomic():
            try:
                answer = self.visitors[who].get(where) if values is None else self.visitors[who].post(where, values)
                content = b"".join(answer.streaming_content) if answer.streaming else answer.content
                status, text = answer.status_code, content.decode(errors="replace")
            except DatabaseError as fault:  # the page of faults cannot ask a transaction that is broken
                status, text = 500, repr(fault)
            broken = transaction.get_connection().needs_rollback or status >= 500
            written = 0 if broken or values is not None else self._written(before)
            transaction.set_rollback(True)
        return status, text, written

    def _last_event(self) -> int:
        return AuditEvent.objects.aggregate(last=models.Max("pk"))["last"] or 0

    def _written(self, before: int) -> int:
        events = AuditEvent.objects.filter(pk__gt=before).exclude(operation__in=READ)
        return events.exclude(table__in=BROUGHT_ABOUT).count()

    def test_every_address_answers_everybody_and_writes_nothing_when_it_is_read(self) -> None:
        wrong: list[Any] = []
        for place, (route, pattern) in enumerate(routes()):
            where = address(route, pattern)
            for who in (THE_PUBLIC, *self.askers(place)):
                status, text, written = self.asked(who, where)
                allowed = (TO_THE_PUBLIC if who == THE_PUBLIC else TO_ANYBODY) | TOLD_UNWELL.get(where, set())
                told = [name for name, each in PERSONAL.items() if who == THE_PUBLIC and each.search(text)]
                if status not in allowed or FAULT.search(text) or written or told:
                    wrong.append((where, who, status, told, f"wrote {written}"))
        assert wrong == [], "\n".join(map(str, wrong))

    def test_every_address_answers_a_foul_form_with_a_sentence(self) -> None:
        wrong: list[Any] = []
        for place, (route, pattern) in enumerate(routes()):
            where = address(route, pattern)
            file = SimpleUploadedFile("认定.pdf", b"%PDF-1.4\n%\xff\x00<script>")
            forms = {**FOUL, "upload": file, "file": file, "workbook": file}
            who = self.askers(place)[0]
            others = [(who, {}), (THE_PUBLIC, forms)] if DEEP or place % EVERY == 0 else []
            for whose, values in ((who, forms), *others):
                status, text, _written = self.asked(whose, where, values)
                if status not in TO_ANYBODY | TOLD_UNWELL.get(where, set()) or FAULT.search(text):
                    wrong.append((where, whose, status))
        assert wrong == [], "\n".join(map(str, wrong))

    def test_no_text_of_anybody_ever_becomes_markup(self) -> None:
        for turn in range(0, len(PAYLOADS), 15) if DEEP else (0,):
            self.smuggled(turn)

    def smuggled(self, turn: int) -> None:
        """Overwrite every text, ask the addresses, and look for markup."""
        assert smuggle(turn) > FREE_TEXTS
        wrong: list[Any] = []
        carrying = 0
        for place, (route, pattern) in enumerate(routes()):
            if place % 2 and not DEEP:
                continue
            where = address(route, pattern)
            for who in self.askers(place):
                status, text, _written = self.asked(who, where)
                carrying += carried(text)
                found = escaped(text) if text.lstrip().startswith("<") else []
                if found or status >= 500:
                    wrong.append((where, who, status, found[:3]))
        assert wrong == [], "\n".join(map(str, wrong))
        assert carrying > PAGES_WITH_TEXTS, carrying

    def test_keys_nobody_has_are_not_found(self) -> None:
        wrong: list[Any] = []
        keyed = [(route, each) for route, each in routes() if "<" in route]
        for place, (route, _pattern) in enumerate(keyed):
            foul = ("99999999999999999999999", "%00", "..%2f..%2fetc", "x" * 1_500)[place % 4]
            where = "/" + re.sub(r"<[^>]+>", foul, route)
            status, text, _written = self.asked(self.askers(place)[0], where)
            if status not in TO_ANYBODY or FAULT.search(text):
                wrong.append((where[:90], status))
        assert wrong == [], "\n".join(map(str, wrong))
