"""Where mail goes: to the server named by one URL, or to the log."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from kechuang.site.stop import Stop


def mail_settings(url: str, sender: str) -> dict[str, Any]:
    """Return Django's mail settings for ``url``. Raises ``Stop`` without repeating the password."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    try:
        parts = urlsplit(url)
        port = parts.port or 25
    except ValueError:
        port, parts = 0, urlsplit("")
    if parts.scheme != "smtp" or not parts.hostname or not sender:
        raise Stop(
            "发信设置不完整：KECHUANG_MAIL_URL 写作 smtp://用户:口令@主机:587?tls=1，并设置 KECHUANG_MAIL_FROM。"
        )
    options = parse_qs(parts.query)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": options.get("tls") == ["1"],
        "EMAIL_USE_SSL": options.get("ssl") == ["1"],
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": sender,
        "SERVER_EMAIL": sender,
    }
