"""What the portal does at once when the register changes."""

from __future__ import annotations

from django.utils import timezone

from kechuang.platforms.models import Platform
from kechuang.portal.services import releases_refresh, releases_withdraw_concealed

HOLDING = ("platforms", "recognitions", "platform_counts", "indicators")


def withdraw_concealed(platform: Platform) -> None:
    """Take down, at once, what names a platform that was just concealed, and release it anew without."""
    sensitive = Platform.objects.filter(pk=platform.pk, sensitive=True).exists()
    if sensitive and releases_withdraw_concealed():
        releases_refresh(on=timezone.localdate(), codes=HOLDING)
