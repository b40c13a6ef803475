"""Makes .venv and puts exactly the locked packages into it; without ensurepip, without uv, without HOME.

    python3 tools/environment.py requirements.lock [requirements-dev.lock]
    python3 tools/environment.py --into FOLDER requirements-node.lock

Debian splits ensurepip out of Python, so the environment is made without pip and filled from outside by the
system's pip (``--python``, 22.3 and newer) or by uv.
"""

import os
import shutil
import subprocess
import sys
import venv

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OLDEST = (3, 11)
QUIET = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_ROOT_USER_ACTION": "ignore",
    "PIP_NO_INPUT": "1",
    "UV_COMPILE_BYTECODE": "1",  # as pip does: else every start that may not write beside the packages compiles them
}


def stop(sentence):
    """End with a sentence."""
    sys.stderr.write(sentence + "\n")
    sys.exit(2)


def newer_python():
    """Return a Python new enough, this one if it is; otherwise end with a sentence."""
    if sys.version_info[:2] >= OLDEST:
        return None
    for name in ("python3.13", "python3.12", "python3.11"):
        found = shutil.which(name)
        if found:
            return found
    stop(
        "需要 Python 3.11 或更新的版本，本机的是 %d.%d。请先安装，再用 make PYTHON=python3.11 重试。"
        % sys.version_info[:2]
    )


def works(python):
    """Say whether the environment's interpreter still runs and is new enough."""
    try:
        said = subprocess.run([python, "-c", "import sys; print(sys.version_info[:2] >= (3, 11))"], capture_output=True)
    except OSError:
        return False
    return said.stdout.strip() == b"True"


def make(folder):
    """Make the environment in ``folder`` unless a working one is there; return its interpreter."""
    python = os.path.join(folder, "bin", "python")
    if not works(python):
        try:
            venv.create(folder, with_pip=False, symlinks=True, clear=True)
        except OSError as error:
            stop("不能建立 %s：%s。请检查目录权限和磁盘空间。" % (folder, error.strerror or error))
    return python


def commands(python):
    """Yield the ways to install into ``python``'s environment, best first."""
    uv = shutil.which("uv")
    if uv:
        yield [uv, "pip", "install", "--python", python, "--quiet"]
    for base in dict.fromkeys([sys.executable, getattr(sys, "_base_executable", None), shutil.which("python3")]):
        if base and subprocess.run([base, "-m", "pip", "--version"], capture_output=True).returncode == 0:
            yield [base, "-m", "pip", "--python", python, "install", "--quiet"]
            return


def install(python, arguments):
    """Install by the first way that works; otherwise end with a sentence that holds the last reason."""
    said = ""
    for command in commands(python):
        done = subprocess.run(
            command + arguments,
            cwd=ROOT,
            env=dict(os.environ, **QUIET),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        if done.returncode == 0:
            return
        said = done.stderr.decode("utf-8", "replace")
    if not said:
        stop("本机没有 pip，也没有 uv。请先安装 pip（Debian：apt-get install python3-pip）。")
    if "No space left" in said:
        stop("磁盘已满，依赖没有装完。请腾出空间后重试。")
    lines = [line for line in said.splitlines() if line.strip()]
    stop("依赖没有装上，请检查网络或 pip 的软件源设置后重试。\n" + "\n".join(lines[-3:]))


def main(arguments):
    """Make and fill the environment."""
    newer = newer_python()
    if newer:
        os.execv(newer, [newer, os.path.abspath(__file__)] + arguments)
    aside = arguments[:1] == ["--into"]
    folder = arguments[1] if aside else os.path.join(ROOT, ".venv")
    locks = arguments[2:] if aside else arguments
    print("正在安装依赖……")
    python = make(folder)
    install(python, ["--require-hashes"] + [part for lock in locks for part in ("-r", os.path.join(ROOT, lock))])
    if not aside:
        install(python, ["--no-deps", "--no-build-isolation", "-e", ROOT])
        subprocess.run([python, "-m", "compileall", "-q", os.path.join(ROOT, "src"), os.path.join(ROOT, "tests")])


if __name__ == "__main__":
    main(sys.argv[1:])
