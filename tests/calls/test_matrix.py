"""Every address of the intake, asked by everybody with foul things: an answer always, to strangers nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, TestCase
from django.urls import URLPattern
from django.utils import timezone

from kechuang.calls.models import Application, Decision, Publicity, Rating, Redress
from kechuang.calls.services.objections import objection_raise
from kechuang.calls.services.partners import partner_invite
from kechuang.calls.urls import urlpatterns
from kechuang.directory.models import County, Department, Office
from kechuang.kernel.access import ANONYMOUS
from kechuang.kernel.processes import begin
from tests.calls.conftest import ITEM, Bureau
from tests.factories import OrganisationFactory, UserFactory

SECRET, SCRIPT, PUBLIC_TITLE = "机密草稿甲乙丙", "'\"><script>alert(1)</script>", "示例公示名称"
OUTSIDERS = ("nobody's", "other applicant", "other host", "other county", "other department", "expert")
INSIDERS = ("applicant", "host_admin", "county_officer", "department_officer", "department_head", "review_secretary")
PRIVATE = ("applications/<", "objections/<", "partners/<", "redresses/<")
OFFICE_ONLY = ("desk/",)
ANSWERS = {200, 302, 400, 403, 404, 405, 409, 413, 422, 429}
WORDS = {
    "tables": ("equipment", "title"),
    "attached": ("licence",),
    "fill": ("outline", "capacity"),
    "steps": ("submit", "withdraw", "return"),
    "desk": ("publish", "close"),
    "objections": ("accept",),
    "partners": ("remove",),
    "redresses": ("report",),
}
FIELDS = (
    *("title", "abstract", "organisation", "subject", "user", "fills", "sections", "seen", "chosen", "pasted", "start"),
    *("shown", "code", "v:title", "explain:abstract", "reason", "key", "rank", "points", "due_on", "note__abstract"),
    *("minutes", "met_on", "opens_on", "number", "decided_on", "until", "outside_on", "tail", "name", "contact"),
    *("grounds", "item", "body", "year", "opens_at", "closes_at", "change", "section", "from", "q", "county", "state"),
    *("equipment.0.name", "equipment.0.quantity", "equipment.999999.name", "revenue@2025", "days", "grade", "said"),
    *("credit_code", "role", "partner", "share"),
)
VALUES: tuple[Any, ...] = ("a\x00b", SCRIPT, "9" * 3_000, ["-1", "²", "1e400", "99999999999999999999"])
FOUL: dict[str, dict[str, Any]] = {
    "nothing": {},
    **{f"foul {first}": {name: VALUES[(first + at) % 4] for at, name in enumerate(FIELDS)} for first in range(4)},
}
"""Forms to send: an empty one, and four in which every field has had every foul value once."""
QUERY = "from=-1&q=%00&call=x&sort=;&q0=%00&number=%00&page=1e9&state=%00&county=9e99"
FORGED = {"title": "改成别家的", "code": "title", "reason": "x", "user": "1", "fills": "edit", "key": "0" * 32}
SENT_PARTS = ("0", "%00")
FOUL_PARTS = ("0", "99999999999999999999999", "x" * 1_500, "%00", quote(SCRIPT), "%2e%2e%2fetc")


def routes() -> list[str]:
    """Return every route of the room as it is written in its urls."""
    return [str(each.pattern) for each in urlpatterns if isinstance(each, URLPattern)]


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
class TestEverybodyAtEveryAddress(TestCase):
    """One bureau with a secret draft, a case in publicity and an objection; each visitor signed in once."""

    bureau: Bureau
    draft: Application
    case: Application

    @classmethod
    def setUpTestData(cls) -> None:
        county = County.objects.order_by("pk")[0]
        organisation = OrganisationFactory(name="示例制造有限公司", county=county, kind="enterprise")
        cls.bureau = bureau = Bureau(organisation, county, Department.objects.get(code="kjj"))
        call = bureau.call()
        cls.case = bureau.filled(bureau.started(call))
        bureau.move(cls.case, "submit", "applicant")
        Application.objects.filter(pk=cls.case.pk).update(title=PUBLIC_TITLE)
        cls.draft = bureau.started(bureau.call(), title=SECRET)
        today = timezone.localdate()
        shown = dict.fromkeys(("item", "title", "organisation", "county", "department"), PUBLIC_TITLE)
        cls.publicity = Publicity.objects.create(
            application=cls.case,
            opens_on=today - timedelta(days=1),
            closes_on=today + timedelta(days=5),
            shown={**shown, "answers": {}},
            published_by=bureau.person("department_head"),
        )
        said = {"name": "示例异议人赵某", "contact": "1", "grounds": "示例事实"}
        cls.objection = objection_raise(publicity=cls.publicity, actor=ANONYMOUS, **said)
        cls.decision = Decision.objects.create(
            application=cls.case, outcome="approved", number="示例〔2026〕1号", decided_on=today,
            decided_by=bureau.person("department_head"), certificate_number="ZS-1", token="f" * 32,
        )  # fmt: skip
        unit = OrganisationFactory(name="示例联合单位")
        Bureau(unit, county, bureau.department).person("host_admin")
        starter = bureau.actor("applicant")
        cls.partner = partner_invite(application=cls.draft, organisation=unit, duty="示例", actor=starter)
        rating = Rating.objects.create(application=cls.case, grade=1, reason="示例", by_id=starter.person_id)
        cls.redress = Redress.objects.create(rating=rating, **begin(Redress.process))
        cls.clients = {"the public": Client(), **{name: cls._signed_in(user) for name, user in cls._people().items()}}

    @classmethod
    def _people(cls) -> dict[str, Any]:
        elsewhere = OrganisationFactory(name="示例别家有限公司", kind="enterprise")
        bounds: dict[str, tuple[str, dict[str, Any]]] = {
            "other applicant": ("applicant", {"organisation": elsewhere}),
            "other host": ("host_admin", {"organisation": elsewhere}),
            "other county": ("county_officer", {"county": County.objects.exclude(pk=cls.bureau.county.pk)[0]}),
            "other department": (
                "department_officer",
                {"department": Department.objects.exclude(pk=cls.bureau.department.pk)[0]},
            ),
            "expert": ("expert", {}),
        }
        found = {"nobody's": UserFactory(), **{role: cls.bureau.person(role) for role in INSIDERS}}
        for name, (role, bound) in bounds.items():
            found[name] = UserFactory()
            Office.objects.create(user=found[name], role=role, start="2020-01-01", **bound)
        return found

    @classmethod
    def _signed_in(cls, user: Any) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    def addresses(self, route: str, *, words: int = 9) -> Iterator[str]:
        """Yield real addresses of a route: about the draft and the case, with words that mean something."""
        keys = {
            "desk": [self.case.call_id],
            "notices": [self.case.call_id],
            "applications": [self.draft.pk, self.case.pk],
            "objections": [self.objection.pk],
            "publicities": [self.publicity.pk],
            "partners": [self.partner.pk],
            "redresses": [self.redress.pk],
        }
        if route.startswith("items/<"):
            yield "/calls/" + route.replace("<str:code>", ITEM).replace("<slug:table>", "equipment")
            return
        for pk in keys.get(route.split("/", maxsplit=1)[0], [0]):
            whole = route.replace("<int:pk>", str(pk)).replace("<int:key>", "1").replace("<slug:kind>", "application")
            whole = whole.replace("<slug:token>", self.decision.token)
            parts = [each for each in whole.split("/") if each in WORDS] if "<slug" in whole else []
            for word in WORDS[parts[-1]][:words] if parts else ("",):
                yield "/calls/" + re.sub(r"<slug:\w+>", word, whole)

    def asked(self, client: Client, address: str, values: Any = None) -> tuple[int, str]:
        """Ask, undo whatever it did, and return the status with the text."""
        with transaction.atomic():
            answer = client.get(address) if values is None else client.post(address, values)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            transaction.set_rollback(True)
        return answer.status_code, content.decode(errors="replace")

    def tried(self, who: str, address: str, what: str, values: Any = None) -> list[tuple[Any, ...]]:
        """Return what is wrong with the answer, nothing where it is a page or a sentence."""
        try:
            status, text = self.asked(self.clients[who], address, values)
        except Exception as fault:  # noqa: BLE001 (whatever it is, it must be told with its address)
            return [(who, address[:80], what, repr(fault)[:160])]
        leak = SECRET in text and (who in OUTSIDERS or who == "the public")
        if status not in ANSWERS or leak or "<script>alert(1)" in text or "Traceback" in text:
            return [(who, address[:80], what, status, "leak" if leak else "")]
        return []

    def test_outsiders_find_nothing_of_another_organisations_application(self) -> None:
        wrong = []
        private = [route for route in routes() if route.startswith(PRIVATE)]
        assert len(private) > 18
        for address in (each for route in private for each in self.addresses(route, words=1)):
            sent = [(who, None) for who in OUTSIDERS] + [("other host", FORGED), ("other department", FORGED)]
            for who, values in sent:
                status, text = self.asked(self.clients[who], address, values)
                if status not in (404, 405) or SECRET in text:
                    wrong.append((who, address, values, status))
            status, _text = self.asked(self.clients["the public"], address)
            if status not in (302, 405):
                wrong.append(("the public", address, status))
        assert wrong == []

    def test_nobody_without_an_office_of_the_bureau_gets_behind_the_counter(self) -> None:
        wrong = []
        for address in (each for route in routes() if route.startswith(OFFICE_ONLY) for each in self.addresses(route)):
            for who in ("nobody's", "other applicant", "applicant", "host_admin", "expert"):
                status, text = self.asked(self.clients[who], address, {"title": "x", "body": "x", "reason": "x"})
                if status != 404:
                    wrong.append((who, address, status, len(text)))
        assert wrong == []

    def test_every_address_answers_everybody_whatever_is_sent(self) -> None:
        wrong = []
        for address in (each for route in routes() for each in self.addresses(route)):
            behind = address.startswith(("/calls/desk/", "/calls/objections/", "/calls/redresses/"))
            for who in (
                ("department_head", "the public") if behind else ("applicant", "department_officer", "the public")
            ):
                wrong += self.tried(who, f"{address}?{QUERY}", "get")
            wrong += self.tried("the public", address, "foul", FOUL["foul 0"])
            whose = "department_head" if behind else "applicant"
            status, text = self.asked(self.clients[whose], address)
            if status == 405 or 'method="post"' in text.split("<main", 1)[-1]:
                for what, values in FOUL.items():
                    wrong += self.tried(whose, address, what, values)
        assert wrong == []

    def test_addresses_made_up_of_anything_are_not_found(self) -> None:
        wrong = []
        for route in (each for each in routes() if "<" in each):
            for foul in FOUL_PARTS:
                address = "/calls/" + re.sub(r"<\w+:\w+>", foul, route)
                wrong += self.tried("applicant", address, "get")
                if foul in SENT_PARTS:
                    wrong += self.tried("department_head", address, "post", {})
        assert wrong == []

    def test_files_of_any_name_and_size_are_a_sentence(self) -> None:
        wrong = []
        names = ("../../etc/passwd.pdf", f"{SCRIPT}.pdf", "名" * 300 + ".pdf", "无.exe", "空.pdf")
        fields = {"attached/licence/": "upload", "tables/equipment/": "workbook"}
        for place, field in fields.items():
            address = f"/calls/applications/{self.draft.pk}/{place}"
            for name in names:
                content = b"" if name.startswith("空") else b"%PDF-1.4\n%\xff\x00<script>"
                wrong += self.tried("applicant", address, name, {field: SimpleUploadedFile(name, content), "seen": "0"})
        assert wrong == []

    def test_the_list_tells_outsiders_nothing(self) -> None:
        listed = {
            who: self.asked(self.clients[who], "/calls/applications/")[1] for who in (*OUTSIDERS, "county_officer")
        }
        assert [who for who, text in listed.items() if PUBLIC_TITLE in text] == ["county_officer"]
        assert [who for who, text in listed.items() if SECRET in text] == []
