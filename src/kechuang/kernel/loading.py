"""Bringing a catalogue into the database: versions here, each room's rows by the room itself.

A room registers its loader in ``AppConfig.ready()``; a loader takes the whole catalogue,
updates rows by their code and removes nothing that is referred to. Loading the same
catalogue again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from kechuang.catalogue.whole import Catalogue, fingerprint
from kechuang.kernel.models import CatalogueVersion
from kechuang.kernel.processes import processes_store

Loader = Callable[[Catalogue], None]
_loaders: dict[str, tuple[int, Loader]] = {}


def register(name: str, loader: Loader, *, order: int) -> None:
    """Have ``loader`` called for every loaded catalogue; lower ``order`` first."""
    _loaders[name] = (order, loader)


@transaction.atomic
def catalogue_load(catalogue: Catalogue) -> tuple[CatalogueVersion, bool]:
    """Store processes and rows of ``catalogue``; return its version and whether it is new.

    A known catalogue is loaded again all the same: rows that were edited away come back.
    """
    version, is_new = CatalogueVersion.objects.get_or_create(
        fingerprint=fingerprint(catalogue), defaults={"city": catalogue.city.code}
    )
    processes_store(catalogue.processes.values())
    for _name, (_order, loader) in sorted(_loaders.items(), key=lambda item: item[1][0]):
        loader(catalogue)
    return version, is_new
