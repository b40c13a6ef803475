"""Which steps of which processes decide something, told by the processes themselves.

A step decides when somebody takes it whose office is neither to bring a matter nor to prepare it, when a decision or a
publication follows from it, when an officer ends a matter with it, or when it is a signature. An office nobody thought
of counts as one that decides.
"""

from __future__ import annotations

from functools import lru_cache

from django.db.models import Max

from kechuang.kernel.models import ProcessVersion
from kechuang.kernel.processes import process_of
from kechuang.pure.process import Process, Step

BRINGS = frozenset({"applicant", "host_admin", "expert"})
PREPARES = frozenset({"county_officer", "department_officer", "registrar"})
BINDING = frozenset({"decide", "effect", "publish", "certificate"})
SIGNATURE = "sign"


def decides(process: Process, step: Step) -> bool:
    """Tell whether ``step`` of ``process`` decides something."""
    roles = set(step.by)
    ends = any(state.final for state in process.states if state.name == step.target)
    return bool(
        step.name == SIGNATURE or BINDING & set(step.does) or roles - BRINGS - PREPARES or (ends and not roles & BRINGS)
    )


def deciding_names() -> frozenset[str]:
    """Return the names of all steps that decide in the newest version of some process: one query."""
    return _names(ProcessVersion.objects.aggregate(last=Max("pk"))["last"] or 0)


@lru_cache(maxsize=4)
def _names(last: int) -> frozenset[str]:
    newest = ProcessVersion.objects.filter(pk__lte=last).order_by("name", "-number").distinct("name")
    processes = [process_of(key) for key in newest.values_list("pk", flat=True)]
    return frozenset(step.name for process in processes for step in process.steps if decides(process, step))
