"""How a link or a one-time code reaches an expert: whoever sends messages registers, else it goes by mail."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable

from django.conf import settings
from django.core.mail import send_mail

from kechuang.review.models import Expert

logger = logging.getLogger(__name__)
Courier = Callable[[Expert, str, str], bool]
CONSOLE = "django.core.mail.backends.console.EmailBackend"
_couriers: list[Courier] = []


def register(courier: Courier) -> None:
    """Let ``courier(expert, subject, text)`` deliver; it answers whether it did."""
    if courier not in _couriers:
        _couriers.append(courier)


def forget(courier: Courier) -> None:
    """Take a courier away again; for tests."""
    _couriers.remove(courier)


def is_on_paper_only() -> bool:
    """Tell whether mail is only written to the program's own output: no way out has been set up (试用)."""
    return bool(settings.EMAIL_BACKEND == CONSOLE)


def deliver(expert: Expert, subject: str, text: str) -> bool:
    """Send ``text`` by the first courier that takes it, else by mail; tell whether it is on its way to the expert."""
    if any(courier(expert, subject, text) for courier in _couriers):
        return True
    if not expert.email:
        return False
    try:
        sent = send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [expert.email])
    except (OSError, smtplib.SMTPException):
        logger.exception("a letter to expert %s could not be sent", expert.pk)
        return False
    return bool(sent) and not is_on_paper_only()
