"""Second factor by office, password profiles, fresh proof before sensitive acts, passkeys and codes."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import get_password_validators, validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kechuang.directory.models import Office, User
from kechuang.site.environment import read_environment
from kechuang.site.sign_in import OFFICERS, PROFILES, audit_days, second_factor_roles, sign_in_settings
from kechuang.site.sign_in_duties import SENSITIVE
from kechuang.site.stop import Stop

PASSWORD = "plum-Harbour-29-lantern"
LOGIN = "/accounts/login/"


def person(role: str = "", *, since: date = date(2020, 1, 1), name: str = "zhang") -> User:
    user = get_user_model().objects.create_user(name, f"{name}@unit.example", PASSWORD, full_name="张示例")
    if role:
        Office.objects.create(user=user, role=role, start=since)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.post(LOGIN, {"login": user.username, "password": PASSWORD})
    return client


def code(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


@pytest.fixture
def forced(settings, db):
    settings.KECHUANG_SECOND_FACTOR_ROLES = frozenset(OFFICERS)
    settings.KECHUANG_SECOND_FACTOR_DAYS = 7


@pytest.fixture
def confirming(settings, db):
    settings.KECHUANG_CONFIRM_SECONDS = 900
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 900


# --- second factor -------------------------------------------------------------------------------


@pytest.mark.capability("C97")
def test_an_officer_without_a_second_factor_goes_no_further_than_setting_it_up(forced):
    client = signed_in(person("leader"))
    assert client.get("/my/").url == reverse("mfa_index")
    assert client.get(reverse("mfa_activate_totp")).status_code in {200, 302}
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("role", "days"), (("", 900), ("applicant", 900), ("leader", 3)), ids=("nobody", "applicant", "in the grace")
)
def test_nobody_else_is_held_up(forced, role, days):
    client = signed_in(person(role, since=timezone.localdate() - timedelta(days=days)))
    first = client.get("/my/")
    assert first.status_code == 200
    assert ("前设好" in first.content.decode()) == (role == "leader")
    assert "前设好" not in client.get("/my/").content.decode()  # told once


def test_with_a_second_factor_the_officer_works_and_a_code_counts_once(forced):
    user = person("leader")
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    client = Client()
    asked = client.post(LOGIN, {"login": "zhang", "password": PASSWORD})
    assert asked.url == reverse("mfa_authenticate")
    assert client.get("/my/").status_code == 302
    assert client.post(asked.url, {"code": "000000"}).status_code == 200
    typed = code(secret)
    assert client.post(asked.url, {"code": typed}).status_code == 302
    assert client.get("/my/").status_code == 200
    again = Client()
    again.post(LOGIN, {"login": "zhang", "password": PASSWORD})
    assert again.post(asked.url, {"code": typed}).status_code == 200  # refused


def test_a_new_password_by_mail_does_not_pass_by_the_second_factor(forced):
    user = person("leader")
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    user.set_password("another-Harbour-77-plum")
    user.save()
    client = Client()
    answer = client.post(LOGIN, {"login": "zhang", "password": "another-Harbour-77-plum"})
    assert answer.url == reverse("mfa_authenticate")
    assert client.get("/my/").status_code == 302


def test_on_a_trial_machine_nobody_is_forced_and_the_door_says_so(db):
    client = signed_in(person("leader"))
    assert client.get("/my/").status_code == 200
    assert "正式运行时" in Client().get(LOGIN).content.decode()


@pytest.mark.parametrize(
    ("given", "mode", "roles"),
    (
        ("", "local", ()),
        ("", "production", OFFICERS),
        ("none", "production", ()),
        ("officers,applicant", "local", (*OFFICERS, "applicant")),
        ("auditor", "production", ("auditor",)),
    ),
)
def test_the_setting_names_the_roles(given, mode, roles):
    environment = read_environment({"KECHUANG_SECOND_FACTOR": given, "KECHUANG_MODE": mode})
    assert second_factor_roles(environment) == roles


@pytest.mark.parametrize(
    "values",
    (
        {"KECHUANG_SECOND_FACTOR": "chief"},
        {"KECHUANG_OIDC_URL": "https://id.example"},
        {"KECHUANG_OIDC_URL": "http://id.example", "KECHUANG_OIDC_CLIENT": "x", "KECHUANG_MODE": "production"},
    ),
)
def test_what_could_never_work_is_told_at_the_start(values):
    with pytest.raises(Stop):
        sign_in_settings(read_environment(values))


@pytest.mark.parametrize(("days", "kept"), (("0", 0), ("180", 180), ("3650", 3650)))
def test_the_trail_is_kept_half_a_year_at_least(days, kept):
    assert audit_days(read_environment({"KECHUANG_AUDIT_DAYS": days})) == kept
    with pytest.raises(Stop, match="180"):
        audit_days(read_environment({"KECHUANG_AUDIT_DAYS": "179"}))


# --- fresh proof ---------------------------------------------------------------------------------


def later(client: Client, seconds: int) -> None:
    session = client.session
    session["account_authentication_methods"] = [
        {**record, "at": time.time() - seconds} for record in session["account_authentication_methods"]
    ]
    session.save()


@pytest.mark.capability("C97")
def test_granting_an_office_wants_a_fresh_proof(confirming):
    user = person("security_admin")
    client = signed_in(user)
    address = reverse("workbench:grant_office", args=[person(name="li").pk])
    assert client.get(address).status_code == 200
    later(client, 901)
    asked = client.get(address)
    assert asked.url == f"{reverse('account_reauthenticate')}?next={address.replace('/', '%2F')}"
    assert client.post(address, {"role": "leader", "start": "2026-01-01"}).status_code == 302
    assert not Office.objects.filter(role="leader").exists()
    assert client.post(asked.url, {"password": "wrong"}).status_code == 200
    assert client.get(address).status_code == 302
    assert client.post(asked.url, {"password": PASSWORD}).url == address
    assert client.get(address).status_code == 200


def test_taking_people_away_wants_a_fresh_proof_and_looking_does_not(confirming):
    client = signed_in(person("system_admin"))
    later(client, 901)
    people = reverse("workbench:people")
    assert client.get(people).status_code == 200
    assert "reauthenticate" in client.get(people, {"format": "csv"}).url
    later(client, 1)
    assert client.get(people, {"format": "csv"}).status_code == 200


def test_a_session_without_any_proof_is_not_fresh(confirming):
    client = Client()
    client.force_login(person("security_admin"))
    assert client.get(reverse("workbench:grant_office", args=[person(name="li").pk])).status_code == 302


def test_who_has_neither_password_nor_factor_is_led_to_set_one_up(confirming):
    user = person("security_admin")
    user.set_unusable_password()
    user.save()
    client = Client()
    client.force_login(user)
    address = reverse("workbench:grant_office", args=[person(name="li").pk])
    assert client.get(address).url == reverse("mfa_index")


def test_every_sensitive_address_exists():
    for name in SENSITIVE:
        kwargs = [{}, {"pk": 1}, {"key": 1}, {"number": "1"}, {"pk": 1, "name": "x"}, {"number": "1", "name": "x"}]
        kwargs += [{"key": 1, "step": "x"}, {"number": "1", "step": "x"}, {"name": "x", "key": 1, "step": "x"}]
        assert any(reverses(name, one) for one in kwargs), name


def reverses(name: str, kwargs: dict) -> bool:
    try:
        reverse(name, kwargs=kwargs)
    except LookupError:
        return False
    except Exception as error:  # noqa: BLE001 - NoReverseMatch of another signature
        return type(error).__name__ != "NoReverseMatch"
    return True


# --- passwords -----------------------------------------------------------------------------------


def judged(profile: str, password: str, user: User | None = None) -> set[str]:
    try:
        validate_password(password, user, get_password_validators(PROFILES[profile]))
    except ValidationError as refusal:
        return {error.code for error in refusal.error_list}
    return set()


@pytest.mark.capability("C97")
@pytest.mark.parametrize(
    ("password", "asvs", "djbh"),
    (
        ("plum harbour lantern quay", set(), {"password_classes"}),
        (PASSWORD, set(), set()),
        ("Ab1!", {"password_too_short", "password_guessable"}, {"password_too_short", "password_guessable"}),
        ("Password123!", {"password_guessable"}, {"password_guessable"}),
    ),
)
def test_the_two_profiles_judge_as_they_say(password, asvs, djbh):
    assert (judged("asvs", password), judged("djbh", password)) == (asvs, djbh)


def test_the_same_password_again_is_a_change_only_by_one_profile(db):
    user = person()
    assert judged("asvs", PASSWORD, user) == set()
    assert judged("djbh", PASSWORD, user) == {"password_same"}


def test_an_old_password_is_changed_before_anything_else(db, settings):
    settings.KECHUANG_PASSWORD_DAYS = 90
    user = person("leader")
    client = signed_in(user)
    assert client.get("/my/").status_code == 200
    User.objects.filter(pk=user.pk).update(password_changed_at=timezone.now() - timedelta(days=91))
    assert client.get("/my/").url == reverse("account_change_password")
    settings.KECHUANG_PASSWORD_DAYS = 0
    assert client.get("/my/").status_code == 200


@pytest.mark.parametrize(("profile", "days"), (("asvs", 0), ("djbh", 60)))
def test_only_one_profile_lets_passwords_grow_old(profile, days):
    values = {"KECHUANG_PASSWORD_PROFILE": profile, "KECHUANG_PASSWORD_DAYS": "60"}
    assert sign_in_settings(read_environment(values))["KECHUANG_PASSWORD_DAYS"] == days


def test_the_moment_of_a_password_is_kept_with_it_alone(db):
    user = person()
    before = timezone.now() - timedelta(days=1)
    User.objects.filter(pk=user.pk).update(password_changed_at=before)
    user.set_password("another-Harbour-77-plum")
    user.save(update_fields=["password"])
    user.refresh_from_db()
    assert user.password_changed_at > before


# --- passkeys, codes, sessions -------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ("mfa_index", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_activate_totp", "usersessions_list")
)
def test_the_pages_of_ones_own_sign_in_speak_chinese(db, name):
    client = signed_in(person("leader"))
    page = client.get(reverse(name))
    if page.status_code == 302:  # wants the password again
        client.post(page.url, {"password": PASSWORD})
        page = client.get(reverse(name))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Security Key" not in text
    assert "Passkey" not in text


def test_recovery_codes_open_the_door_once_each(db):
    user = person("leader")
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    client = signed_in(user)
    client.post(reverse("mfa_authenticate"), {"code": code("JBSWY3DPEHPK3PXP")})
    page = client.get(reverse("mfa_generate_recovery_codes"))
    if page.status_code == 302:
        client.post(page.url, {"password": PASSWORD})
    client.post(reverse("mfa_generate_recovery_codes"))
    spare = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()[0]
    for status in (302, 200):
        other = signed_in(user)
        assert other.post(reverse("mfa_authenticate"), {"code": spare}).status_code == status


def test_secrets_of_the_second_factor_are_kept_out_of_the_trail(db):
    user = person("leader")
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    from kechuang.kernel.models import AuditEvent  # noqa: PLC0415 - beside what it shows

    (event,) = AuditEvent.objects.filter(table="mfa_authenticator")
    assert "data" not in event.after
    assert mfa_adapter().decrypt(Authenticator.objects.get(user=user).data["secret"]) == "JBSWY3DPEHPK3PXP"
