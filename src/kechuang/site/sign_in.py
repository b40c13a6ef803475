"""How people sign in, as the environment says: who needs a second factor, what a password must be, whose word counts.

Two profiles of passwords, which contradict each other on purpose. ``asvs`` (OWASP ASVS 5.0,
6.2): long and hard to guess, no classes of characters, no expiry. ``djbh`` (等保, GB/T 22239-2019
8.1.4.1): classes of characters, never the same again, changed every so many days. Both
refuse what everybody guesses.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from kechuang.site.environment import Environment
from kechuang.site.stop import Stop

OFFICERS = (
    "county_officer",
    "department_officer",
    "department_head",
    "review_secretary",
    "expert",
    "conference_office",
    "leader",
    "registrar",
    "auditor",
    "security_admin",
    "system_admin",
)
EVERYBODY = ("applicant", "host_admin", *OFFICERS)
LEAST_AUDIT_DAYS = 180
PROVIDER = "sso"
DJANGO = "django.contrib.auth.password_validation."
PROFILES: dict[str, list[dict[str, Any]]] = {
    "asvs": [
        {"NAME": f"{DJANGO}UserAttributeSimilarityValidator"},
        {"NAME": f"{DJANGO}MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
        {"NAME": f"{DJANGO}CommonPasswordValidator"},
        {"NAME": f"{DJANGO}NumericPasswordValidator"},
        {"NAME": "kechuang.site.passwords.GuessableValidator"},
    ],
    "djbh": [
        {"NAME": f"{DJANGO}UserAttributeSimilarityValidator"},
        {"NAME": f"{DJANGO}MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
        {"NAME": f"{DJANGO}CommonPasswordValidator"},
        {"NAME": "kechuang.site.passwords.ClassesValidator"},
        {"NAME": "kechuang.site.passwords.AnotherValidator"},
        {"NAME": "kechuang.site.passwords.GuessableValidator"},
    ],
}


def audit_days(environment: Environment) -> int:
    """Return how many days audit events are kept, 0 for ever. Raises ``Stop`` for less than half a year."""
    days = int(environment["KECHUANG_AUDIT_DAYS"])
    if 0 < days < LEAST_AUDIT_DAYS:
        raise Stop(f"KECHUANG_AUDIT_DAYS 至少 {LEAST_AUDIT_DAYS} 天（网络日志留存不少于六个月），0 为一直保留。")
    return days


def second_factor_roles(environment: Environment) -> tuple[str, ...]:
    """Return the roles that must have a second factor: officers in production, none on a trial machine."""
    given: tuple[str, ...] = environment["KECHUANG_SECOND_FACTOR"]
    if not given:
        return OFFICERS if environment.is_production else ()
    if given == ("none",):
        return ()
    unknown = sorted(set(given) - {*EVERYBODY, "officers"})
    if unknown:
        raise Stop(f"KECHUANG_SECOND_FACTOR 里没有这样的角色：{'、'.join(unknown)}。")
    named = tuple(role for role in given if role != "officers")
    return tuple(dict.fromkeys((*(OFFICERS if "officers" in given else ()), *named)))


def sign_in_settings(environment: Environment) -> dict[str, Any]:
    """Return the settings of signing in. Raises ``Stop`` for values that could never work."""
    profile = environment["KECHUANG_PASSWORD_PROFILE"]
    minutes = environment["KECHUANG_CONFIRM_MINUTES"] or (15 if environment.is_production else 0)
    return {
        "AUTH_PASSWORD_VALIDATORS": PROFILES[profile],
        "KECHUANG_PASSWORD_DAYS": environment["KECHUANG_PASSWORD_DAYS"] if profile == "djbh" else 0,
        "KECHUANG_UNUSED_DAYS": environment["KECHUANG_UNUSED_DAYS"] if environment.is_production else 0,
        "KECHUANG_SECOND_FACTOR_ROLES": frozenset(second_factor_roles(environment)),
        "KECHUANG_SECOND_FACTOR_ADVISED": OFFICERS,
        "KECHUANG_SECOND_FACTOR_DAYS": environment["KECHUANG_SECOND_FACTOR_DAYS"],
        "KECHUANG_CONFIRM_SECONDS": minutes * 60,
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": (minutes or 15) * 60,
        "ACCOUNT_REAUTHENTICATION_REQUIRED": True,  # before the mail address changes, as before a second factor does
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_FORMS": {"add_webauthn": "kechuang.site.passkeys.PasskeyForm"},
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": not environment.is_production,
        "KECHUANG_SIGN_ON_ORIGINS": _origins(environment["KECHUANG_OIDC_URL"]),
        "SOCIALACCOUNT_ADAPTER": "kechuang.site.single_sign_on.adapter.KnownPeopleOnly",
        "SOCIALACCOUNT_ONLY": False,
        "SOCIALACCOUNT_AUTO_SIGNUP": False,
        "SOCIALACCOUNT_LOGIN_ON_GET": False,
        "SOCIALACCOUNT_STORE_TOKENS": False,
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": _applications(environment)}},
    }


def _origins(url: str) -> list[str]:
    """Return where the form of the sign-in page may lead besides this site: the issuer."""
    parts = urlsplit(url)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


def _applications(environment: Environment) -> list[dict[str, Any]]:
    url, client = environment["KECHUANG_OIDC_URL"], environment["KECHUANG_OIDC_CLIENT"]
    if not url:
        return []
    if not client:
        raise Stop("设置了 KECHUANG_OIDC_URL 就须同时设置 KECHUANG_OIDC_CLIENT。")
    if environment.is_production and not url.startswith("https://"):
        raise Stop("正式运行时 KECHUANG_OIDC_URL 须以 https:// 开头。")
    return [
        {
            "provider_id": PROVIDER,
            "name": environment["KECHUANG_OIDC_NAME"],
            "client_id": client,
            "secret": environment["KECHUANG_OIDC_SECRET"],
            "settings": {"server_url": url, "fetch_userinfo": False},
        }
    ]
