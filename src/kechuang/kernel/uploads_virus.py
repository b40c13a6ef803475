"""Asking a virus scanner (clamd) over its own protocol, INSTREAM: a length before each piece, a zero at the end."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from typing import IO

from django.conf import settings

CHUNK = 64 * 1024
SECONDS = 15.0
PATIENT_SECONDS = 300.0
"""How long a job waits, which keeps nobody waiting: a large file takes its time."""
LONGEST_ANSWER = 4_096


class Unreachable(Exception):
    """The scanner did not answer, or not in words it has."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner said; ``found`` is the name it gives to what it found, empty when it found nothing."""

    found: str = ""


def scanner_address() -> str:
    """Return where the scanner listens (``host:port`` or a socket's path), empty when there is none."""
    return str(settings.UPLOADS["clamd"])


def virus_scan(file: IO[bytes], *, seconds: float = SECONDS) -> Verdict:
    """Return the scanner's verdict on ``file``; each word of it may take ``seconds``.

    Raises ``Unreachable``: then nothing is known of the file.
    """
    file.seek(0)
    try:
        with _connected(scanner_address(), seconds) as line:
            line.sendall(b"zINSTREAM\0")
            while piece := file.read(CHUNK):
                line.sendall(struct.pack("!L", len(piece)) + piece)
            line.sendall(struct.pack("!L", 0))
            return _verdict(_answer(line))
    except (OSError, ValueError) as error:
        raise Unreachable(str(error)) from error


def _connected(address: str, seconds: float) -> socket.socket:
    host, _colon, port = address.rpartition(":")
    if port.isdecimal():
        return socket.create_connection((host.strip("[]"), int(port)), timeout=seconds)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(seconds)
    try:
        line.connect(address.removeprefix("unix:"))
    except BaseException:
        line.close()
        raise
    return line


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < LONGEST_ANSWER:
        piece = line.recv(CHUNK)
        if not piece:
            break
        said += piece
    return said.rstrip(b"\0\n").decode("utf-8", "replace")


def _verdict(said: str) -> Verdict:
    word = said.removeprefix("stream: ")
    if word == "OK":
        return Verdict()
    if word.endswith(" FOUND"):
        return Verdict(word.removesuffix(" FOUND"))
    raise Unreachable(said)
