"""Telephone numbers and account names of channels, kept encrypted under a key of their own."""

from __future__ import annotations

from kechuang.kernel import sealing

PURPOSE = b"kechuang.notify.addresses"


def sealed(address: str) -> str:
    """Return ``address`` encrypted."""
    return sealing.sealed(address, purpose=PURPOSE)


def opened(token: str) -> str:
    """Return what ``sealed`` was given; "" when no key of this site opens it."""
    return sealing.opened(token, purpose=PURPOSE)
