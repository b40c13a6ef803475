"""Telephone numbers and account names are kept encrypted: a dump, a backup and the audit trail hold only cipher text.

The key is derived from the site's secret key; old keys in ``SECRET_KEY_FALLBACKS`` still open what they sealed.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes

PURPOSE = b"kechuang.notify.addresses"


def sealed(address: str) -> str:
    """Return ``address`` encrypted and authenticated (AES-128-CBC with HMAC-SHA-256, Fernet)."""
    return _keys().encrypt(address.encode()).decode("ascii")


def opened(token: str) -> str:
    """Return what ``sealed`` was given; "" when no key of this site opens it."""
    try:
        return _keys().decrypt(token.encode("ascii")).decode()
    except InvalidToken:
        return ""


def _keys() -> MultiFernet:
    return MultiFernet([_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(key: str | bytes) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(force_bytes(key))
    return Fernet(base64.urlsafe_b64encode(derived))
