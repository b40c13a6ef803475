"""The register keeps in step with the directory: one call into a service each."""

from __future__ import annotations

from datetime import date

from kechuang.directory.models import Organisation
from kechuang.kernel.access import Actor
from kechuang.platforms import services


def organisation_changed(organisation: Organisation) -> None:
    """Show a renamed, moved or corrected host under its own history."""
    services.platforms_follow(organisation=organisation)


def organisation_merged(fact: tuple[Organisation, Organisation, date, Actor]) -> None:
    """Pass on what an absorbed organisation hosted."""
    absorbed, into, on, actor = fact
    services.platforms_pass_on(absorbed=absorbed, into=into, on=on, actor=actor)
