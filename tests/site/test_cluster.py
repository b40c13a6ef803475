"""The embedded server against what was met for real: odd locales, kills, long paths, two starts at once."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from kechuang.site.database import binaries
from kechuang.site.database.cluster import NAME, PORT, USER, Cluster, buffers_mb
from kechuang.site.stop import Stop


@pytest.fixture(scope="module")
def cluster(open_folder: Path) -> Cluster:
    made = Cluster(open_folder / "one" / "postgres")
    made.ensure()
    return made


def ask(cluster: Cluster, question: str) -> tuple[object, ...]:
    link = psycopg.connect(host=str(cluster.socket), port=PORT, user=USER, dbname=NAME, autocommit=True)
    with link:
        row = link.execute(question).fetchone()
    assert row is not None
    return row


def start_elsewhere(cluster: Cluster, **environment: str) -> subprocess.Popen[str]:
    program = (
        "from pathlib import Path; from kechuang.site.database.cluster import Cluster;"
        f"print(Cluster(Path({str(cluster.root)!r})).ensure())"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program], env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True
    )


def test_a_second_start_shares_the_server(cluster):
    before = cluster.pid()
    assert not cluster.ensure()
    assert cluster.pid() == before


def test_two_processes_starting_at_once_make_one_server(cluster):
    cluster.stop()
    both = [start_elsewhere(cluster), start_elsewhere(cluster)]
    assert sorted(process.communicate()[0].strip() for process in both) == ["False", "True"]
    assert cluster.is_running()


def test_data_is_checksummed_and_reachable_by_the_socket_alone(cluster):
    cluster.ensure()
    asked = "SELECT current_setting('data_checksums'), current_setting('listen_addresses')"
    assert ask(cluster, asked) == ("on", "")
    assert oct(cluster.socket.stat().st_mode & 0o777) == "0o700"
    assert oct(cluster.root.stat().st_mode & 0o777) == "0o700"


def test_committed_rows_survive_a_kill_and_an_immediate_restart(cluster):
    cluster.ensure()
    with psycopg.connect(host=str(cluster.socket), port=PORT, user=USER, dbname=NAME) as link:
        link.execute("CREATE TABLE kept (n int)")
        link.execute("INSERT INTO kept VALUES (42)")
    pid = cluster.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert cluster.ensure()
    assert ask(cluster, "SELECT n FROM kept") == (42,)
    assert cluster.pid() != pid


def test_a_lock_file_holding_a_strangers_number_does_not_stop_the_start(cluster):
    cluster.stop()
    stranger = subprocess.Popen(["/bin/sleep", "60"])
    lock = cluster.data / "postmaster.pid"
    lock.write_text(f"{stranger.pid}\n{cluster.data}\n{int(time.time())}\n{PORT}\n{cluster.socket}\n\n0 0\nready\n")
    if cluster.account.drop:
        os.chown(lock, cluster.account.uid, cluster.account.gid)
    assert not cluster.is_running()
    assert cluster.ensure()
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


@pytest.mark.parametrize("locale", ("C", "POSIX"))
def test_chinese_has_trigrams_whatever_locale_the_start_had(open_folder, locale):
    made = Cluster(open_folder / f"locale-{locale}" / "postgres")
    started = start_elsewhere(made, LC_ALL=locale, LANG=locale)
    assert started.communicate()[0].strip() == "True"
    with psycopg.connect(host=str(made.socket), port=PORT, user=USER, dbname=NAME) as link:
        link.execute("CREATE EXTENSION pg_trgm")
        assert link.execute("SELECT cardinality(show_trgm('科技创新'))").fetchone() == (5,)
    made.stop()


def test_a_path_too_long_for_a_socket_gets_a_short_one(open_folder):
    long = Cluster(open_folder / ("很长的目录名" * 10) / "postgres")
    assert len(os.fsencode(long.socket / f".s.PGSQL.{PORT}")) < 107
    assert long.ensure()
    assert ask(long, "SELECT 1") == (1,)
    long.stop()


def test_a_half_made_data_folder_is_made_again(open_folder):
    made = Cluster(open_folder / "half" / "postgres")
    made.account.own(made.root)
    made.account.own(made.root / "data.new")
    (made.root / "data.new" / "base").mkdir()
    assert made.ensure()
    assert ask(made, "SELECT 1") == (1,)
    made.stop()


def test_a_socket_folder_of_someone_else_is_refused(open_folder):
    if os.geteuid() != 0:
        other = Cluster(Path("/nowhere"))
        assert other.account.uid == os.geteuid()
        return
    made = Cluster(open_folder / "squat" / "postgres")
    made.account.own(made.root)
    made.socket.symlink_to("/tmp")
    with pytest.raises(Stop, match="属于别的帐号"):
        made.ensure()


def test_a_data_folder_of_another_major_version_is_named(open_folder):
    made = Cluster(open_folder / "old" / "postgres")
    made.account.own(made.root)
    made.account.own(made.data)
    (made.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(Stop, match="PostgreSQL 9"):
        made.ensure()


def test_without_any_server_the_sentence_names_both_ways_out(tmp_path, monkeypatch):
    monkeypatch.setenv("KECHUANG_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(Stop, match="DATABASE_URL"):
        binaries.find_binaries()


def test_programs_out_of_the_accounts_reach_are_copied_with_their_libraries(open_folder):
    if os.geteuid() != 0:
        assert Cluster(open_folder / "own" / "postgres").binaries.folder.is_dir()
        return
    found = binaries.find_binaries()
    package = found.install.parent
    hidden = open_folder / "hidden"
    hidden.mkdir(mode=0o700)
    for source in (package, package.with_name(f"{package.name}.libs")):
        if source.exists():
            shutil.copytree(source, hidden / source.name, symlinks=True)
    made = Cluster(open_folder / "copied" / "postgres")
    made.account.own(made.root)
    programs = hidden / package.name / found.install.name / "bin"
    assert not made.account.can_run(str(programs / "initdb"))
    moved = made._copied(binaries.Binaries(programs, found.version, "test"))  # noqa: SLF001
    assert moved.folder.is_relative_to(made.root)
    assert made.account.can_run(moved.program("initdb"))
    assert made.account.can_run(moved.program("pg_dump"))


@pytest.mark.parametrize(("memory", "kept"), ((0, 128), (512, 128), (4096, 512), (65536, 1024)))
def test_pages_are_kept_in_an_eighth_of_the_memory_within_bounds(memory, kept):
    assert buffers_mb(memory) == kept
