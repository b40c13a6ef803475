"""Plans on the command line: ``kechuang plan read`` prints what a file says.

Reading needs no database and loads no Django; it is exit status 0 with one JSON object
(or a table), or exit status 2 with one Chinese sentence on standard error.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kechuang.pure.plans import PlanReading, Responsibility

_UNREADABLE = 2


@click.group("plan", help="读取、导入规划文件，查看实施进度。")
def plan() -> None:
    """Group the commands about plans."""


@plan.command(
    "read", help="读取一份规划文件（.txt .md .html .docx .pdf，- 表示标准输入），只打印结果，不写入任何数据。"
)
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--format", "shape", type=click.Choice(["json", "table"]), default="json", show_default=True, help="输出格式。"
)
def read(file: Path, shape: str) -> None:
    """Print what ``file`` says as JSON or as a table."""
    from kechuang.pure.plans import Unreadable, read_bytes  # noqa: PLC0415 - --help stays instant

    try:
        reading = read_bytes(_content(file), name=file.name)
    except Unreadable as refusal:
        _refuse(str(refusal))
    except OSError as error:
        _refuse(_sentence(file, error))
    _print(reading.to_json() if shape == "json" else _table(reading))


def _content(file: Path) -> bytes:
    return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()


def _sentence(file: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"找不到文件：{file}"
    if isinstance(error, IsADirectoryError):
        return f"这是文件夹，不是文件：{file}"
    if isinstance(error, PermissionError):
        return f"没有读取权限：{file}"
    return f"无法读取文件：{file}"


def _refuse(sentence: str) -> None:
    sys.stderr.buffer.write(f"{sentence}\n".encode())
    sys.stderr.buffer.flush()
    raise SystemExit(_UNREADABLE)


def _print(text: str) -> None:
    # The JSON is UTF-8 whatever the locale says (LC_ALL=C).
    try:
        sys.stdout.buffer.write(f"{text}\n".encode())
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        sys.stderr.close()


def _table(reading: "PlanReading") -> str:
    head = reading.document
    lines = [f"文件：{head.title or '（未写明）'}"]
    if head.document_number:
        lines.append(f"文号：{head.document_number}")
    lines += [f"发文：{'、'.join(head.issuers) or '（未写明）'}　{head.signed_on or ''}", "", "任务与保障"]
    for task in reading.tasks:
        mark = "保障" if task.kind == "guarantee" else "任务"
        lines.append(f"  {mark}　{task.section or ''}{task.no or ''}　{task.title or task.text[:30]}")
        lines += [f"        {_who(group)}" for group in task.responsibilities]
    lines += ["", "指标"]
    for row in reading.indicators:
        base = f"{row.base.year or '基期'} 年 {row.base.value} → " if row.base else ""
        targets = "、".join(f"{t.year or '目标'} 年 {'' if t.op == '=' else t.op}{t.value}" for t in row.targets)
        lines.append(f"  {row.name}（{row.unit or '单位未写明'}）　{base}{targets or '无目标值'}")
    lines += ["", "时间要求", *(f"  {item.when}　{item.what}" for item in reading.milestones)]
    lines += ["", "请核对", *(f"  第 {item.line} 行　{item.message}" for item in reading.findings)]
    return "\n".join(lines)


def _who(group: "Responsibility") -> str:
    parts = []
    if group.lead:
        parts.append(f"牵头：{'、'.join(group.lead)}")
    if group.cooperating:
        parts.append(f"配合：{'、'.join(group.cooperating)}")
    if group.departments:
        parts.append(f"{group.role or '责任'}：{'、'.join(group.departments)}")
    if group.local:
        parts.append(f"地方：{'、'.join(group.local)}")
    offices = group.lead_offices + group.cooperating_offices
    if offices:
        parts.append(f"处室：{'、'.join(offices)}")
    return "　".join(parts) + ("　等" if group.et_al else "")


@plan.command("import", help="读入一份规划文件，存为草稿供核对；加 --publish 则随即发布，核对事项一并确认。")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--as", "username", default="", help="以哪个用户（联席会议办公室）的名义；只有一位时可以不写。")
@click.option("--code", default="", help="作为哪个方案的新版本（方案代码）；不写则按名称判断。")
@click.option("--publish", is_flag=True, help="读入后立即发布。")
def import_file(file: Path, username: str, code: str, *, publish: bool) -> None:
    """Store ``file`` as a draft plan in the name of an officer, and publish it when asked."""
    from kechuang.pure.plans import Unreadable  # noqa: PLC0415 - --help stays instant

    _django()
    from kechuang.plan.desk import import_bytes, told  # noqa: PLC0415 - only now is Django set up

    name = "" if str(file) == "-" else file.name
    try:
        outcome = import_bytes(_content(file), name=name, username=username, code=code, publish=publish)
    except Unreadable as refusal:
        _refuse(str(refusal))
    except OSError as error:
        _refuse(_sentence(file, error))
    _print(told(outcome))


@plan.command("status", help="指标进度表：基期、今年目标、现有、状态和理由。")
@click.option("--on", "on", default="", help="截至哪一天，如 2022-12-31；默认今天。")
@click.option("--code", default="", help="哪个方案（方案代码）；默认现行的。")
def status(on: str, code: str) -> None:
    """Print the readings of the plan in force on a day."""
    _django()
    from kechuang.plan.desk import status_table  # noqa: PLC0415 - only now is Django set up

    _print(status_table(on=on, code=code))


def _django() -> None:
    import django  # noqa: PLC0415 - reading needs none

    django.setup()
