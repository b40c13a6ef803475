"""How a link or a one-time code reaches an expert: whoever sends messages registers, else it goes by mail."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.mail import send_mail

from kechuang.review.models import Expert

Courier = Callable[[Expert, str, str], bool]
_couriers: list[Courier] = []


def register(courier: Courier) -> None:
    """Let ``courier(expert, subject, text)`` deliver; it answers whether it did."""
    if courier not in _couriers:
        _couriers.append(courier)


def forget(courier: Courier) -> None:
    """Take a courier away again; for tests."""
    _couriers.remove(courier)


def deliver(expert: Expert, subject: str, text: str) -> bool:
    """Send ``text`` by the first courier that takes it, else by mail; tell whether anything was sent."""
    if any(courier(expert, subject, text) for courier in _couriers):
        return True
    if not expert.email:
        return False
    return bool(send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [expert.email]))
