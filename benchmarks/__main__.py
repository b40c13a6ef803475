"""``make bench``: every benchmark in turn, in a form that ends within minutes."""

from __future__ import annotations

import subprocess
import sys

COMMANDS = (
    ("benchmarks.pages", "--sizes", "1000", "10000"),
    ("benchmarks.plans",),
    ("benchmarks.conditions",),
    ("benchmarks.conditions_db",),
    ("benchmarks.assignment",),
    ("benchmarks.memory",),
)


def main() -> int:
    """Run all; return 1 when one of them failed."""
    failed = []
    for module, *arguments in COMMANDS:
        print(f"\n== python -m {module} {' '.join(arguments)}", flush=True)
        if subprocess.run([sys.executable, "-m", module, *arguments], check=False).returncode:
            failed.append(module)
    if failed:
        print("未完成：" + "、".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
