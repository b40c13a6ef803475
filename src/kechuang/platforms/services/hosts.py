"""Platforms follow their hosts: a rename or a move shows at once, a merger passes them on."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.directory.models import Organisation
from kechuang.kernel.access import Actor
from kechuang.platforms.models import Amendment, Partner, Platform
from kechuang.platforms.services.locks import hold_organisations, hold_platforms, person
from kechuang.platforms.services.register import register_compose
from kechuang.platforms.services.tracks import in_words, put_within, store, tracks_of
from kechuang.pure.timelines import Span, between


@transaction.atomic
def platforms_follow(*, organisation: Organisation) -> None:
    """Compose again every platform that ``organisation`` hosted on some day."""
    hold_organisations([organisation.pk])
    register_compose(hold_platforms(_hosted(organisation)))


@transaction.atomic
def platforms_pass_on(*, absorbed: Organisation, into: Organisation, on: date, actor: Actor) -> None:
    """Let ``into`` host from ``on`` on what ``absorbed`` hosted, and build what it helped to build.

    Each platform that passes over keeps a record of it: ``actor`` merged the organisations.
    """
    held = hold_platforms(_hosted(absorbed))
    for platform in Platform.objects.filter(pk__in=held).order_by("pk"):
        tracks = tracks_of(platform)
        spans = [
            later
            for span, (host,) in tracks["host"]
            if host == absorbed and (later := between(max(span.start, on), span.reach))
        ]
        if spans:
            put_within(tracks, "host", spans, into)
            store(platform, tracks)
            Amendment.objects.create(
                platform=platform,
                kind=Amendment.Kind.CHANGE,
                effective_on=min(span.start for span in spans),
                before=in_words({"host": absorbed}),
                after=in_words({"host": into}),
                reason=_("依托单位合并"),
                actor_id=person(actor),
            )
    _partners_pass_on(absorbed, into, on)
    register_compose(held)


def _partners_pass_on(absorbed: Organisation, into: Organisation, on: date) -> None:
    for partner in Partner.objects.filter(organisation=absorbed, end=None).select_related("platform"):
        if partner.start >= on:
            partner.organisation = into
            partner.save(update_fields=["organisation"])
            continue
        partner.end = on
        partner.save(update_fields=["end"])
        track = tracks_of(partner.platform)["host"]
        hosting = any(host == into and span.overlaps(Span(on)) for span, (host,) in track)
        if not hosting and not Partner.objects.filter(platform=partner.platform, organisation=into, end=None).exists():
            Partner.objects.create(platform=partner.platform, organisation=into, start=on)


def _hosted(organisation: Organisation) -> set[int]:
    return set(Platform.objects.filter(periods__host=organisation).values_list("pk", flat=True))
