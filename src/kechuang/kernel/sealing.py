"""Personal numbers are kept encrypted: a dump, a backup, the audit trail and a stolen disk hold only cipher text.

The key of each ``purpose`` is derived from the site's secret key; old keys in ``SECRET_KEY_FALLBACKS`` still open what
they sealed. Two fields for models: ``SealedTextField`` for a number of its own, ``SealedJSONField`` for what people
type freely, where every text with a personal number in it is sealed and every other stands as it is.
"""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models
from django.utils.encoding import force_bytes

from kechuang.pure.personal_numbers import NUMBER

STORED = b"kechuang.kernel.stored"
MARK = "$sealed"
"""The only key of an object that stands for a sealed text; no form hands in one."""
TOKEN = "gAAAA"  # noqa: S105 - how every cipher text of Fernet begins: version 128 and a time before 2106


def sealed(text: str, *, purpose: bytes = STORED) -> str:
    """Return ``text`` encrypted and authenticated (AES-128-CBC with HMAC-SHA-256, Fernet)."""
    return _keys(purpose).encrypt(text.encode()).decode("ascii")


def opened(token: str, *, purpose: bytes = STORED) -> str:
    """Return what ``sealed`` was given; "" when no key of this site opens it."""
    try:
        return _keys(purpose).decrypt(token.encode("ascii")).decode()
    except (InvalidToken, UnicodeEncodeError):
        return ""


def _keys(purpose: bytes) -> MultiFernet:
    return _derived(purpose, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=16)
def _derived(purpose: bytes, keys: tuple[str | bytes, ...]) -> MultiFernet:
    """Return the keys of ``purpose``; deriving one costs more than sealing, so they are kept."""
    return MultiFernet([_fernet(purpose, key) for key in keys])


def _fernet(purpose: bytes, key: str | bytes) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(force_bytes(key))
    return Fernet(base64.urlsafe_b64encode(derived))


class SealedTextField(models.TextField):  # type: ignore[type-arg]  # none at run time
    """A text that the database knows only sealed; "" stays "". Nothing can be looked up by it."""

    def get_prep_value(self, value: Any) -> Any:
        """Return the cipher text."""
        plain = super().get_prep_value(value)
        return sealed(plain) if plain else plain

    def from_db_value(self, value: Any, *_args: object) -> Any:
        """Return the text; what was stored before it was sealed is returned as it is."""
        return opened(value) if value and value.startswith(TOKEN) else value


class SealedJSONField(models.JSONField):
    """A JSON value in which every text that holds a personal number is sealed."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's
        """Return the value with its personal numbers sealed."""
        return super().get_db_prep_value(_each_sealed(value), connection, prepared)

    def from_db_value(self, value: Any, *args: Any) -> Any:
        """Return the value as it was given."""
        return _each_opened(super().from_db_value(value, *args))


def _each_sealed(value: Any) -> Any:
    if isinstance(value, str):
        return {MARK: sealed(value)} if NUMBER.search(value) else value
    if isinstance(value, dict):
        return {key: _each_sealed(one) for key, one in value.items()}
    return [_each_sealed(one) for one in value] if isinstance(value, list | tuple) else value


def _each_opened(value: Any) -> Any:
    if isinstance(value, dict):
        token = value.get(MARK) if len(value) == 1 else None
        if isinstance(token, str):
            return opened(token)
        return {key: _each_opened(one) for key, one in value.items()}
    return [_each_opened(one) for one in value] if isinstance(value, list) else value
