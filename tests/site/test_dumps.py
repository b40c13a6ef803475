"""Saving and restoring a whole installation, and the commands around it."""

import tarfile
from pathlib import Path

import psycopg
import pytest

from kechuang.site.database.cluster import NAME, PORT, USER, Cluster


@pytest.fixture(scope="module")
def homes(open_folder: Path) -> tuple[Path, Path]:
    first, second = open_folder / "first", open_folder / "second"
    (first / "media" / "scans").mkdir(parents=True)
    (first / "media" / "scans" / "证书.pdf").write_bytes(b"%PDF-scan")
    Cluster(first / "postgres").ensure()
    with connected(first) as link:
        link.execute("CREATE TABLE named (name text)")
        link.execute("INSERT INTO named VALUES ('示例工程技术研究中心')")
    return first, second


def connected(home: Path) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=str(Cluster(home / "postgres").socket), port=PORT, user=USER, dbname=NAME)


def test_a_dump_restores_into_an_empty_installation_only(kechuang, homes, open_folder):
    first, second = homes
    dump = open_folder / "whole.tar"
    saved = kechuang("db", "dump", str(dump), KECHUANG_HOME=str(first))
    assert saved.returncode == 0, saved.stderr
    assert oct(dump.stat().st_mode & 0o777) == "0o600"
    with tarfile.open(dump) as archive:
        assert archive.getnames()[0] == "database.dump"

    again = kechuang("db", "dump", str(dump), KECHUANG_HOME=str(first))
    assert (again.returncode, again.stderr) == (2, f"“{dump}” 已经存在。请换一个文件名，或加 --force 覆盖。\n")

    started = kechuang("db", "start", KECHUANG_HOME=str(second))
    assert started.returncode == 0, started.stderr
    restored = kechuang("db", "restore", str(dump), KECHUANG_HOME=str(second))
    assert restored.returncode == 0, restored.stderr
    with connected(second) as link:
        assert link.execute("SELECT name FROM named").fetchall() == [("示例工程技术研究中心",)]
    assert (second / "media" / "scans" / "证书.pdf").read_bytes() == b"%PDF-scan"

    full = kechuang("db", "restore", str(dump), KECHUANG_HOME=str(second))
    assert full.returncode == 2
    assert full.stderr.startswith("目标数据库不是空的")


def test_a_file_that_is_no_dump_is_refused(kechuang, open_folder, tmp_path):
    other = tmp_path / "x.tar"
    other.write_bytes(b"not a dump")
    done = kechuang("db", "restore", str(other), KECHUANG_HOME=str(open_folder / "third"))
    assert (done.returncode, done.stderr) == (2, f"“{other}” 不是 kechuang db dump 写出的备份。\n")


def test_status_tells_whether_it_runs(kechuang, homes):
    home = str(homes[0])
    assert kechuang("db", "start", KECHUANG_HOME=home).returncode == 0
    assert kechuang("db", "status", KECHUANG_HOME=home).returncode == 0
    stopped = kechuang("db", "stop", KECHUANG_HOME=home)
    assert stopped.stdout == "内置数据库已停止。\n"
    status = kechuang("db", "status", KECHUANG_HOME=home)
    assert status.returncode == 1
    assert status.stdout.startswith("内置数据库：未运行")


def test_an_outside_server_is_not_started_or_stopped(kechuang):
    done = kechuang("db", "stop", DATABASE_URL="postgresql://u:hidden@db.example/x")
    assert (done.returncode, done.stderr) == (2, "现在用的是 DATABASE_URL 指的数据库，它的启停不归本系统管。\n")
