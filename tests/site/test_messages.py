"""The English interface: complete, true to its values, and without a Chinese word of ours on its pages."""

import re
from datetime import date
from html import unescape

import pytest
from django.conf import settings
from django.forms import CharField, Form
from django.template.loader import render_to_string
from django.test import Client
from django.utils.translation import override

from kechuang.directory.models import Office
from kechuang.directory.selectors import ROLE_LABELS
from kechuang.site import messages
from tests.factories import CountyFactory, DepartmentFactory, OrganisationFactory, UserFactory

CHINESE = re.compile(r"[\u4e00-\u9fff]+")
# Data, not interface: the name the operator gave the site, and the name of the other language.
DATA = (settings.KECHUANG_SITE_NAME, "中文")
SIGN_IN = 'msgid "登录"\nmsgstr "Sign in"'
DAYS = 'msgid "%(days)d 个工作日"\nmsgstr "%(days)d working days"'
PUBLIC = ("/", "/accounts/login/", "/accounts/password/reset/", "/accounts/signup/", "/nowhere/", "/cockpit/")
LISTS = ("/platforms/", "/platforms/why/", "/directory/", "/plan/", "/plan/all/", "/plan/clauses/")
SIGNED_IN = {
    "": ("/my/", "/my/offices/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/sessions/"),
    "system_admin": ("/my/people/", "/my/people/add/"),
    "auditor": ("/my/people/", "/my/audit/"),
    "conference_office": ("/plan/import/", "/plan/reports/", "/plan/periods/"),
    "department_officer": (
        "/platforms/register/",
        "/platforms/doubles/",
        "/directory/register/",
        "/directory/doubles/",
    ),
    "county_officer": ("/plan/reports/", "/directory/register/"),
    "host_admin": ("/my/", "/platforms/"),
}


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    """``make`` compiles at every install; a test run on its own does it here."""
    messages.compile_all()


def chinese_of(page: str) -> list[str]:
    """Return what is written in Chinese on a page, attributes read aloud included."""
    text = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    for word in DATA:
        text = text.replace(word, "")
    return CHINESE.findall(unescape(text))


def in_english(client: Client, address: str) -> str:
    answer = client.get(address, headers={"Accept-Language": "en"})
    assert answer.status_code in {200, 404}, address
    assert answer.headers["Content-Language"] == "en"
    return answer.content.decode()


def test_every_text_of_the_interface_has_its_english() -> None:
    assert len(messages.collected()) > 1000
    assert messages.problems() == []


def test_a_missing_text_a_lost_value_and_a_chinese_word_are_named(tmp_path, monkeypatch) -> None:
    whole = messages.CATALOGUE.read_text(encoding="utf-8")
    copy = tmp_path / "django.po"
    monkeypatch.setattr(messages, "CATALOGUE", copy)
    for good, bad, sentence in (
        (SIGN_IN, SIGN_IN.replace("Sign in", ""), "没有英文：登录"),
        (DAYS, DAYS.replace('"%(days)d w', '"w'), "变量不一致：%(days)d 个工作日 → working days"),
        (SIGN_IN, SIGN_IN.replace("Sign in", "登录"), "英文里有汉字：登录 → 登录"),
    ):
        assert whole.count(good) == 1
        copy.write_text(whole.replace(good, bad), encoding="utf-8")
        assert messages.problems() == [sentence]


def test_collecting_keeps_what_was_translated(tmp_path, monkeypatch) -> None:
    whole = messages.CATALOGUE.read_bytes()
    copy = tmp_path / "django.po"
    copy.write_bytes(whole)
    monkeypatch.setattr(messages, "CATALOGUE", copy)
    messages.collect()
    assert copy.read_bytes() == whole


@pytest.mark.parametrize(
    ("fields", "said"),
    ((("a",), "1 thing needs to be put right"), (("a", "b"), "2 things need to be put right")),
)
def test_what_is_counted_has_one_form_for_one_and_one_for_several(fields, said) -> None:
    form = type("Two", (Form,), {name: CharField() for name in fields})({})
    with override("en"):
        assert said in render_to_string("ui/parts/error_summary.html", {"form": form, "lines": list(form.errors)})


@pytest.mark.django_db
@pytest.mark.parametrize("address", (*PUBLIC, *LISTS))
def test_public_pages_are_english_throughout(client, address) -> None:
    assert chinese_of(in_english(client, address)) == []


def bound_of(role: str) -> dict[str, object]:
    if role == "department_officer":
        return {"department": DepartmentFactory(name="Sample Bureau")}
    if role == "county_officer":
        return {"county": CountyFactory(name="Sample County")}
    if role == "host_admin":
        return {"organisation": OrganisationFactory(name="Sample Ltd", county__name="Sample County")}
    return {}


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "address"), [(role, page) for role, pages in SIGNED_IN.items() for page in pages])
def test_pages_of_every_role_are_english_throughout(client, role, address) -> None:
    person = UserFactory(full_name="Sample Person")
    if role:
        Office.objects.create(user=person, role=role, start=date(2020, 1, 1), **bound_of(role))
    client.force_login(person)
    page = in_english(client, address)
    for label in ROLE_LABELS.values():  # names of roles are data of the catalogue
        page = page.replace(str(label), "")
    assert chinese_of(page) == []


@pytest.mark.django_db
def test_chinese_is_what_people_get_who_do_not_ask(client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "登录" in page
    assert "Sign in" not in page
