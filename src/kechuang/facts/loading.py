"""Metrics of the catalogue as rows, found again by their code."""

from __future__ import annotations

from kechuang.catalogue.whole import Catalogue
from kechuang.facts.models import Metric


def load(catalogue: Catalogue) -> None:
    """Create or update every metric; one that is no longer written is retired, facts may name it."""
    for order, written in enumerate(catalogue.metrics):
        Metric.objects.update_or_create(
            code=written.code,
            defaults={
                "label": written.label,
                "group": written.group,
                "unit": written.unit or "",
                "kind": written.kind,
                "period": written.period,
                "definition": written.definition,
                "source": written.source or "",
                "form": written.form or "",
                "step": written.step,
                "whole": written.whole,
                "signed": written.signed,
                "part_of": written.part_of or "",
                "choices": written.choices,
                "subjects": list(written.subjects),
                "order": order,
                "retired": False,
            },
        )
    Metric.objects.exclude(code__in=[written.code for written in catalogue.metrics]).update(retired=True)
