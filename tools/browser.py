"""Sees to the browser and the Chinese font of the browser tests: installs them as root, names them otherwise."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

BROWSERS = ("chromium",)  # the one the tests start
FONTS = ("/usr/share/fonts", "/usr/local/share/fonts")


def missing() -> list[str]:
    """Return Debian's names of what is not there."""
    found = [] if any(shutil.which(name) for name in BROWSERS) else ["chromium"]
    if not any(list(Path(folder).rglob("*CJK*")) for folder in FONTS):
        found.append("fonts-noto-cjk")
    return found


def main() -> int:
    """Return 0 when everything is there in the end, 2 with a sentence otherwise."""
    packages = missing()
    if not packages:
        return 0
    names = " ".join(packages)
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"正在安装 {names} ……", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "env": environment}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], check=False, **quiet)
        if not (packages := missing()):
            return 0
    sys.stderr.write(
        f"浏览器测试还缺 {'、'.join(packages)}。请以 root 运行 apt-get install -y {names} 后重试；"
        "不需要浏览器的测试用 make test-core。\n"
    )
    return 2


if __name__ == "__main__":
    sys.exit(main())
