"""The first minutes: the front page answers, each role signs in and finds its desk."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


def test_one_account_is_printed_for_each_role(site):
    assert len(site.passwords) == 13
    assert len(set(site.passwords.values())) == 13


def test_each_role_signs_in_and_finds_a_desk(site, desk):
    found = {}
    for username in site.passwords:
        page = desk(username)
        page.goto("/my/")
        found[username] = page.locator("h1").inner_text()
    assert found == dict.fromkeys(site.passwords, "待办")


def test_a_wrong_password_is_told_at_the_form(site, desk):
    page = desk()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", "nobody")
    page.fill("input[name=password]", "wrong")
    page.click("main form button[type=submit], main form button:not([type])")
    assert page.locator(".k-error-summary, [role=alert], .errorlist").first.is_visible()
