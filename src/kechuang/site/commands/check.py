"""``kechuang check``: what this installation runs on, and what is wrong with it."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import click
import psycopg

from kechuang.site.database.address import Address, read_address
from kechuang.site.environment import TABLE, Environment, new_secret_key, read_environment, unknown_names, unsafe
from kechuang.site.failures import exit_code_and_sentence
from kechuang.site.home import home

EXTENSIONS = ("pg_trgm", "btree_gist")
OLDEST_SERVER = 150_000
KNOWN_GOOD = 180_000


@dataclass(frozen=True)
class Finding:
    """One line of the report. ``wrong`` ones make the command end with 1."""

    text: str
    wrong: bool = False


def _settings(environment: Environment) -> Iterator[Finding]:
    mode = "正式运行" if environment.is_production else "本机试用"
    yield Finding(f"运行方式：{mode}；数据目录：{home()}")
    for sentence in unsafe(environment):
        yield Finding(sentence, wrong=True)
    for name in unknown_names():
        if name != "KECHUANG_COMMAND":
            yield Finding(f"环境变量 {name} 不认识，是否写错了？", wrong=True)


def _database(address: Address) -> Iterator[Finding]:
    from kechuang.site.database.cluster import local_cluster
    from kechuang.site.database.keeping import keep_running

    keep_running()
    try:
        with address.connect() as link:
            shown = link.info.parameter_status("server_version")
            if address.embedded:
                origin = local_cluster().binaries
                yield Finding(f"数据库：{origin.origin} PostgreSQL {shown}（{origin.folder}）")
            else:
                yield Finding(f"数据库：外部 PostgreSQL {shown}（{address.host or '本机'}，库 {address.name}）")
            yield from _server(link)
            yield from _seal(link, is_own=address.embedded)
    except psycopg.OperationalError as error:
        last = str(error).strip().splitlines()[-1]
        yield Finding(f"连不上数据库：{last}", wrong=True)


def _server(link: psycopg.Connection[tuple[Any, ...]]) -> Iterator[Finding]:
    version = link.info.server_version
    if version < OLDEST_SERVER:
        yield Finding("PostgreSQL 低于 15，不能使用。请升级数据库。", wrong=True)
    present = {row[0] for row in link.execute("SELECT name FROM pg_available_extensions")}
    for name in EXTENSIONS:
        if name not in present:
            yield Finding(f"缺少扩展 {name}。请安装 postgresql-contrib。", wrong=True)
    installed = link.execute("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'").fetchone()
    if installed == (1,):
        count = link.execute("SELECT cardinality(show_trgm('科技'))").fetchone()
        good = count != (0,)
        yield Finding(
            "汉字检索：正常" if good else "数据库的字符设置不认汉字，按名称查找会漏。请用 C.UTF-8 区域设置重建数据库。",
            wrong=not good,
        )
    encoding = link.execute("SHOW server_encoding").fetchone()
    if encoding != ("UTF8",):
        yield Finding("数据库编码不是 UTF8。请用 createdb -E UTF8 重建。", wrong=True)


def _seal(link: psycopg.Connection[tuple[Any, ...]], *, is_own: bool) -> Iterator[Finding]:
    """Say whether a blind reviewer's page is built under a role to which the database gives no applicant."""
    asked = link.execute(
        "SELECT current_user, pg_has_role(current_user, 'pg_read_all_data', 'MEMBER'), rolsuper OR rolbypassrls,"
        " to_regclass('review_proposalidentity') IS NOT NULL FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    account, may_take, passes, is_laid = asked or ("", False, False, False)
    if not may_take:
        yield Finding(
            f"匿名评审：数据库账户 {account} 不能改用角色 pg_read_all_data，行级密封不起作用，只有程序把关。"
            f"请数据库管理员执行 GRANT pg_read_all_data TO {account};",
            wrong=True,
        )
        return
    if passes and not is_own:
        yield Finding(
            f"数据库账户 {account} 是超级用户或带 BYPASSRLS，行级密封只在评审专家的页面起作用。"
            f"正式运行请用普通账户：ALTER ROLE {account} NOSUPERUSER NOBYPASSRLS; GRANT pg_read_all_data TO {account};"
        )
    if is_laid:
        with link.transaction(force_rollback=True):
            link.execute("SET LOCAL ROLE pg_read_all_data")
            works = link.execute("SELECT row_security_active('review_proposalidentity')").fetchone() == (True,)
        yield Finding(
            "匿名评审：数据库行级密封有效" if works else "匿名评审：行级密封没有安装。请运行 kechuang migrate。",
            wrong=not works,
        )


def _tables() -> Iterator[Finding]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.core.management.base import SystemCheckError

    from kechuang.site.commands.migrate import pending_migrations

    pending = pending_migrations()
    yield Finding(
        f"数据库的表：还差 {len(pending)} 步更新，请运行 kechuang migrate" if pending else "数据库的表：最新",
        wrong=bool(pending),
    )
    try:
        call_command("check", databases=["default"], stdout=io.StringIO())
    except SystemCheckError as error:
        yield Finding(str(error).strip(), wrong=True)


def _register() -> Iterator[Finding]:
    from kechuang.platforms.services import register_check
    from kechuang.site.commands.migrate import pending_migrations

    if pending_migrations():
        return
    found = register_check()
    for sentence in found:
        yield Finding(f"登记库：{sentence}", wrong=True)
    if not found:
        yield Finding("登记库：与沿革、计数一致")


def _trail() -> Iterator[Finding]:
    from kechuang.kernel.audit_sealing import lateness
    from kechuang.site.commands.migrate import pending_migrations

    if pending_migrations():
        return
    found = lateness()
    if found.is_held_up:
        yield Finding("审计：有一项写入超过 1 分钟没有结束，记录要等它结束才能封存。", wrong=True)
    elif found.is_late:
        yield Finding(
            f"审计：{found.waiting} 条记录超过 1 分钟没有封存。请启动 kechuang worker，或运行 kechuang audit seal。",
            wrong=True,
        )
    else:
        yield Finding("审计：按时封存")


def _search() -> Iterator[Finding]:
    from kechuang.brain.selectors import engine
    from kechuang.site.commands.migrate import pending_migrations

    if pending_migrations():
        return
    reason = engine.trouble()
    yield Finding(reason or f"检索引擎：{'tantivy' if engine.is_chosen() else 'PostgreSQL'}", wrong=bool(reason))


def _catalogue() -> Iterator[Finding]:
    from kechuang.catalogue.checking import problems
    from kechuang.catalogue.loading import BrokenCatalogue, cities, installed_root, load

    root = installed_root()
    for city in cities(root):
        try:
            found = [str(problem) for problem in problems(load(root, city))]
        except BrokenCatalogue as refusal:
            found = [str(problem) for problem in refusal.problems]
        shown = f"规则库 {city}：{len(found)} 个问题，见 kechuang catalogue check" if found else f"规则库 {city}：正常"
        yield Finding(shown, wrong=bool(found))


def _assets() -> Iterator[Finding]:
    from kechuang.site.assets import problems

    found = problems()
    yield Finding(f"{found[0]}。请运行 make install" if found else "页面资源：齐全", wrong=bool(found))


def _parts(environment: Environment) -> Iterator[Callable[[], Iterator[Finding]]]:
    yield lambda: _settings(environment)
    yield lambda: _database(read_address(environment["DATABASE_URL"]))
    if not unsafe(environment):
        yield _tables
        yield _register
        yield _trail
        yield _search
    yield _catalogue
    yield _assets


@click.command()
@click.option("--new-key", is_flag=True, help="只打印一个新的随机密钥，供 KECHUANG_SECRET_KEY 使用。")
@click.option("--settings", "show_settings", is_flag=True, help="只列出各项设置的当前值（不显示口令）。")
def check(*, new_key: bool, show_settings: bool) -> None:
    """检查这套安装用的是什么、哪里不对。有不对的地方时以 1 退出。"""
    if new_key:
        click.echo(new_secret_key())
        return
    environment = read_environment()
    if show_settings:
        for setting in TABLE:
            value = environment[setting.name]
            shown = ("已设置" if value else "未设置") if setting.secret else value
            click.echo(f"{setting.name} = {shown}")
        return
    wrong = 0
    for part in _parts(environment):
        try:
            for finding in part():
                wrong += finding.wrong
                click.echo(f"{'✗' if finding.wrong else '✓'} {finding.text}")
        except Exception as error:
            known = exit_code_and_sentence(error)
            if known is None:
                raise
            wrong += 1
            click.echo(f"✗ {known[1]}")
    click.echo("一切正常。" if not wrong else f"有 {wrong} 处需要处理。")
    click.get_current_context().exit(1 if wrong else 0)
