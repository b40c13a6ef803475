"""Which failures are expected, and the one sentence each of them gets."""

import time

import click

from kechuang.site.database.cluster import local_cluster
from kechuang.site.stop import EXIT_CODE, Stop, sentence_for

FULL = "数据库所在磁盘已满，没有写完。请腾出空间后重试，已提交的数据不受影响。"
UNREACHABLE = "连不上数据库。请运行 kechuang db status 查看，并检查 DATABASE_URL。"
BY_SQLSTATE = {
    "53100": FULL,
    "42P01": "数据库的表还没有建好。请先运行 kechuang migrate。",
    "42703": "数据库的表与这个版本不符。请先运行 kechuang migrate。",
    "42501": "数据库帐号权限不够。请用库的属主，或请管理员预先安装 pg_trgm、btree_gist 扩展。",
}
BY_NAME = (("OperationalError", UNREACHABLE), ("PoolTimeout", UNREACHABLE))
LOG_TAIL = 8000
FRESH_SECONDS = 60


def exit_code_and_sentence(error: Exception) -> tuple[int, str] | None:
    """Return the exit code and the sentence for ``error``, or ``None`` when nobody foresaw it."""
    match error:
        case Stop():
            return EXIT_CODE, str(error)
        case click.UsageError():
            hint = f"\n用 {error.ctx.command_path} --help 查看用法。" if error.ctx else ""
            return EXIT_CODE, f"{error.format_message().rstrip('.。')}。{hint}"
        case click.ClickException():
            return EXIT_CODE, error.format_message()
        case BrokenPipeError():
            return 0, ""
        case OSError():
            return EXIT_CODE, sentence_for(error)
        case _:
            return _of_database(error)


def _of_database(error: Exception) -> tuple[int, str] | None:
    """Judge by names: this must also work where Django was never imported."""
    cause = error.__cause__ or error
    names = {kind.__name__ for kind in (*type(error).__mro__, *type(cause).__mro__)}
    by_state = BY_SQLSTATE.get(str(getattr(cause, "sqlstate", "") or ""))
    sentence = by_state or next((said for name, said in BY_NAME if name in names), None)
    if sentence == UNREACHABLE and _died_of_a_full_disk():
        sentence = FULL
    if "Refused" in names:
        sentence = str(error)
    return (EXIT_CODE, sentence) if sentence else None


def _died_of_a_full_disk() -> bool:
    """Say whether our own server's log just told why it went: it stops itself rather than lose a commit."""
    log = local_cluster().log
    try:
        fresh = time.time() - log.stat().st_mtime < FRESH_SECONDS
        return fresh and "No space left on device" in log.read_text("utf-8", "replace")[-LOG_TAIL:]
    except OSError:
        return False
