"""``kechuang``: the one command line.

Commands are imported when they are called, so ``kechuang plan read`` starts without Django, and a package that
is not there costs a sentence, not the whole program.
"""

import importlib
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from kechuang.site.failures import exit_code_and_sentence
from kechuang.site.words import speak_chinese

UNEXPECTED = 1
INTERRUPTED = 130


@dataclass(frozen=True)
class Entry:
    """One command: where it lives and what one line of help says of it."""

    where: str
    summary: str
    hidden: bool = False


ENTRIES = {
    "run": Entry("kechuang.site.commands.run:run", "一条命令在本机试用：数据库、规则库、示例城市、网页一次就绪。"),
    "serve": Entry("kechuang.site.commands.serve:serve", "启动网页服务。"),
    "worker": Entry("kechuang.site.commands.worker:worker", "启动后台任务。"),
    "migrate": Entry("kechuang.site.commands.migrate:migrate", "建立或更新数据库的表。"),
    "plan": Entry("kechuang.plan.cli:plan", "规划文本：读取、导入、查看进展。"),
    "catalogue": Entry("kechuang.kernel.cli:catalogue", "规则库：检查、载入。"),
    "conditions": Entry("kechuang.catalogue.conditions_cli:conditions", "条件与规则：逐条核对、演算。"),
    "review": Entry("kechuang.review.cli:review", "专家评审：最优分配、随机抽取及其核验，不需要数据库。"),
    "search": Entry("kechuang.site.commands.search:search", "检索：重建条目、查看是否同步。"),
    "sample": Entry("kechuang.site.sample.cli:sample", "示例城市：载入、删除。"),
    "account": Entry("kechuang.site.commands.account:account", "帐号：开立第一个管理员、重设口令。"),
    "audit": Entry("kechuang.site.commands.audit:audit", "审计：核验审计文件，不需要服务器；封存、导出、核对。"),
    "db": Entry("kechuang.site.commands.db:db", "数据库：启动、停止、状态、备份、恢复。"),
    "check": Entry("kechuang.site.commands.check:check", "检查安装：数据库、规则库、页面资源、安全设置。"),
    "django": Entry("kechuang.site.commands.django:django", "Django 管理命令。", hidden=True),
}


class Program(click.Group):
    """The group whose commands are imported one by one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order a newcomer needs them."""
        return [name for name, entry in ENTRIES.items() if not entry.hidden]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command; without its package it is a command that says so."""
        entry = ENTRIES.get(cmd_name)
        if entry is None:
            return None
        module, _, name = entry.where.partition(":")
        try:
            found = getattr(importlib.import_module(module), name)
        except ModuleNotFoundError as error:
            if error.name is None or not module.startswith(error.name):
                raise
            raise click.ClickException(f"这个版本没有 {cmd_name} 命令。") from None
        if not isinstance(found, click.Command):
            raise TypeError(f"{entry.where} is not a command")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("命令"):
            formatter.write_dl([(name, ENTRIES[name].summary) for name in self.list_commands(ctx)])


@click.command(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="每个命令都可加 --help 查看用法。设置一律来自环境变量，见 docs/reference/settings.md。",
)
@click.version_option(package_name="kechuang", message="kechuang %(version)s", help="显示版本。")
def cli() -> None:
    """科创：城市科技创新平台管理系统。

    第一次试用：kechuang run。正式运行：先 kechuang check，再 kechuang serve 与 kechuang worker。
    """


def _use_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., Any] | None = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")


def _report(error: BaseException) -> int:
    """Write what nobody foresaw to a file and say where; return the exit code."""
    text = "".join(traceback.format_exception(error))
    try:
        handle, name = tempfile.mkstemp(prefix="kechuang-error-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        where = f"详情写在 {Path(name)}"
    except OSError:
        where = type(error).__name__
    click.echo(f"程序出错了，这不是您的问题。{where}，请连同所用命令一并反馈。", err=True)
    return UNEXPECTED


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0, 2 with one sentence on what is expected to go wrong, or 1 on a fault of ours."""
    _use_utf8()
    speak_chinese()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kechuang.site.settings")
    os.environ["KECHUANG_COMMAND"] = "1"
    try:
        result = cli.main(args=arguments, prog_name="kechuang", standalone_mode=False)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 (the last place that can turn it into a sentence)
        known = exit_code_and_sentence(error)
        if known is None:
            return _report(error)
        code, sentence = known
        if sentence:
            click.echo(sentence, err=True)
        return code
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    sys.exit(main())
