"""Signing in and what every answer carries: headers, cookies, lockout, idle sessions, closed sign-up."""

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client

from kechuang.site.idle import RENEW_SECONDS, RENEWED_AT

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "plum-Harbour-29-lantern"
LOGIN = "/accounts/login/"


@pytest.fixture
def zhang(db):
    cache.clear()  # tries of tests before, from the same address, within the same minute
    return get_user_model().objects.create_user("zhang", "zhang@unit.example", PASSWORD, full_name="张示例")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ("/", "/healthz", LOGIN, "/nowhere/"))
def test_every_answer_carries_the_headers(client, address):
    headers = client.get(address).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.django_db
def test_nobody_opens_an_account_for_himself(client):
    answer = client.post("/accounts/signup/", {"username": "new", "password1": PASSWORD, "password2": PASSWORD})
    assert answer.status_code in {200, 302, 403}
    assert not get_user_model().objects.filter(username="new").exists()


@pytest.mark.parametrize("name", ("zhang", "zhang@unit.example"))
def test_a_person_signs_in_by_name_or_mail(client, zhang, name):
    answer = client.post(LOGIN, {"login": name, "password": PASSWORD})
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(zhang.pk)


def test_five_wrong_passwords_lock_the_account_by_whatever_name(zhang, settings):
    for name in ("zhang", "ZHANG", "zhang@unit.example", "zhang", "zhang"):
        client = Client()
        answer = client.post(
            LOGIN, {"login": name, "password": "wrong"}, REMOTE_ADDR=f"10.0.0.{secrets.randbelow(250)}"
        )
    assert answer.status_code == 429
    assert "15 分钟" in answer.content.decode()
    right = Client().post(LOGIN, {"login": "zhang", "password": PASSWORD})
    assert right.status_code == 429


def test_a_lock_of_one_account_leaves_others_alone(zhang):
    get_user_model().objects.create_user("li", "li@unit.example", PASSWORD, full_name="李示例")
    for _attempt in range(5):
        Client().post(LOGIN, {"login": "zhang", "password": "wrong"})
    assert Client().post(LOGIN, {"login": "li", "password": PASSWORD}).status_code == 302


def test_an_idle_session_ends_and_a_used_one_is_renewed_once_a_minute(client, zhang, settings):
    client.post(LOGIN, {"login": "zhang", "password": PASSWORD})
    first = client.session.get(RENEWED_AT, 0)
    client.get("/healthz")
    renewed = client.session[RENEWED_AT]
    assert renewed >= first
    client.get("/healthz")
    assert client.session[RENEWED_AT] == renewed

    session = client.session
    session[RENEWED_AT] = int(time.time()) - RENEW_SECONDS
    session.save()
    client.get("/healthz")
    assert client.session[RENEWED_AT] >= int(time.time()) - 1
    assert client.session.get_expiry_age() <= settings.SESSION_COOKIE_AGE == 1800


@pytest.mark.django_db
def test_a_visitor_gets_no_session(client):
    client.get("/healthz")
    assert "sessionid" not in client.cookies


@pytest.mark.django_db
@pytest.mark.parametrize(
    "password", ("short", "1234567890123", "password123456", "zhangzhang1", "qwertyuiop12", "kechuang2026")
)
def test_a_guessable_password_is_refused(password):
    user = get_user_model()(username="zhang", email="zhang@unit.example")
    with pytest.raises(ValidationError):
        validate_password(password, user)


def test_a_long_irregular_password_is_accepted():
    assert validate_password(PASSWORD) is None


def in_production(program: str) -> str:
    environment = {
        **os.environ,
        "KECHUANG_MODE": "production",
        "KECHUANG_HTTPS": "1",
        "KECHUANG_HOSTS": "kechuang.example",
        "KECHUANG_SECRET_KEY": secrets.token_urlsafe(64),
        "DJANGO_SETTINGS_MODULE": "kechuang.site.settings",
        "KECHUANG_PROXIES": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_deployment_check_has_no_warning():
    done = subprocess.run(
        [sys.executable, "tools/deploy_check.py"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_production_answers_over_https_alone_with_host_bound_cookies():
    program = """
import django
django.setup()
from django.conf import settings
from django.test import RequestFactory
from django.http import HttpResponse
from django.middleware.security import SecurityMiddleware
answer = SecurityMiddleware(lambda request: HttpResponse())
asked = RequestFactory(SERVER_NAME="kechuang.example")
print(answer(asked.get("/plan/")).headers["Location"])
print(answer(asked.get("/plan/", HTTP_X_FORWARDED_PROTO="https")).headers["Strict-Transport-Security"])
print(settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY)
print(settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_SECURE, settings.DEBUG)
"""
    assert in_production(program).splitlines() == [
        "https://kechuang.example/plan/",
        "max-age=31536000; includeSubDomains; preload",
        "__Host-session True True",
        "__Host-csrf True False",
    ]
