"""``make bench``: every benchmark in turn, in a form that ends within minutes; or those that are named.

python -m benchmarks [inbox ...]
"""

from __future__ import annotations

import subprocess
import sys

COMMANDS = (
    ("benchmarks.pages", "--sizes", "1000", "10000"),
    ("benchmarks.plans",),
    ("benchmarks.conditions",),
    ("benchmarks.conditions_db",),
    ("benchmarks.inbox", "--cases", "100000"),
    ("benchmarks.assignment",),
    ("benchmarks.memory",),
    ("benchmarks.whatif",),
)


def main() -> int:
    """Run all; return 1 when one of them failed. A benchmark that is named runs in full size."""
    failed = []
    named = [(f"benchmarks.{name}",) for name in sys.argv[1:]]
    for module, *arguments in named or COMMANDS:
        print(f"\n== python -m {module} {' '.join(arguments)}", flush=True)
        if subprocess.run([sys.executable, "-m", module, *arguments], check=False).returncode:
            failed.append(module)
    if failed:
        print("未完成：" + "、".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
