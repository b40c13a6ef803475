"""Reading releases: the current one of each data set, and the versions before it."""

from __future__ import annotations

from django.db.models import QuerySet

from kechuang.kernel.access import ANONYMOUS
from kechuang.portal.access import RELEASES
from kechuang.portal.models import Release


def releases_of(code: str) -> QuerySet[Release]:
    """Return every version of a data set, the newest first, those withdrawn included: their line stays."""
    return Release.objects.filter(dataset=code).order_by("-pk").prefetch_related("files")


def releases_current() -> dict[str, Release]:
    """Return data set → newest version that can be read: two queries."""
    rows = RELEASES.visible(Release.objects.all(), ANONYMOUS).order_by("dataset", "-pk").distinct("dataset")
    return {release.dataset: release for release in rows.prefetch_related("files")}


def release_called(code: str, version: str) -> Release | None:
    """Return one version that can be read; ``latest`` is the newest."""
    rows = RELEASES.visible(Release.objects.filter(dataset=code), ANONYMOUS).order_by("-pk").prefetch_related("files")
    return rows.first() if version == "latest" else rows.filter(version=version).first()
