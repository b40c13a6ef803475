"""``kechuang conditions``: checking rules, judging every subject of a fact file, explaining one verdict.

Needs neither Django nor a database. Exit status 0: done; 1: a rule's own case fails; 2: something cannot be read,
with file and line.
"""

import csv
import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click

from kechuang.catalogue.loading import installed_root
from kechuang.pure.conditions.change import Change
from kechuang.pure.conditions.explanation import ClauseExplained, Explained, explained_json, rule_explained
from kechuang.pure.conditions.metrics import Dictionary, metrics_read
from kechuang.pure.conditions.rules import Role, Rule, Verdict, rules_read
from kechuang.pure.conditions.sentence import rule_sentence
from kechuang.pure.conditions.values import Unreadable, date_read, json_text, number_text
from kechuang.pure.conditions.verdict import Failure, cases_failed

if TYPE_CHECKING:
    from kechuang.pure.conditions.bulk import Verdicts
    from kechuang.pure.conditions.columns import Table

UNREADABLE = 2
FAILED = 1
_LINES = 10_000

F = TypeVar("F", bound=Callable[..., Any])


class Stopped(click.ClickException):
    """A file that cannot be used; exit status 2."""

    exit_code = UNREADABLE


def _file(name: str, text: str, *, required: bool = True) -> "Callable[[F], F]":
    kind = click.Path(exists=True, dir_okay=False, path_type=Path)
    return click.option(name, type=kind, required=required, help=text)


def _day(context: click.Context, parameter: click.Parameter, text: str | None) -> date | None:
    try:
        return None if text is None else date_read(text)
    except Unreadable as fault:
        raise click.BadParameter(fault.message) from None


_METRICS = _file("--metrics", "指标字典 YAML（默认为规则库自带的 base/metrics.yaml）。", required=False)
_RULES = _file("--rules", "规则 YAML。")
_FACTS = _file("--facts", "事实 CSV：subject,metric,period,value（UTF-8）。")
_YEAR = click.option("--year", type=click.IntRange(1, 9999), required=True, help="基准年度（四位）。")
_ON = click.option("--on", callback=_day, metavar="YYYY-MM-DD", help="基准日（默认为基准年度 12 月 31 日）。")


@click.group("conditions")
def conditions() -> None:
    """条件与规则：检查规则、批量判定、逐条解释。"""


@conditions.command("check")
@click.argument("rules", metavar="RULES.yaml", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_METRICS
@click.option("--say", is_flag=True, help="把每条规则说成中文。")
@click.pass_context
def check(context: click.Context, rules: Path, metrics: Path | None, *, say: bool) -> None:
    """检查规则文件：写法、指标、类型，并运行规则自带的案例；案例不符时以 1 退出。"""
    dictionary = _dictionary(metrics)
    found = _rules(rules, dictionary)
    if say:
        for rule in found:
            click.echo(rule_sentence(rule, dictionary))
    failures = _failures(found)
    for failure in failures:
        click.echo(f"{rules}:{_sentence(failure)}", err=True)
    cases = sum(len(rule.cases) for rule in found)
    click.echo(f"{len(found)} 条规则，{cases} 个案例，{len(failures)} 个不符。")
    if failures:
        context.exit(FAILED)


@conditions.command("evaluate")
@_RULES
@_FACTS
@_YEAR
@_ON
@_METRICS
def evaluate(rules: Path, facts: Path, year: int, on: date | None, metrics: Path | None) -> None:
    """按规则判定事实文件中的每个主体，输出 CSV：subject,rule,verdict。"""
    from kechuang.pure.conditions.bulk import verdicts  # noqa: PLC0415  # numpy is wanted only where there are columns

    dictionary = _dictionary(metrics)
    found = _rules(rules, dictionary)
    for failure in _failures(found):
        click.echo(f"警告：{rules}:{_sentence(failure)}", err=True)
    table = _facts(facts, dictionary)
    judged = verdicts(found, table, year=year, on=on or date(year, 12, 31))
    _write(sys.stdout.buffer, found, table, judged)


@conditions.command("explain")
@_RULES
@_FACTS
@_YEAR
@_ON
@_METRICS
@click.option("--subject", required=True, help="主体。")
@click.option("--rule", "rule_id", required=True, help="规则编号。")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", help="输出格式。")
def explain(
    *,
    rules: Path,
    facts: Path,
    year: int,
    on: date | None,
    metrics: Path | None,
    subject: str,
    rule_id: str,
    shape: str,
) -> None:
    """解释一个主体在一条规则下的结论：逐条给出所据数字、缺少的事实和最小改变。"""
    dictionary = _dictionary(metrics)
    rule = next((rule for rule in _rules(rules, dictionary) if rule.id == rule_id), None)
    if rule is None:
        raise Stopped(f"{rules}：没有规则“{rule_id}”")
    table = _facts(facts, dictionary)
    if subject not in table.subjects:
        raise Stopped(f"{facts}：没有主体“{subject}”")
    known = table.facts(table.subjects.index(subject), year=year, on=on or date(year, 12, 31))
    explained = rule_explained(rule, known, dictionary)
    if shape == "json":
        click.echo(json_text(explained_json(explained)))
    else:
        click.echo("\n".join(_said(explained, dictionary)))


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Give a fault in a file the file's name and its line."""
    try:
        yield
    except Unreadable as fault:
        line = "" if fault.line is None else f"{fault.line}:"
        column = "" if fault.column is None else f"（第 {fault.column} 个字）"
        raise Stopped(f"{path}:{line} {fault.message}{column}") from None
    except UnicodeDecodeError:
        raise Stopped(f"{path}:{_line_not_utf8(path)}: 不是 UTF-8 文字") from None


def _line_not_utf8(path: Path) -> int:
    with path.open("rb") as file:
        for line, text in enumerate(file, 1):
            try:
                text.decode()
            except UnicodeDecodeError:
                return line
    return 1


def _dictionary(path: Path | None) -> Dictionary:
    chosen = path or installed_root() / "base" / "metrics.yaml"
    with _named(chosen):
        return metrics_read(chosen.read_text(encoding="utf-8-sig"))


def _rules(path: Path, metrics: Dictionary) -> tuple[Rule, ...]:
    with _named(path):
        return rules_read(path.read_text(encoding="utf-8-sig"), metrics)


def _facts(path: Path, metrics: Dictionary) -> "Table":
    from kechuang.pure.conditions.fact_file import facts_read  # noqa: PLC0415  # numpy, see evaluate

    with _named(path), path.open(encoding="utf-8-sig", newline="") as file:

        def from_the_start() -> io.TextIOWrapper:
            file.seek(0)
            return file

        return facts_read(from_the_start, metrics)


def _failures(rules: tuple[Rule, ...]) -> tuple[Failure, ...]:
    return cases_failed(rules, last_year=date.today().year - 1)


def _sentence(failure: Failure) -> str:
    case = failure.case
    return f"{case.line}: 规则“{failure.rule.id}”的案例应为 {case.verdict.value}，而结果是 {failure.found.value}"


def _write(stream: BinaryIO, rules: tuple[Rule, ...], table: "Table", judged: "Verdicts") -> None:
    """Write verdicts as CSV, a subject's rules together; texts are put together once a rule, not once a line."""
    from kechuang.pure.conditions.bulk import VERDICTS  # noqa: PLC0415  # numpy, see evaluate

    stream.write(b"subject,rule,verdict\n")
    tails = [[f",{_quoted(rule.id)},{verdict.value}\n" for verdict in VERDICTS] for rule in rules]
    for start in range(0, len(table.subjects), _LINES):
        columns = [
            [tail[place] for place in row]
            for tail, row in zip(tails, judged[:, start : start + _LINES].tolist(), strict=True)
        ]
        names = [_quoted(subject) for subject in table.subjects[start : start + _LINES]]
        lines = [name + tail for name, *found in zip(names, *columns, strict=True) for tail in found]
        stream.write("".join(lines).encode())
    stream.flush()


def _quoted(text: str) -> str:
    if not any(sign in text for sign in ',"\r\n'):
        return text
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow([text])
    return buffer.getvalue()


def _said(explained: Explained, metrics: Dictionary) -> Iterator[str]:
    rule = explained.rule
    yield f"{rule.title or rule.id}：{explained.verdict.label}"
    for clause in explained.clauses:
        yield f"　[{_label(clause)}] {clause.text}"
        if clause.numbers:
            shown = [f"{name} = {json_text(value)}" for name, value in clause.numbers.items()]
            yield f"　　依据：{'，'.join(shown)}"
        if clause.missing:
            yield f"　　缺少：{'，'.join(clause.missing)}"
        if clause.change is not None:
            yield f"　　{_advice(clause.change, metrics)}"
    points = explained.points
    if any(clause.role is Role.POINTS for clause in rule.clauses):
        got, possible, needed = map(number_text, (points.certain, points.possible, explained.needed))
        yield f"　得分：已确定 {got}，最多可得 {possible}，需要 {needed}"


def _label(clause: ClauseExplained) -> str:
    if clause.clause.role is not Role.VETO:
        return clause.verdict.label
    return {Verdict.MET: "存在该情形", Verdict.UNMET: "不存在该情形", Verdict.UNKNOWN: "待核实"}[clause.verdict]


def _advice(change: Change, metrics: Dictionary) -> str:
    metric = metrics[change.metric]
    year = "" if change.period is None else f"{change.period} 年"
    if isinstance(change.present, bool) or isinstance(change.wanted, bool):
        return f"{year}{metric.name}改为“{'是' if change.wanted else '否'}”即可符合"
    way = "增至" if change.wanted > change.present else "减至"
    present, wanted = number_text(change.present), number_text(change.wanted)
    return f"{year}{metric.name}由 {present}{metric.unit} {way} {wanted}{metric.unit} 即可符合"
