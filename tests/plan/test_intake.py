"""A PDF is read by one thread at a time; text waits for nobody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong

import pytest

from kechuang.kernel.uploads_pdf import ONE_AT_A_TIME
from kechuang.plan.intake import document_read
from kechuang.pure.plans import Unreadable

TEXT = "# 示例行动方案\n\n一、总体要求\n\n示例。\n".encode()


def test_a_pdf_waits_for_the_one_before_and_text_does_not():
    with ThreadPoolExecutor(1) as other:
        with ONE_AT_A_TIME:
            assert other.submit(document_read, TEXT).result(timeout=20)
            waiting = other.submit(document_read, b"%PDF-1.4 broken")
            with pytest.raises(TookTooLong):
                waiting.result(timeout=0.3)
        with pytest.raises(Unreadable):
            waiting.result(timeout=20)
