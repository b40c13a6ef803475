"""The two addresses of the exchange, with what allauth leaves open closed.

allauth trusts an identity token it fetched itself without looking at its signature, and
sends no nonce. Here the signature is always checked against the issuer's published keys,
with asymmetric algorithms only; the nonce of this very sign-in must be in the token; the
issuer must be the one that was set.
"""

from __future__ import annotations

import secrets
from typing import Any

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from requests import RequestException

ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
NEEDED = ("iss", "sub", "aud", "exp", "iat", "nonce")


class CheckedAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth ships no types
    """Reads the identity token and nothing else. ``nonce`` is what this sign-in sent out."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        """The issuer's own description; refused when it speaks for another issuer."""
        config: dict[str, Any] = super().openid_config
        expected = self.get_provider().app.settings["server_url"].partition("/.well-known/")[0].rstrip("/")
        if str(config.get("issuer", "")).rstrip("/") != expected:
            raise OAuth2Error("another issuer")
        return config

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> Any:
        """Return the login the token stands for. Raises ``OAuth2Error`` for a token that is not to be believed."""
        credential = kwargs["response"].get("id_token")
        if not isinstance(credential, str):
            raise OAuth2Error("no identity token")
        try:
            said = self._said(app, credential)
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise OAuth2Error("unreadable identity token") from error
        return self.get_provider().sociallogin_from_response(request, {"id_token": said})

    def _said(self, app: SocialApp, credential: str) -> dict[str, Any]:
        if jwt.get_unverified_header(credential).get("alg") not in ALGORITHMS:
            raise OAuth2Error("not an algorithm with a public key")
        said: dict[str, Any] = jwtkit.verify_and_decode(
            credential=credential,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        if any(name not in said for name in NEEDED):
            raise OAuth2Error("incomplete identity token")
        if not self.nonce or not secrets.compare_digest(str(said["nonce"]), self.nonce):
            raise OAuth2Error("the token of another sign-in")
        if isinstance(said["aud"], list) and said.get("azp") != app.client_id:
            raise OAuth2Error("a token meant for several")
        return said


class CallbackView(OAuth2CallbackView):  # type: ignore[misc]
    """Takes the nonce of this sign-in out of its state before the token is read."""

    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        state, answer = super()._get_state(request, provider)
        self.adapter.nonce = str((state or {}).get("nonce", ""))
        return state, answer


def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the person to the issuer."""
    return _answer(OAuth2LoginView, request, provider_id)


def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take the person back from the issuer."""
    return _answer(CallbackView, request, provider_id)


def _answer(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    adapter = CheckedAdapter(request, provider_id)
    try:
        answer: HttpResponse = view.adapter_view(adapter)(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (OAuth2Error, RequestException) as error:  # the issuer is away, or describes another
        return disbelieved(request, adapter.get_provider(), error)
    return answer


def disbelieved(request: HttpRequest, provider: Any, error: Exception) -> HttpResponse:
    """Answer a sign-in that failed before a token was there."""
    try:
        answer: HttpResponse = render_authentication_error(request, provider, exception=error)
    except ImmediateHttpResponse as told:
        return told.response  # type: ignore[no-any-return]
    return answer
