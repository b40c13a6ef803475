"""The stored versions of items as typed objects: read once per program run, since versions never change."""

from __future__ import annotations

from functools import lru_cache

from kechuang.calls.models import Application, ItemVersion
from kechuang.catalogue.items import ServiceItem
from kechuang.kernel.processes import process_of


@lru_cache(maxsize=256)
def definition_of(version_id: int) -> ServiceItem:
    """Return the item as version ``version_id`` says it is."""
    return ServiceItem.model_validate_json(ItemVersion.objects.get(pk=version_id).definition)


def form_of(application: Application) -> ServiceItem:
    """Return the application's item with the parts of its form that have been reached (两阶段申报).

    A part that is asked ``from_state`` is there from that state of the process on, in the order of its table.
    """
    definition = definition_of(application.item_version_id)
    if all(section.from_state is None for section in definition.form):
        return definition
    names = [state.name for state in process_of(application.process_version_id).states]
    reached = names.index(application.state)
    form = tuple(
        section
        for section in definition.form
        if section.from_state is None or names.index(section.from_state) <= reached
    )
    return definition.model_copy(update={"form": form})
