"""Asks Django's own deployment check about production settings; a warning is a failure."""

import os
import secrets
import sys

PRODUCTION = {
    "KECHUANG_MODE": "production",
    "KECHUANG_HTTPS": "1",
    "KECHUANG_HOSTS": "kechuang.example",
    "KECHUANG_SECRET_KEY": secrets.token_urlsafe(64),
    "DJANGO_SETTINGS_MODULE": "kechuang.site.settings",
}


def main() -> None:
    """Run ``check --deploy`` as an installation in production would see it."""
    os.environ.update(PRODUCTION)
    from django.core.management import execute_from_command_line

    execute_from_command_line(["check", "check", "--deploy", "--fail-level", "WARNING"])


if __name__ == "__main__":
    sys.exit(main())
