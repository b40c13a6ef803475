"""Providers that stand on this machine: they check what they are sent, remember it, and fail when told to."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import socket
import socketserver
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SILENT_SECONDS = 3


@dataclass
class Asked:
    """One request as it came."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        return json.loads(self.body or b"{}")


@dataclass
class Answer:
    """What the provider says; ``seconds`` passes first, ``cut`` hangs up without a word."""

    status: int = 200
    told: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0
    cut: bool = False


class Provider:
    """A real HTTP server. ``troubles`` are answered first; then ``answer`` decides."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.troubles: deque[Answer] = deque()
        self.on_request: Callable[[int], None] = lambda number: None
        self.lock = threading.Lock()
        self.url = ""

    def answer(self, asked: Asked) -> Answer:
        return Answer()

    def handle(self, asked: Asked) -> Answer:
        with self.lock:
            self.asked.append(asked)
            number = len(self.asked)
            trouble = self.troubles.popleft() if self.troubles else None
            given = trouble or self.answer(asked)
        self.on_request(number)
        return given

    @contextlib.contextmanager
    def serving(self) -> Iterator[Provider]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                query = {key: values[0] for key, values in parse_qs(parts.query).items()}
                headers = {key.title(): value for key, value in self.headers.items()}
                given = provider.handle(Asked(parts.path, query, headers, body))
                time.sleep(given.seconds)
                if given.cut:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                said = json.dumps(given.told).encode()
                with contextlib.suppress(OSError):  # the worker is dead or has gone
                    self.send_response(given.status)
                    for name, value in given.headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(said)))
                    self.end_headers()
                    self.wfile.write(said)

            do_GET = do_POST = handle_any  # noqa: N815 - names of http.server

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *args: object) -> None:
                """A worker that was killed hangs up; that is what is tested."""

        with Server(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
            thread.start()
            self.url = f"http://127.0.0.1:{server.server_address[1]}"
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()


class SmsGateway(Provider):
    """Checks the signature; delivers a token once, however often it is sent."""

    secret = "示例密钥"  # noqa: S105 - of this fake

    def __init__(self) -> None:
        super().__init__()
        self.delivered: list[str] = []
        self.texts: list[str] = []

    def answer(self, asked: Asked) -> Answer:
        moment = asked.headers["X-Kechuang-Timestamp"]
        right = hmac.new(self.secret.encode(), f"{moment}.".encode() + asked.body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(right, asked.headers["X-Kechuang-Signature"]):
            return Answer(401, {"message": "signature"})
        token = asked.headers["Idempotency-Key"]
        if token in self.delivered:
            return Answer(409, {"id": f"sms-{self.delivered.index(token)}"})
        self.delivered.append(token)
        self.texts.append(asked.told["text"])
        return Answer(202, {"id": f"sms-{len(self.delivered) - 1}"})


class Corporation(Provider):
    """WeCom: gives tokens, refuses stale ones, and drops what it has just had."""

    def __init__(self) -> None:
        super().__init__()
        self.token = "token-1"  # noqa: S105 - of this fake
        self.tokens_given = 0
        self.cards: list[dict[str, Any]] = []
        self.members = {"shili"}

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/cgi-bin/gettoken":
            if asked.query != {"corpid": "corp", "corpsecret": "secret"}:
                return Answer(told={"errcode": 40001, "errmsg": "invalid credential"})
            self.tokens_given += 1
            return Answer(told={"errcode": 0, "access_token": self.token, "expires_in": 7200})
        if asked.query.get("access_token") != self.token:
            return Answer(told={"errcode": 42001, "errmsg": "access_token expired"})
        if asked.told["touser"] not in self.members:
            return Answer(told={"errcode": 81013, "errmsg": "all invalid"})
        card = asked.told
        if not (card["enable_duplicate_check"] == 1 and card in self.cards):
            self.cards.append(card)
        return Answer(told={"errcode": 0, "errmsg": "ok", "msgid": f"card-{len(self.cards)}"})


class Robot(Provider):
    """A DingTalk group: checks the signature; knows nothing of idempotency."""

    secret = "SEC-shili"  # noqa: S105 - of this fake

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def answer(self, asked: Asked) -> Answer:
        moment = asked.query.get("timestamp", "")
        text = f"{moment}\n{self.secret}".encode()
        right = base64.b64encode(hmac.new(self.secret.encode(), text, hashlib.sha256).digest()).decode()
        if asked.query.get("sign") != right or asked.query.get("access_token") != "robot":
            return Answer(told={"errcode": 310000, "errmsg": "sign not match"})
        self.said.append(asked.told["text"]["content"])
        return Answer(told={"errcode": 0, "errmsg": "ok"})


class Post(socketserver.ThreadingTCPServer):
    """A mail server. ``replies`` replaces its answer to a command; ``None`` hangs up instead."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.mails: list[bytes] = []
        self.replies: dict[str, str | None] = {}

    @contextlib.contextmanager
    def serving(self) -> Iterator[Post]:
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield self
        finally:
            self.shutdown()
            thread.join()
            self.server_close()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say("220 shili")
        while line := self.rfile.readline().decode().strip():
            word = line.split(maxsplit=1)[0].upper()
            if word == "DATA" and "DATA" not in self.server.replies:
                self.take_mail()
            elif not self.reply(word):
                return
            if word == "QUIT":
                return

    def reply(self, word: str) -> bool:
        plain = {"QUIT": "221 bye", "DATA": "354 go on"}.get(word, "250 ok")
        said = self.server.replies.get(word, plain)
        if said is None:
            return False
        self.say(said)
        return True

    def take_mail(self) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        self.server.mails.append(b"".join(lines))
        self.reply("END")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
