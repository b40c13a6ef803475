"""Commands of expert review that need no database: anyone can run them on published files.

Exit codes: 0 done and, for the two verifications, confirmed; 1 not confirmed; 2 the command or a
file is wrong; 3 there is no feasible assignment.
"""

from __future__ import annotations

import json
import secrets
import time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NoReturn

import click

from kechuang.pure.strict_json import Malformed, parse_json

NOT_CONFIRMED, WRONG, INFEASIBLE = 1, 2, 3
_FILE = click.Path(path_type=Path)


@click.group(name="review")
def review() -> None:
    """专家评审：分配、抽取及其核验，不需要数据库。"""


@review.command()
@click.argument("instance_path", metavar="INSTANCE", type=_FILE)
@click.option("--objective", type=click.Choice(["total", "fair", "random"]), default="total", show_default=True,
              help="total 总分最高；fair 先使最低一对的分数最高；random 限定每对概率后抽定。")  # fmt: skip
@click.option("--seed", type=int, default=None, help="random 的种子；不给则随机产生并写入结果。")
@click.option("--max-probability", default="0.5", show_default=True, help="random 中任何一对的概率上限。")
@click.option("--out", type=_FILE, required=True, help="结果文件。")
def assign(instance_path: Path, objective: str, seed: int | None, max_probability: str, out: Path) -> None:
    """求最优分配并附证明；无解时说明原因，退出码为 3。"""
    limit = _thousandths(max_probability)
    instance = _instance(instance_path)
    if not out.parent.is_dir():
        _stop(f"结果文件所在的目录 {out.parent} 不存在。")
    result = _solve(instance, objective, limit, secrets.randbelow(2**63) if seed is None else seed)
    _write(out, result)
    if result["status"] == "infeasible":
        for reason in result["reasons"]:
            click.echo(f"{reason['text']}可行的最小调整：{reason['relaxation']}", err=True)
        raise click.exceptions.Exit(INFEASIBLE)
    click.echo(
        f"已求得最优分配：目标值 {result['objective']}，共 {len(result['pairs'])} 对，用时 {result['seconds']} 秒。"
    )


@review.command(name="verify-assignment")
@click.argument("instance_path", metavar="INSTANCE", type=_FILE)
@click.argument("result_path", metavar="RESULT", type=_FILE)
def verify_assignment(instance_path: Path, result_path: Path) -> None:
    """核验分配结果可行且最优：不用求解器，只按证明重算上界。"""
    from kechuang.pure.assignment.checking import check  # noqa: PLC0415 - the command list opens without it
    from kechuang.pure.assignment.claims import read_claim  # noqa: PLC0415
    from kechuang.pure.assignment.rounding import draw  # noqa: PLC0415

    instance = _instance(instance_path)
    try:
        claim = read_claim(_read(result_path))
    except Malformed as fault:
        _stop(f"{result_path}：{fault}")
    if claim is None:
        _refuse(["结果称没有可行的分配，没有方案可以核验。"])
    faults = check(instance, claim)
    if not faults and claim.chances is not None:
        again = draw(instance, claim.chances, claim.seed) if claim.seed is not None else None
        if again != sorted(claim.pairs):
            faults = ["按所报种子与概率重抽，结果与所列各对不同。"]
    if faults:
        _refuse(faults)
    click.echo(f"核验通过：{len(claim.pairs)} 对全部符合规则，目标值 {claim.objective} 等于证明的上界，已是最优。")


@review.command()
@click.argument("terms_path", metavar="TERMS", type=_FILE)
@click.option("--seed", required=True, help="事先已公布摘要的种子，至少 16 个字符。")
@click.option("--public-value", default="", help="事后才公开、事先无人能知的数值，可不填。")
@click.option("--out", type=_FILE, required=True, help="抽取记录文件。")
def draw(terms_path: Path, seed: str, public_value: str, out: Path) -> None:
    """按名额、回避名单和种子抽取专家，写出任何人都能重抽的记录。"""
    from kechuang.pure.drawing.panel import TooFew  # noqa: PLC0415 - the command list opens without it
    from kechuang.pure.drawing.protocol import read_terms, write_protocol  # noqa: PLC0415

    try:
        protocol = write_protocol(read_terms(_read(terms_path)), seed=seed, public_value=public_value)
    except Malformed as fault:
        _stop(f"{terms_path}：{fault}")
    except TooFew as refusal:
        click.echo(str(refusal), err=True)
        raise click.exceptions.Exit(INFEASIBLE) from None
    _write(out, protocol)
    members = sum(line["role"] == "member" for line in protocol["order"])
    click.echo(f"已抽取 {members} 名专家，记录写入 {out}。")


@review.command(name="new-seed")
def new_seed() -> None:
    """产生一个种子及其摘要：摘要在截止前公布，种子在抽取时公开。"""
    from kechuang.pure.drawing.protocol import commitment  # noqa: PLC0415 - the command list opens without it

    seed = secrets.token_hex(16)
    click.echo(f"种子（抽取前保密）：{seed}\n摘要（现在公布）：{commitment(seed)}")


@review.command(name="verify-draw")
@click.argument("protocol_path", metavar="FILE", type=_FILE)
def verify_draw(protocol_path: Path) -> None:
    """按抽取记录重抽一遍，说明有无不同。"""
    from kechuang.pure.drawing.protocol import differences  # noqa: PLC0415 - the command list opens without it

    try:
        found = differences(_read(protocol_path))
    except Malformed as fault:
        _stop(f"{protocol_path}：{fault}")
    if found:
        _refuse(found)
    click.echo("核验通过：种子与摘要相符，按记录重抽的结果完全一致。")


def _solve(instance: Any, objective: str, limit: int, seed: int) -> dict[str, Any]:
    from kechuang.pure.assignment import solving  # noqa: PLC0415 - loads numpy and the solver

    began = time.perf_counter()
    if objective == "random":
        result = solving.assign_random(instance, limit=limit, seed=seed, progress=_tell)
    elif objective == "fair":
        result = solving.assign_fair(instance, progress=_tell)
    else:
        result = solving.assign_total(instance, progress=_tell)
    return {**result, "seconds": round(time.perf_counter() - began, 3)}


def _tell(step: str) -> None:
    click.echo(f"{step}……", err=True)


def _thousandths(text: str) -> int:
    try:
        value = Decimal(text)
    except InvalidOperation:
        _stop("概率上限应为数字。")
    if not value.is_finite() or not Decimal("0.001") <= value <= 1:
        _stop("概率上限应在 0.001 与 1 之间。")
    return int(value * 1000)


def _instance(path: Path) -> Any:
    from kechuang.pure.assignment.reading import read_instance, unknown_keys  # noqa: PLC0415 - as above

    data = _read(path)
    try:
        instance = read_instance(data)
    except Malformed as fault:
        _stop(f"{path}：{fault}")
    for key in unknown_keys(data):
        click.echo(f"注意：{path} 中的“{key}”不属于本格式，未予理会。", err=True)
    return instance


def _read(path: Path) -> Any:
    try:
        return parse_json(path.read_bytes())
    except OSError as fault:
        _stop(f"无法读取 {path}：{_fault(fault)}。")
    except Malformed as fault:
        _stop(f"{path}：{fault}")


def _write(path: Path, data: dict[str, Any]) -> None:
    try:
        path.write_text(json.dumps(data, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as fault:
        _stop(f"无法写入 {path}：{_fault(fault)}。")


def _fault(fault: OSError) -> str:
    known = {FileNotFoundError: "没有这个文件", IsADirectoryError: "这是文件夹", PermissionError: "没有权限"}
    return known.get(type(fault)) or fault.strerror or "系统没有说明原因"


def _stop(text: str) -> NoReturn:
    click.echo(f"错误：{text}", err=True)
    raise click.exceptions.Exit(WRONG)


def _refuse(faults: list[str]) -> NoReturn:
    for fault in faults:
        click.echo(f"核验不通过：{fault}", err=True)
    raise click.exceptions.Exit(NOT_CONFIRMED)
