"""The provider allauth finds: its own, with a nonce in every sign-in and nothing taken from the asker's address."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.http import HttpRequest

from kechuang.site.single_sign_on.views import CheckedAdapter


class CheckedProvider(OpenIDConnectProvider):  # type: ignore[misc]  # allauth ships no types
    """OpenID Connect whose tokens are always checked whole."""

    oauth2_adapter_class = CheckedAdapter

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, Any]:
        """Return the fixed parameters: an address somebody else wrote adds none."""
        return dict(self.get_auth_params())

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        """Return the fixed scopes."""
        return list(self.get_scope())

    def redirect(
        self, request: HttpRequest, process: str, next_url: Any = None, data: Any = None, **kwargs: Any
    ) -> Any:
        """Send the person to the issuer with a nonce kept in the state of this sign-in."""
        nonce = secrets.token_urlsafe(24)
        kwargs["auth_params"] = {**(kwargs.get("auth_params") or self.get_auth_params()), "nonce": nonce}
        return super().redirect(request, process, next_url, data, nonce=nonce, **kwargs)


provider_classes = [CheckedProvider]
