"""OpenID Connect against a provider of our own: a token is believed only when everything about it fits."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth import get_user_model
from django.test import Client

from kechuang.directory.models import Office, User
from kechuang.site.environment import read_environment
from kechuang.site.sign_in import sign_in_settings

pytestmark = pytest.mark.capability("C97")
CLIENT, MAIL = "kechuang-client", "zhang@unit.example"
LOGIN, CALLBACK = "/accounts/oidc/sso/login/", "/accounts/oidc/sso/login/callback/"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Issuer:
    """A provider on a port of this machine; ``token`` is what it answers a code with."""

    def __init__(self) -> None:
        issuer = self
        self.token: Any = None
        self.asked: dict[str, str] = {}
        self.says_issuer = ""

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._say(issuer.keys() if self.path == "/keys" else issuer.description())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                issuer.asked = {name: values[0] for name, values in parse_qs(body).items()}
                self._say({"access_token": "opaque", "token_type": "Bearer", "id_token": issuer.token})

            def _say(self, told: dict[str, Any]) -> None:
                content = json.dumps(told).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def description(self) -> dict[str, Any]:
        return {
            "issuer": self.says_issuer or self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        return {"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]}

    def claims(self, nonce: str) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": self.url,
            "aud": CLIENT,
            "sub": "subject-1",
            "iat": now,
            "exp": now + 60,
            "nonce": nonce,
            "email": MAIL,
            "email_verified": True,
        }


@pytest.fixture(scope="module")
def server() -> Iterator[Issuer]:
    made = Issuer()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def issuer(server: Issuer, settings: Any, db: None) -> Issuer:
    server.says_issuer = ""
    values = {
        "KECHUANG_OIDC_URL": server.url,
        "KECHUANG_OIDC_CLIENT": CLIENT,
        "KECHUANG_OIDC_SECRET": "shared",
        "KECHUANG_OIDC_NAME": "示例统一认证",
    }
    settings.SOCIALACCOUNT_PROVIDERS = sign_in_settings(read_environment(values))["SOCIALACCOUNT_PROVIDERS"]
    return server


@pytest.fixture
def zhang(db: None) -> User:
    return get_user_model().objects.create_user("zhang", MAIL, "plum-Harbour-29-lantern", full_name="张示例")


Change = Callable[[dict[str, Any]], Any]


def come_back(issuer: Issuer, change: Change | None = None, *, sign: Any = None) -> tuple[Client, Any]:
    """Go to the issuer and come back with a token; ``change`` alters its claims, ``sign`` signs them."""
    client = Client()
    sent = client.post(LOGIN)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(sent.url).query).items()}
    claims = issuer.claims(asked["nonce"])
    if change:
        change(claims)
    issuer.token = (sign or honest)(claims)
    return client, client.get(CALLBACK, {"code": "code-1", "state": asked["state"]})


def honest(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "one"})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_sound_token_opens_the_account_with_the_same_verified_mail(issuer, zhang):
    client, answer = come_back(issuer)
    assert (answer.status_code, client.session["_auth_user_id"]) == (302, str(zhang.pk))
    assert SocialAccount.objects.get(user=zhang).uid == "subject-1"
    assert issuer.asked["code_verifier"]
    assert not Office.objects.exists()
    zhang.email = "moved@unit.example"
    zhang.save()
    client, _answer = come_back(issuer, lambda claims: claims.update(email="moved@other.example"))
    assert client.session["_auth_user_id"] == str(zhang.pk)  # known by its subject from now on


@pytest.mark.parametrize(
    "change",
    (
        lambda claims: claims.update(aud="another-client"),
        lambda claims: claims.update(aud=[CLIENT, "another"], azp="another"),
        lambda claims: claims.update(exp=int(time.time()) - 60),
        lambda claims: claims.update(nonce="of-another-sign-in"),
        lambda claims: claims.update(iss="https://another.example"),
        lambda claims: claims.pop("nonce"),
        lambda claims: claims.pop("exp"),
        lambda claims: claims.pop("sub"),
    ),
    ids=("audience", "party", "expired", "nonce", "issuer", "no nonce", "no expiry", "no subject"),
)
def test_a_token_that_does_not_fit_is_refused(issuer, zhang, change):
    client, answer = come_back(issuer, change)
    assert (answer.status_code, is_in(client)) == (403, False)
    assert "没有通过核验" in answer.content.decode()
    assert not SocialAccount.objects.exists()


def of_another_key(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, OTHER_KEY, algorithm="RS256", headers={"kid": "one"})


def of_an_unknown_key(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, OTHER_KEY, algorithm="RS256", headers={"kid": "two"})


def without_key(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, KEY, algorithm="RS256")


def unsigned(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, None, algorithm="none", headers={"kid": "one"})


def by_the_shared_secret(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, "shared" * 8, algorithm="HS256", headers={"kid": "one"})


def altered(claims: dict[str, Any]) -> str:
    head, body, mark = honest(claims).split(".")
    return f"{head}.{body[:-4]}AAAA.{mark}"


@pytest.mark.parametrize(
    "sign",
    (
        of_another_key,
        of_an_unknown_key,
        without_key,
        unsigned,
        by_the_shared_secret,
        altered,
        lambda _claims: None,
        lambda _claims: "x",
    ),
    ids=("another key", "unknown key", "no key", "unsigned", "shared secret", "altered", "none", "no token"),
)
def test_a_token_whose_signature_is_not_the_issuers_is_refused(issuer, zhang, sign):
    client, answer = come_back(issuer, sign=sign)
    assert (answer.status_code, is_in(client)) == (403, False)


def test_an_issuer_that_speaks_for_another_is_refused(issuer, zhang):
    issuer.says_issuer = "https://another.example"
    client = Client()
    assert client.post(LOGIN).status_code == 403
    assert not is_in(client)


def test_an_issuer_that_is_away_costs_a_sentence(issuer, settings):
    (application,) = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    application["settings"]["server_url"] = "http://127.0.0.1:9"
    answer = Client().post(LOGIN)
    assert (answer.status_code, "再试一次" in answer.content.decode()) == (403, True)


def test_a_state_of_another_browser_is_refused(issuer, zhang):
    Client().post(LOGIN)
    client = Client()
    assert client.get(CALLBACK, {"code": "code-1", "state": "guessed"}).status_code == 403
    assert not is_in(client)


def test_a_mail_nobody_verified_links_to_nobody(issuer, zhang):
    for said in (False, "true", None):
        client, answer = come_back(issuer, lambda claims, said=said: claims.update(email_verified=said))
        assert (answer.status_code, is_in(client)) == (403, False)
        assert "系统管理员" in answer.content.decode()
    assert not SocialAccount.objects.exists()


def test_a_stranger_gets_no_account(issuer):
    client, answer = come_back(issuer)
    assert (answer.status_code, is_in(client)) == (403, False)
    assert not get_user_model().objects.exists()


def test_two_people_with_one_mail_are_told_apart_by_an_administrator(issuer, zhang):
    get_user_model().objects.create_user("li", MAIL.upper(), "plum-Harbour-29-lantern")
    client, answer = come_back(issuer)
    assert (answer.status_code, is_in(client)) == (403, False)


def test_a_closed_account_stays_closed(issuer, zhang):
    come_back(issuer)
    User.objects.filter(pk=zhang.pk).update(is_active=False)
    client, _answer = come_back(issuer)
    assert not is_in(client)


def test_the_second_factor_is_asked_for_all_the_same(issuer, zhang):
    TOTP.activate(zhang, "JBSWY3DPEHPK3PXP")
    client, answer = come_back(issuer)
    assert (answer.status_code, is_in(client)) == (302, False)
    assert "authenticate" in answer.url


def test_the_door_offers_it_only_where_it_is_set_up(issuer, settings):
    assert "用示例统一认证登录" in Client().get("/accounts/login/").content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = sign_in_settings(read_environment({}))["SOCIALACCOUNT_PROVIDERS"]
    assert "统一认证" not in Client().get("/accounts/login/").content.decode()
    assert Client().get(LOGIN).status_code == 404
