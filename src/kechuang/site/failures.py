"""Which failures are expected, and the one sentence each of them gets."""

import click

from kechuang.site.stop import EXIT_CODE, Stop, sentence_for


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
    names = {kind.__name__ for kind in type(error).__mro__}
    cause = error.__cause__ or error
    sqlstate = str(getattr(cause, "sqlstate", "") or "")
    if sqlstate == "53100":
        return EXIT_CODE, "数据库所在磁盘已满，没有写完。请腾出空间后重试，已提交的数据不受影响。"
    if sqlstate == "42P01":
        return EXIT_CODE, "数据库的表还没有建好。请先运行 kechuang migrate。"
    if "InsufficientPrivilege" in {kind.__name__ for kind in type(cause).__mro__}:
        return EXIT_CODE, "数据库帐号权限不够。请用库的属主，或请管理员预先安装 pg_trgm、btree_gist 扩展。"
    if "OperationalError" in names or "PoolTimeout" in names:
        return EXIT_CODE, "连不上数据库。请运行 kechuang db status 查看，并检查 DATABASE_URL。"
    if "Refused" in names:
        return EXIT_CODE, str(error)
    return None
