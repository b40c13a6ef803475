"""Releasing data sets, and withdrawing versions that hold what is public no longer."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import date
from functools import partial

from django.db import connection, transaction
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone, translation

from kechuang.platforms.models import Platform
from kechuang.portal import files
from kechuang.portal.datasets import DataSet, dataset_called, datasets
from kechuang.portal.models import Release, ReleaseFile

logger = logging.getLogger(__name__)
LOCK = 0x6B_6F_64  # one release at a time: two processes would give two versions one name
CONCEALED = "含有已转为不公开的平台"
COUNTED_ANEW = "由按现行公开范围统计的版本替代"
OUTDATED = "超过保留份数，由较新的版本替代"


@transaction.atomic
def release_make(*, dataset: DataSet, on: date) -> Release:
    """Release what ``dataset`` holds on ``on``; where nothing changed, note the check on the last version.

    Files are written in Chinese, whoever asked.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = Release.objects.filter(dataset=dataset.code, withdrawn_at=None).order_by("-pk").first()
    version = _version(dataset.code, on)
    with translation.override("zh-hans"):
        made = files.harvest(dataset, dataset.rows(on), version=version, as_of=on)
    if last is not None and last.fingerprint == made.fingerprint:
        for written in made.files:
            files.remove(written.path)
        last.checked_on = max(on, last.checked_on)
        last.save(update_fields=["checked_on"])
        return last
    release = Release.objects.create(
        dataset=dataset.code, version=version, checked_on=on, as_of=on, fingerprint=made.fingerprint, rows=made.rows
    )
    ReleaseFile.objects.bulk_create(
        ReleaseFile(release=release, format=one.format, path=one.path, size=one.size, sha256=one.sha256)
        for one in made.files
    )
    return release


def _version(code: str, on: date) -> str:
    taken = Release.objects.filter(dataset=code, version__startswith=on.isoformat()).count()
    return f"{on.isoformat()}.{taken + 1}" if taken else on.isoformat()


def releases_refresh(*, on: date, codes: Collection[str] = ()) -> list[Release]:
    """Release every data set (or those in ``codes``) that changed, after withdrawing what must go.

    One that fails is logged and holds up none of the others.
    """
    releases_withdraw_concealed()
    found = []
    for dataset in datasets():
        if not codes or dataset.code in codes:
            try:
                found.append(release_make(dataset=dataset, on=on))
            except Exception:
                logger.exception("data set %s was not released", dataset.code)
    return found


def releases_withdraw_concealed() -> int:
    """Withdraw every version that names a platform the public must not see, and all counts with them; return how many.

    Two versions of a count, one before and one after a platform was concealed, would tell by
    their difference of which county, type and level it is; so none from before stays.
    """
    hidden = set(Platform.objects.filter(sensitive=True).values_list("number", flat=True))
    if not hidden:
        return 0
    naming = [release for release in _kept() if _names(release, hidden)]
    gone = sum(release_withdraw(release=release, because=CONCEALED) for release in naming)
    return gone + (releases_withdraw_counts() if naming else 0)


def releases_withdraw_counts() -> int:
    """Withdraw every version of the data sets that count platforms; return how many."""
    counted = [each.code for each in datasets() if each.counts_platforms]
    return sum(
        release_withdraw(release=release, because=COUNTED_ANEW) for release in _kept().filter(dataset__in=counted)
    )


def releases_prune(*, keep: int) -> int:
    """Withdraw versions beyond the newest ``keep`` of each data set, the last of a year excepted; return how many.

    Their lines stay, so that whoever cited one learns what became of it. ``keep`` 0 keeps all.
    """
    if keep == 0:
        return 0
    of_year = Window(RowNumber(), partition_by=[F("dataset"), F("as_of__year")], order_by=F("pk").desc())
    of_all = Window(RowNumber(), partition_by=[F("dataset")], order_by=F("pk").desc())
    old = _kept().annotate(place=of_all, place_in_year=of_year).filter(place__gt=keep, place_in_year__gt=1)
    return sum(release_withdraw(release=release, because=OUTDATED) for release in old)


def _kept() -> QuerySet[Release]:
    return Release.objects.filter(withdrawn_at=None).prefetch_related("files")


def _names(release: Release, hidden: set[str]) -> bool:
    dataset = dataset_called(release.dataset)
    if dataset is None or not dataset.subject:
        return False
    path = next((file.path for file in release.files.all() if file.format == "json"), "")
    try:
        return any(row[dataset.subject] in hidden for row in files.rows_of(path))
    except FileNotFoundError:
        return False


@transaction.atomic
def release_withdraw(*, release: Release, because: str) -> bool:
    """Take a version down: its files go, its line stays with the reason. False when it was down already."""
    done = Release.objects.filter(pk=release.pk, withdrawn_at=None).update(
        withdrawn_at=timezone.now(), withdrawn_because=because[:200]
    )
    for file in release.files.all():
        transaction.on_commit(partial(files.remove, file.path))
    return bool(done)
