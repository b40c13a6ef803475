"""What the portal does at once when the register changes."""

from __future__ import annotations

from django.utils import timezone

from kechuang.platforms.models import Platform
from kechuang.portal.services import releases_refresh, releases_withdraw_concealed, releases_withdraw_counts

HOLDING = ("platforms", "recognitions", "platform_counts", "indicators")


def withdraw_concealed(platform: Platform) -> None:
    """Take down, at once, what names or counts a platform that was just concealed, and release it anew without."""
    if not Platform.objects.filter(pk=platform.pk, sensitive=True).exists():
        return
    if releases_withdraw_concealed() + releases_withdraw_counts():
        releases_refresh(on=timezone.localdate(), codes=HOLDING)
