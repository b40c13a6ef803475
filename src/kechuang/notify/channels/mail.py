"""E-mail through Django's mail settings.

A mail server takes no idempotency key: when the connection breaks after the mail was handed over, it is not sent again.
"""

from __future__ import annotations

import smtplib
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from kechuang.notify.channels.parcels import NEVER, Hopeless, OutcomeUnknown, Parcel, TryAgain

CONSOLE = "django.core.mail.backends.console.EmailBackend"
PERMANENT = 500


class Mail:
    repeatable_for: timedelta = NEVER

    def is_ready(self) -> bool:
        return bool(settings.EMAIL_BACKEND != CONSOLE)

    def send(self, parcel: Parcel) -> str:
        reference = f"<{parcel.token}@{urlsplit(settings.KECHUANG_ADDRESS).hostname or 'localhost'}>"
        connection = get_connection()
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise TryAgain(f"连接不上发信服务器：{type(error).__name__}") from None
        mail = EmailMessage(
            parcel.subject,
            parcel.body,
            to=[parcel.address],
            headers={"Message-ID": reference, "Auto-Submitted": "auto-generated"},
            connection=connection,
        )
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as refusal:
            code, said = next(iter(refusal.recipients.values()), (PERMANENT, b""))
            raise _of_code(code, said) from None
        except smtplib.SMTPDataError as refusal:
            raise _of_code(refusal.smtp_code, refusal.smtp_error) from None
        except smtplib.SMTPResponseException as refusal:  # the sender or the sign-in, not this mail
            raise TryAgain(f"发信服务器拒绝发信（{refusal.smtp_code}）") from None
        except (OSError, smtplib.SMTPException) as error:
            raise OutcomeUnknown(f"发信服务器没有应答：{type(error).__name__}") from None
        finally:
            _hang_up(connection)
        return reference


def _of_code(code: int, said: bytes | str) -> Hopeless | TryAgain:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    sentence = f"发信服务器不接收这封邮件（{code}）：{text[:200]}"
    return Hopeless(sentence) if code >= PERMANENT else TryAgain(sentence)


def _hang_up(connection: object) -> None:
    """End the conversation; a server that is gone by then has the mail all the same."""
    try:
        connection.close()  # type: ignore[attr-defined]
    except (OSError, smtplib.SMTPException):
        return
