"""What the sign-in pages are told of the installation."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def sign_in(request: HttpRequest) -> dict[str, Any]:
    """Return ``trial`` (invented people may sign in without a second factor) and the name of single sign-on, or ""."""
    applications = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return {
        "trial": not settings.KECHUANG_SECOND_FACTOR_ROLES,
        "single_sign_on": applications[0]["name"] if applications else "",
    }
