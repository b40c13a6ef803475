"""What others call the register for: its directory changed, or a desk names what lies on it."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from kechuang.directory.models import Organisation
from kechuang.platforms import services
from kechuang.platforms.models import Platform, Recognition, RegisterEntry


def organisation_changed(organisation: Organisation) -> None:
    """Show a renamed, moved or corrected host under its own history."""
    services.platforms_follow(organisation=organisation)


def organisation_merged(fact: tuple[Organisation, Organisation, date]) -> None:
    """Pass on what an absorbed organisation hosted."""
    absorbed, into, on = fact
    services.platforms_pass_on(absorbed=absorbed, into=into, on=on)


def recognition_title(recognition: Recognition) -> str:
    """Name a recognition on a desk."""
    return f"{recognition} · {recognition.platform}"


def recognition_url(recognition: Recognition) -> str:
    """Return where a recognition is dealt with."""
    return reverse("platforms:recognition", args=[recognition.pk])


def platform_title(platform: Platform) -> str:
    """Name a platform on a desk by its name of today."""
    entry = RegisterEntry.objects.filter(platform=platform, end=date.max).first()
    return entry.name if entry else platform.number


def platform_url(platform: Platform) -> str:
    """Return a platform's page."""
    return reverse("platforms:detail", args=[platform.number])
