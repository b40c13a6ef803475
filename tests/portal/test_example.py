"""The worked example of the read API's page runs as it is printed."""

from __future__ import annotations

import io
import re
import urllib.request
from email.message import Message
from pathlib import Path
from urllib.response import addinfourl

import pytest
from django.test import Client

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
EXAMPLE = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


class ToDjango(urllib.request.BaseHandler):
    """Carry what urllib asks for to the site, without a network between."""

    handler_order = 100  # before urllib's own

    def __init__(self) -> None:
        self.statuses: list[int] = []

    def http_open(self, request):
        address = request.full_url.partition("://")[2]
        host, _slash, path = address.partition("/")
        answer = Client().get(f"/{path}", headers=dict(request.header_items()), SERVER_NAME=host.split(":")[0])
        self.statuses.append(answer.status_code)
        headers = Message()
        for name, value in answer.headers.items():
            headers[name] = value
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        response = addinfourl(io.BytesIO(body), headers, request.full_url, answer.status_code)
        response.msg = answer.reason_phrase
        return response


@pytest.fixture
def to_django(monkeypatch):
    handler = ToDjango()
    monkeypatch.setattr(urllib.request, "_opener", urllib.request.build_opener(handler))
    return handler


@pytest.mark.capability("C92")
def test_the_example_runs_as_it_is_printed(sample, to_django, capsys):
    assert EXAMPLE is not None
    exec(compile(EXAMPLE.group(1), "docs/api.md", "exec"), {"__name__": "example"})  # noqa: S102 - our own page
    said = capsys.readouterr().out.splitlines()
    expected = 0
    address = "/api/v1/platforms/?level=provincial&on=2023-12-31&limit=200"
    expected = len(Client().get(address).json()["items"])
    assert said[0] == f"{expected} 个省级平台，截至 2023-12-31"
    assert said[1] == "20 条未变，没有重传"
    assert said[2].endswith("字节，校验无误")
    assert 304 in to_django.statuses
