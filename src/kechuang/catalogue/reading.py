"""Reading YAML and CSV so that every complaint names file, line and key, in Chinese."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")

MOST_COMPLAINTS = 20
"""Complaints listed of one table; a column written wrongly would otherwise fill the screen."""
DEEPEST = 60
"""Collections in one another; what people write by hand stays under ten."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One complaint: where it is (``path`` within the file, 1-based ``line`` where known) and what it is."""

    file: str
    path: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file} 第 {self.line} 行"
        return f"{place}　{self.path}：{self.message}" if self.path else f"{place}：{self.message}"


class BrokenCatalogue(ValueError):
    """Raised when files cannot be read as a catalogue; ``problems`` says all that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


# The same reading by libyaml where PyYAML was built with it: five times as fast.
_SafeLoad: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoad(_SafeLoad):  # type: ignore[misc]  # one of two, known only when it runs
    """PyYAML's safe reading without two surprises.

    A key written twice is an error, not the last one's victory; and only ``true`` and
    ``false`` are truth values, so that the key ``no`` (编号) stays a word.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 (PyYAML's signature)
        seen: set[str] = set()
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                continue
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "键只能是文字", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"键 {key.value} 重复", key.start_mark)
            seen.add(key.value)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return mapping


_StrictLoad.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:bool"]
    for letter, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_StrictLoad.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def read_yaml(path: Path, shown: str, kind: type[T] | Any) -> T:
    """Read one file as ``kind`` (a pydantic type or anything ``TypeAdapter`` takes).

    ``shown`` is the file's name in complaints. Raises ``BrokenCatalogue``.
    """
    node, data = _parsed(path, shown)
    adapter: TypeAdapter[T] = TypeAdapter(kind)
    try:
        return adapter.validate_json(_written(data, shown), strict=True)
    except ValidationError as refusal:
        raise BrokenCatalogue(list(_complaints(refusal, shown, node))) from None


def _written(data: object, shown: str) -> str:
    """Return the data as JSON, in whose terms strictness is meant: lists, words, numbers, dates as words."""
    try:
        return json.dumps(data, ensure_ascii=False, default=_plain)
    except (TypeError, ValueError, RecursionError):
        raise BrokenCatalogue(
            [Problem(shown, "", "含有不能使用的键或值（只用文字、数字、日期、列表和“键: 值”）")]
        ) from None


def read_plain(path: Path, shown: str) -> Any:
    """Read one file as plain lists, dicts and scalars. Raises ``BrokenCatalogue``."""
    return _parsed(path, shown)[1]


def _parsed(path: Path, shown: str) -> tuple[yaml.Node | None, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BrokenCatalogue([Problem(shown, "", "文件不存在")]) from None
    except (OSError, UnicodeDecodeError):
        raise BrokenCatalogue([Problem(shown, "", "文件无法读取，须为 UTF-8 文本")]) from None
    try:
        if _depth(text) > DEEPEST:
            raise yaml.YAMLError(f"层次超过 {DEEPEST} 层")  # noqa: TRY301 (told with all other faults)
        reading = _StrictLoad(text)
        node = reading.get_single_node()
        return node, None if node is None else reading.construct_document(node)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark
        line = None if mark is None else mark.line + 1
        raise BrokenCatalogue([Problem(shown, "", f"YAML 写法有误：{fault.problem}", line)]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        raise BrokenCatalogue([Problem(shown, "", f"YAML 写法有误：{fault}")]) from None


def _depth(text: str) -> int:
    """Return how many collections stand in one another at most; libyaml itself would run out of stack."""
    deepest = depth = 0
    for event in yaml.parse(text, Loader=_StrictLoad):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            return depth
        deepest = max(deepest, depth)
    return deepest


def read_csv(path: Path, shown: str, kind: type[T] | Any, columns: Sequence[str]) -> tuple[T, ...]:
    """Read a table whose header is exactly ``columns``, each row as ``kind``. Raises ``BrokenCatalogue``."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            table = csv.DictReader(lines)
            rows = list(table)
            header = list(table.fieldnames or ())
    except FileNotFoundError:
        raise BrokenCatalogue([Problem(shown, "", "文件不存在")]) from None
    except (OSError, UnicodeDecodeError, csv.Error):
        raise BrokenCatalogue([Problem(shown, "", "文件无法读取，须为 UTF-8 的 CSV")]) from None
    if header != list(columns):
        raise BrokenCatalogue([Problem(shown, "", f"表头应为 {','.join(columns)}", 1)])
    adapter: TypeAdapter[T] = TypeAdapter(kind)
    read: list[T] = []
    found: list[Problem] = []
    for number, row in enumerate(rows, start=2):
        try:
            read.append(adapter.validate_strings({key: value or "" for key, value in row.items()}))
        except ValidationError as refusal:
            found += [replace(problem, line=number) for problem in _complaints(refusal, shown, None)]
    if len(found) > MOST_COMPLAINTS:
        rest = Problem(shown, "", f"另有 {len(found) - MOST_COMPLAINTS} 处类似问题")
        raise BrokenCatalogue([*found[:MOST_COMPLAINTS], rest])
    if found:
        raise BrokenCatalogue(found)
    return tuple(read)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


SENTENCES = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识的键",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "date_parsing": "应为日期（如 2021-12-24）",
    "date_from_datetime_parsing": "应为日期（如 2021-12-24）",
    "date_type": "应为日期（如 2021-12-24）",
    "tuple_type": "应为列表",
    "list_type": "应为列表",
    "dict_type": "应写成“键: 值”的形式",
    "model_type": "应写成“键: 值”的形式",
    "decimal_type": "应为数字",
    "float_type": "应为数字",
    "string_too_short": "不能为空",
    "too_short": "不能为空",
}


def _complaints(refusal: ValidationError, shown: str, node: yaml.Node | None) -> Iterator[Problem]:
    for error in refusal.errors(include_url=False):
        where = [part for part in error["loc"] if not isinstance(part, str) or part != "__root__"]
        yield Problem(shown, _path(where), _sentence(error["type"], error), _line(node, where))


def _sentence(kind: str, error: Any) -> str:
    if kind == "string_pattern_mismatch":
        return f"写法不对：{error['input']}"
    if kind == "literal_error":
        return f"只能是 {error['ctx']['expected'].replace(' or ', '、')}，不能是 {error['input']}"
    if kind == "value_error":
        return str(error["ctx"]["error"])
    return SENTENCES.get(kind, f"写法不对（{error['msg']}）")


def _path(where: Sequence[int | str]) -> str:
    text = ""
    for part in where:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")


def _line(node: yaml.Node | None, where: Sequence[int | str]) -> int | None:
    """Return the 1-based line of the deepest node the path leads to."""
    if node is None:
        return None
    for part in where:
        step = _below(node, part)
        if step is None:
            break
        node = step
    return int(node.start_mark.line) + 1


def _below(node: yaml.Node, part: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        child: yaml.Node = node.value[part]
        return child
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(part)), None)
    return None
