"""The program as a person gets it: ``kechuang run`` in a home of its own, and a real browser before it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

START_SECONDS = 420
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Role as printed, user name, password: one row of the table `sample load` prints.
ACCOUNT = re.compile(r"│\s*(\S+)\s*│\s*(\w+)\s*│\s*([\w-]+)\s*│")


@dataclass
class Site:
    """A running installation: its address, one account for each role, and the environment it runs in."""

    url: str
    passwords: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="package")
def site() -> Iterator[Site]:
    """Start ``kechuang run`` on a free port with an empty home; stop it at the end."""
    home = Path(tempfile.mkdtemp(prefix="kechuang-journey-"))
    home.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ours = ("DATABASE_URL", "KECHUANG_BIND", "DJANGO_SETTINGS_MODULE")  # a person's shell has no settings of tests
    environment = {key: value for key, value in os.environ.items() if key not in ours}
    environment |= {"KECHUANG_HOME": str(home), "LC_ALL": "C", "COLUMNS": "120"}
    command = [sys.executable, "-m", "kechuang.site.cli", "run", "--port", str(port)]
    log = home / "run.log"
    with log.open("w") as output:
        process = subprocess.Popen(  # noqa: S603 (ourselves)
            command, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield Site(f"http://localhost:{port}", _accounts(process, log), environment)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        subprocess.run(
            [sys.executable, "-m", "kechuang.site.cli", "db", "stop"], env=environment, check=False, capture_output=True
        )
        shutil.rmtree(home, ignore_errors=True)


def _accounts(process: subprocess.Popen[bytes], log: Path) -> dict[str, str]:
    """Wait until the address is printed; return user name → password as printed before it."""
    until = time.monotonic() + START_SECONDS
    while "http://localhost" not in (said := log.read_text(encoding="utf-8")):
        assert process.poll() is None, said
        assert time.monotonic() < until, said
        time.sleep(0.2)
    return {name: password for _role, name, password in ACCOUNT.findall(said)}


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium once; it is gone before other folders touch a database, which its loop forbids."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(CHROMIUM_FLAGS))
        yield running
        running.close()


@pytest.fixture(scope="package")
def _signed_in() -> dict[str, object]:
    return {}


@pytest.fixture
def desk(site: Site, browser: Browser, _signed_in: dict[str, object]) -> Iterator[Callable[..., Page]]:
    """Return a maker of pages: ``desk("jingban")`` is signed in as that account, ``desk()`` is the public."""
    contexts: list[BrowserContext] = []

    def sit(username: str = "", *, width: int = 1366, scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=site.url,
            locale="zh-CN",
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            storage_state=_signed_in.get(username),  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        if username and username not in _signed_in:
            sign_in(page, username, site.passwords[username])
            _signed_in[username] = context.storage_state()
        return page

    yield sit
    for context in contexts:
        context.close()


def sign_in(page: Page, username: str, password: str) -> None:
    """Sign in through the page a person signs in through."""
    page.goto("/accounts/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", password)
    page.click("main form button[type=submit], main form button:not([type])")
    page.wait_for_load_state()
