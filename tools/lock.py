"""Writes the lock files: exact versions with hashes, and not one address of a package index."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILES = {
    "requirements.lock": ["pyproject.toml", "--group", "build"],
    "requirements-dev.lock": ["pyproject.toml", "--group", "dev"],
    "requirements-node.lock": ["--group", "node"],
}
OPTIONS = ["--universal", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-header", "--quiet"]


def main() -> int:
    """Compile every lock file; return the first failing exit code."""
    for name, what in FILES.items():
        done = subprocess.run(["uv", "pip", "compile", *OPTIONS, *what, "-o", name], cwd=ROOT, check=False)
        if done.returncode:
            return done.returncode
        if "://" in (ROOT / name).read_text(encoding="utf-8"):
            sys.exit(f"{name} names an address")
    return 0


if __name__ == "__main__":
    sys.exit(main())
