"""A passkey from its making to signing in with nothing else, on the page's own policy of scripts."""

from __future__ import annotations

import re

import pytest

from tests.journeys.conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.capability("C97")]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_made_opens_the_door_alone_and_is_taken_away(site, desk):
    page = desk()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    sign_in(page, "dengji", site.passwords["dengji"])
    try:
        make(page, site.passwords["dengji"])
        page.goto("/accounts/logout/")
        page.locator("main form button").first.click()
        page.goto("/accounts/login/")
        page.click("#passkey_login")
        page.wait_for_url(lambda url: "/accounts/" not in url)
        page.goto("/my/")
        assert page.locator("h1").inner_text() == "待办"
        assert refused == []
    finally:
        take_away(page, site.passwords["dengji"])


def make(page, password: str) -> None:
    page.goto("/accounts/2fa/webauthn/add/")
    confirm(page, password)
    page.click("#mfa_webauthn_add")
    page.wait_for_url(re.compile("recovery-codes|webauthn/$"))


def take_away(page, password: str) -> None:
    page.goto("/accounts/2fa/webauthn/")
    confirm(page, password)
    page.get_by_role("link", name="移除").first.click()
    confirm(page, password)
    page.get_by_role("button", name="移除").click()
    page.wait_for_load_state()
    assert page.get_by_text("还没有添加通行密钥。").is_visible()


def confirm(page, password: str) -> None:
    """Say the password again where the page asks for it."""
    if "reauthenticate" in page.url:
        page.fill("input[name=password]", password)
        page.locator("main form button.btn-primary").first.click()
        page.wait_for_load_state()
