"""Whatever is asked of the read API: never an error of ours, and every answer as the description says."""

from __future__ import annotations

import os
import traceback
from collections import Counter

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.core.failures import FailureGroup
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

DEEP = bool(os.environ.get("KECHUANG_DEEP"))
CASES = {GenerationMode.POSITIVE: 300, GenerationMode.NEGATIVE: 220} if DEEP else {GenerationMode.POSITIVE: 6}
"""Of each operation: a short run in the suite, more than five thousand cases in the deep one."""
LEAST = 5_000 if DEEP else 60

NOT_ASKED = [positive_data_acceptance]
"""Which kinds and counties there are is data and not in the description; others are refused with a sentence."""


@pytest.fixture
def _one_connection():
    """Keep the test's own connection open between requests, as Django's test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.capability("C92")
@pytest.mark.usefixtures("_one_connection")
def test_the_whole_api_keeps_to_its_description(sample):
    description = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    operations = [found.ok() for found in description.get_all_operations()]
    assert len(operations) >= 12
    asked, failed = Counter(), []
    for operation in operations:
        for mode, cases in CASES.items():
            try:
                hold(operation, mode, cases, asked)
            except Unsatisfiable:  # nothing of this operation can be asked wrongly
                continue
            except (Exception, FailureGroup) as failure:  # noqa: BLE001 - every operation is asked
                failed.append((operation.label, failure))
    assert failed == [], "\n\n".join(f"{label}\n{told(failure)}" for label, failure in failed)
    assert sum(asked.values()) >= LEAST, asked


def hold(operation, mode, cases, asked):
    """Ask ``operation`` up to ``cases`` times and let every check of the tool judge each answer."""

    @seed(20261123)
    @settings(max_examples=cases, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def holds(case):
        asked[operation.label] += 1
        case.call_and_validate(excluded_checks=NOT_ASKED)

    holds()


def told(failure: BaseException) -> str:
    return "".join(traceback.format_exception(failure))[-3_000:]
