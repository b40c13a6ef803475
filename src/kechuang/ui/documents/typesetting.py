"""The program that sets one PDF, or draws one PNG where the request has a density, and ends.

``python typesetting.py < request > PDF``

It runs in a process of its own, because a setting that has begun cannot be stopped from within:
whoever waits for it may end it, and the memory it may take is bounded. The request is JSON on
standard input, the document comes out on standard output, a failure is one line of reason and
exit code 3.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

FAILED = 3  # as bounded.REFUSED, which an isolated program cannot import
NO_GLYPH = "could not be displayed"


def main() -> int:
    """Set the document asked for."""
    request = json.load(sys.stdin)
    _bound(request["memory_bytes"], request["seconds"])
    try:
        made = _set(request)
    except RuntimeError as refusal:
        sys.stderr.write(str(refusal))
        return FAILED
    sys.stdout.buffer.write(made)
    return 0


def _set(request: dict[str, Any]) -> bytes:
    import typst  # noqa: PLC0415 - after the bounds

    compiler = typst.Compiler(
        Path(request["template"]),
        root=Path(request["root"]),
        font_paths=[Path(folder) for folder in request["fonts"]],
        ignore_system_fonts=True,
        sys_inputs={"data": request["data"]},
    )
    if "density" in request:
        return _one_file(compiler.compile(format="png", ppi=request["density"]))
    # An archive takes PDF/A, which asks for the paper's day.
    standards: list[Any] = ["a-2a", "ua-1"] if request["dated"] else ["ua-1"]
    try:
        made = compiler.compile(format="pdf", pdf_standards=standards)
    except RuntimeError as refusal:
        if NO_GLYPH not in str(refusal):
            raise
        # A sign no face has (an emoji, a rare character) is printed as an empty box; the document
        # stays tagged, but neither standard can be claimed for it.
        made = compiler.compile(format="pdf")
    return _one_file(made)


def _one_file(made: Any) -> bytes:
    if not isinstance(made, bytes):
        raise TypeError("a document is one file")
    return made


def _bound(memory_bytes: int, seconds: int) -> None:
    try:
        import resource  # noqa: PLC0415 - not on Windows, where only the waiting process bounds
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


if __name__ == "__main__":
    sys.exit(main())
