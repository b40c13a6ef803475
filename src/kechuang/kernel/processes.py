"""Processes of the catalogue as numbered versions in the database.

A running case stays on the version it was begun under; a new case begins on the newest.
Versions never change, so a process is built from its row once per program run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import lru_cache

from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.kernel.errors import Refused
from kechuang.kernel.models import ProcessTransition, ProcessVersion
from kechuang.pure.process import Process


@transaction.atomic
def processes_store(processes: Iterable[Process]) -> list[ProcessVersion]:
    """Store each process whose content is new as its next version; return the new ones."""
    return [version for process in processes if (version := _store(process))]


def _store(process: Process) -> ProcessVersion | None:
    definition = json.dumps(process.to_dict(), ensure_ascii=False)
    fingerprint = hashlib.sha256(definition.encode()).hexdigest()
    if ProcessVersion.objects.filter(name=process.name, fingerprint=fingerprint).exists():
        return None
    number = ProcessVersion.objects.filter(name=process.name).count() + 1
    version = ProcessVersion.objects.create(
        name=process.name,
        number=number,
        label=str(process.label),
        start=process.start,
        definition=definition,
        fingerprint=fingerprint,
    )
    pairs = sorted({(arrow.source, arrow.target) for arrow in process.transitions})
    ProcessTransition.objects.bulk_create(
        [ProcessTransition(version=version, source=source, target=target) for source, target in pairs]
    )
    return version


def current_version(name: str) -> ProcessVersion:
    """Return the newest version of process ``name``; ``Refused`` when none was loaded."""
    version = ProcessVersion.objects.filter(name=name).order_by("-number").first()
    if version is None:
        raise Refused(_("流程“%(name)s”尚未载入，请先运行 kechuang catalogue load。") % {"name": name})
    return version


def begin(name: str) -> dict[str, object]:
    """Return ``state`` and ``process_version`` of a new case of process ``name``."""
    version = current_version(name)
    return {"state": version.start, "process_version": version}


@lru_cache(maxsize=256)
def process_of(version_id: int) -> Process:
    """Return the process stored as ``version_id``; versions never change, so this is kept."""
    return Process.from_dict(json.loads(ProcessVersion.objects.get(pk=version_id).definition))


def state_label(version_id: int, state: str) -> str:
    """Return the Chinese label of ``state`` in its process version."""
    return next((str(s.label) for s in process_of(version_id).states if s.name == state), state)


def state_choices(name: str) -> list[tuple[str, str]]:
    """Return (state, label) over the newest version of ``name``, for filters."""
    version = ProcessVersion.objects.filter(name=name).order_by("-number").first()
    return [] if version is None else [(s.name, str(s.label)) for s in process_of(version.pk).states]
