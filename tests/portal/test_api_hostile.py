"""Whatever is asked of the read API: never an error of ours, and every answer as the description says."""

from __future__ import annotations

import os
import traceback

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CASES = 360 if os.environ.get("KECHUANG_DEEP") else 6
"""Of each operation: a short run in the suite, some five thousand cases in the deep one."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


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
    failed = []
    for operation in operations:

        @seed(20261123)
        @settings(max_examples=CASES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def holds(case):
            case.call_and_validate(checks=CHECKS)

        try:
            holds()
        except Exception as failure:  # noqa: BLE001 - every operation is asked, whatever another one answered
            failed.append((operation.label, failure))
    assert failed == [], "\n\n".join(f"{label}\n{format_exception(failure)}" for label, failure in failed)


def format_exception(failure: Exception) -> str:
    return "".join(traceback.format_exception(failure))[-3_000:]
