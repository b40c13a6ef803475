"""``make check``: everything that judges the code without running the tests, one line each."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
CHECKS = (
    ("规范 ruff check", ["ruff", "check", "--quiet", "."]),
    ("格式 ruff format", ["ruff", "format", "--check", "--quiet", "."]),
    ("类型 mypy", ["mypy"]),
    ("楼层 lint-imports", ["lint-imports"]),
    ("迁移", ["kechuang", "django", "makemigrations", "--check", "--dry-run"]),
    ("部署检查", ["python", "tools/deploy_check.py"]),
    ("规则库", ["kechuang", "catalogue", "check"]),
    ("译文", ["python", "-m", "kechuang.site.messages", "check"]),
    ("设置参考页", ["python", "-m", "kechuang.site.environment", "--check"]),
    ("参考页", ["python", "-m", "kechuang.site.reference", "check"]),
    ("文档", ["python", "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "docs", "docs/_build"]),
)


def main() -> int:
    """Run every check, show what the failing ones say; return how many failed, at most 1."""
    failed = []
    for name, command in CHECKS:
        started = time.monotonic()
        done = subprocess.run(
            [str(BIN / command[0]), *command[1:]],
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
        )
        good = done.returncode == 0
        print(f"{'✓' if good else '✗'} {name}（{time.monotonic() - started:.1f} 秒）", flush=True)
        if not good:
            failed.append(name)
            print("\n".join((done.stdout + done.stderr).strip().splitlines()[-60:]))
    print("全部通过。" if not failed else f"没有通过：{'、'.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
