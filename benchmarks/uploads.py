"""A file of 100 MB over a slow line that breaks three times: does it arrive whole, and what does the server hold?

    python -m benchmarks.uploads --url http://localhost:8000 --user shenbao --password …

Signs in to a running installation with the sample city, sends a PDF in pieces at ``--rate`` MB a second, cuts the
connection in the middle of a piece three times, asks how far it came and goes on, hands the form in, fetches the file
back and compares the hashes. A file of 101 MB must be refused before a byte of it is sent. The peak memory is that of
the processes that listen on the port, over what they held when it began (Linux, same user).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import http.client
import os
import random
import re
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path

MB = 1024 * 1024
PIECE, STEP = MB, 32 * 1024
BREAKS = 3
TUS = {"Tus-Resumable": "1.0.0"}
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
GOAL_MB = 300


class Broken(Exception):
    """The line was cut, as planned."""


class Site:
    """A signed-in person's way to the installation."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self.url, self.jar = url.rstrip("/"), CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.token = self.token_of("/accounts/login/")
        self.post("/accounts/login/", {"login": user, "password": password})
        self.token = self.token_of("/")

    def token_of(self, path: str) -> str:
        """Return the token of the form on a page."""
        return TOKEN.findall(self.opener.open(self.url + path).read().decode())[0]

    def post(self, path: str, values: dict[str, str], **headers: str) -> tuple[int, str, str]:
        """Return status, address and text of the answer."""
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": self.token, **values}).encode()
        request = urllib.request.Request(self.url + path, data, {"Referer": self.url, **headers})
        try:
            with self.opener.open(request) as answer:
                return answer.status, answer.headers.get("Location") or answer.url, answer.read().decode()
        except urllib.error.HTTPError as fault:
            return fault.code, "", fault.read().decode()

    def begin(self, size: int) -> tuple[int, str, str]:
        """Begin an upload of ``size`` bytes."""
        name = base64.b64encode("示例大文件.pdf".encode()).decode()
        told = {"Upload-Length": str(size), "Upload-Metadata": f"filename {name}", "X-CSRFToken": self.token}
        return self.post("/ui/uploads/", {}, **TUS, **told)

    def offset(self, where: str) -> int:
        """Ask how far the upload has come."""
        request = urllib.request.Request(self.url + where, headers=TUS, method="HEAD")
        with self.opener.open(request) as answer:
            return int(answer.headers["Upload-Offset"])

    def piece(self, where: str, offset: int, body: Iterator[bytes], length: int) -> None:
        """Send one piece, as fast as ``body`` gives it."""
        host = urllib.parse.urlsplit(self.url)
        line = http.client.HTTPConnection(host.hostname or "", host.port, timeout=60)
        cookies = "; ".join(f"{one.name}={one.value}" for one in self.jar)
        headers = {**TUS, "Upload-Offset": str(offset), "Content-Length": str(length), "Cookie": cookies}
        headers |= {"Content-Type": "application/offset+octet-stream", "X-CSRFToken": self.token, "Referer": self.url}
        try:
            line.request("PATCH", where, body, headers)
            answer = line.getresponse()
            if answer.status != http.HTTPStatus.NO_CONTENT:
                raise SystemExit(f"分段上传未被接收：{answer.status} {answer.read().decode()[:200]}")
        finally:
            line.close()


def main() -> int:
    """Measure once; return 1 when something arrived otherwise than promised."""
    asked = arguments()
    site = Site(asked.url, asked.user, asked.password)
    paper = made_pdf(asked.megabytes * MB)
    workers = listening(urllib.parse.urlsplit(site.url).port or 80)
    held = {pid: peak_reset(pid) for pid in workers}
    began = time.monotonic()
    status, address, text = site.begin(paper.stat().st_size)
    if status != http.HTTPStatus.CREATED:
        raise SystemExit(f"未能开始上传：{status} {text[:200]}")
    where = urllib.parse.urlsplit(address).path
    breaks = sent(site, where, paper, asked.rate * MB)
    arrived = time.monotonic() - began
    status, address, _text = handed_in(site, where)
    kept = time.monotonic() - began - arrived
    is_equal = fetched(site, address) == digest_of(paper.read_bytes())
    paper.unlink()
    refused = site.begin(101 * MB)
    print(f"{asked.megabytes} MB，限速 {asked.rate} MB/秒，断线 {breaks} 次：传完 {arrived:.1f} 秒，入库 {kept:.1f} 秒")
    print(f"校验值{'一致' if is_equal else '不一致'}（入库应答 {status}）；101 MB：{refused[0]} {refused[2]}")
    grown = {pid: peak(pid) for pid in workers}
    for pid in workers:
        print(f"进程 {pid}：开始 {held[pid]} MB，峰值 {grown[pid]} MB（目标 {GOAL_MB} MB 以内）")
    highest = max(grown.values(), default=0)
    return 0 if is_equal and refused[0] == http.HTTPStatus.REQUEST_ENTITY_TOO_LARGE and highest < GOAL_MB else 1


def arguments() -> argparse.Namespace:
    """Return what was asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.uploads")
    parser.add_argument("--url", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--rate", type=float, default=4.0, help="MB a second")
    parser.add_argument("--megabytes", type=int, default=100)
    return parser.parse_args()


def made_pdf(size: int) -> Path:
    """Write a PDF of exactly ``size`` bytes, pictures of noise, and return its place."""
    whole = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    whole += b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    whole += b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n"
    end = b"trailer\n<< /Size 4 /Root 1 0 R >>\n%%EOF\n"
    place = Path(tempfile.mkstemp(suffix=".pdf")[1])
    with place.open("wb") as file:
        file.write(whole)
        number, left = 4, size - len(whole) - len(end)
        while left > PIECE + 400:
            head = b"%d 0 obj\n<< /Type /XObject /Subtype /Image /Width 1024 /Height 1024 /Length %d >>\nstream\n"
            one = head % (number, PIECE) + os.urandom(PIECE) + b"\nendstream\nendobj\n"
            file.write(one)
            number, left = number + 1, left - len(one)
        file.write(b"%" + b"x" * (left - 2) + b"\n" + end)
    return place


def sent(site: Site, where: str, paper: Path, rate: float) -> int:
    """Send the file, cutting the line at random places; return how often it was cut."""
    size = paper.stat().st_size
    cuts = sorted(random.sample(range(size // 10, size - 1), BREAKS))
    offset = done = 0
    with paper.open("rb") as file:
        while offset < size:
            file.seek(offset)
            body = file.read(PIECE)
            cut = cuts[done] - offset if done < len(cuts) and cuts[done] < offset + len(body) else None
            try:
                site.piece(where, offset, slowly(body, rate, cut), len(body))
                offset += len(body)
            except Broken:
                done += 1
                time.sleep(1)
                offset = site.offset(where)
    return done


def slowly(body: bytes, rate: float, cut: int | None) -> Iterator[bytes]:
    """Yield ``body`` at ``rate`` bytes a second; raise ``Broken`` at ``cut``."""
    for place in range(0, len(body), STEP):
        if cut is not None and place >= cut:
            raise Broken
        yield body[place : place + STEP]
        time.sleep(STEP / rate)
    if cut is not None:
        raise Broken


def handed_in(site: Site, where: str) -> tuple[int, str, str]:
    """Hand the form of the vault in with the key of the upload."""
    with site.opener.open(f"{site.url}/facts/own/") as answer:
        unit = urllib.parse.urlsplit(answer.url).path.rstrip("/")
    site.token = site.token_of(f"{unit}/vault/keep/")
    values = {"title": f"示例大文件 {time.time():.0f}", "kind": "other", "resumed:upload": where.split("/")[-2]}
    return site.post(f"{unit}/vault/keep/", values)


def fetched(site: Site, address: str) -> str:
    """Return the hash of what the vault gives back."""
    digest = hashlib.sha256()
    with site.opener.open(f"{site.url}{urllib.parse.urlsplit(address).path}file/") as answer:
        while piece := answer.read(MB):
            digest.update(piece)
    return digest.hexdigest()


def digest_of(content: bytes) -> str:
    """Return the hash of ``content``."""
    return hashlib.sha256(content).hexdigest()


def listening(port: int) -> list[int]:
    """Return the processes of this machine that listen on ``port``."""
    lines = [
        line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]
    sockets = {f"socket:[{one[9]}]" for one in lines if one[1].endswith(f":{port:04X}") and one[3] == "0A"}
    found = set()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(link.readlink()) in sockets:
                found.add(int(link.parts[2]))
        except OSError:
            continue
    return sorted(found)


def peak_reset(pid: int) -> int:
    """Forget a process's peak and return what it holds now, in MB."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return peak(pid)


def peak(pid: int) -> int:
    """Return the most memory a process held (VmHWM), in MB."""
    return int(re.findall(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[0]) // 1024


if __name__ == "__main__":
    raise SystemExit(main())
