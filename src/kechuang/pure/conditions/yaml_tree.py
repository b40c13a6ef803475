"""Answers for reading YAML with the line of everything and every scalar as it was written.

A threshold of 0.1 must stay 0.1 and a key ``on`` must stay "on", so scalars are not turned into Python values here:
each reading function asks for the kind it needs. A repeated key is refused, because YAML's habit of letting
the last one win would drop a condition silently.
"""

from dataclasses import dataclass

import yaml

from kechuang.pure.conditions.values import Unreadable

_MOST_NODES = 200_000
_NULLS = {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value: its text, and whether it stood without quotes."""

    text: str
    plain: bool
    line: int

    @property
    def empty(self) -> bool:
        return self.plain and self.text in _NULLS


@dataclass(frozen=True, slots=True)
class Listing:
    """A sequence of nodes."""

    items: tuple["Tree", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping from texts to nodes, in the file's order."""

    items: dict[str, "Tree"]
    line: int

    def only(self, *keys: str) -> None:
        """Refuse any key that is not among ``keys``: a misspelt key is a condition lost."""
        for key, item in self.items.items():
            if key not in keys:
                raise Unreadable(f"不认识的键“{key}”（可用：{'、'.join(keys)}）", line=item.line)

    def get(self, key: str) -> "Tree | None":
        item = self.items.get(key)
        return None if isinstance(item, Scalar) and item.empty else item

    def need(self, key: str) -> "Tree":
        item = self.get(key)
        if item is None:
            raise Unreadable(f"缺少“{key}”", line=self.line)
        return item

    def text(self, key: str, default: str | None = None) -> str:
        """Return the text under ``key``; without a default it must be there."""
        item = self.need(key) if default is None else self.get(key)
        return default or "" if item is None else text_of(item, key)

    def flag(self, key: str) -> bool:
        """Return the boolean under ``key``, false where it is absent."""
        item = self.get(key)
        if item is None:
            return False
        text = flag_text(text_of(item, key))
        if text not in {"true", "false"}:
            raise Unreadable(f"“{key}”应为 true 或 false", line=item.line)
        return text == "true"

    def mapped(self, key: str) -> "Mapped | None":
        item = self.get(key)
        return None if item is None else mapped_of(item, key)

    def listed(self, key: str) -> tuple["Tree", ...]:
        """Return the sequence under ``key``, empty where it is absent."""
        item = self.get(key)
        if item is None:
            return ()
        if not isinstance(item, Listing):
            raise Unreadable(f"“{key}”应为列表", line=item.line)
        return item.items


Tree = Scalar | Listing | Mapped


def text_of(item: Tree, name: str) -> str:
    """Return a scalar's text; raises ``Unreadable`` where ``item`` is a list or mapping."""
    if not isinstance(item, Scalar):
        raise Unreadable(f"“{name}”应为单个值", line=item.line)
    return item.text


def flag_text(text: str) -> str:
    """Return YAML's other spellings of true and false (True, TRUE) as the one used here."""
    return text.lower() if text in {"True", "TRUE", "False", "FALSE"} else text


def mapped_of(item: Tree, name: str) -> Mapped:
    """Return ``item`` as a mapping, or raise ``Unreadable``."""
    if not isinstance(item, Mapped):
        raise Unreadable(f"“{name}”应为键值对", line=item.line)
    return item


def tree_read(text: str) -> Tree:
    """Read a YAML text; raises ``Unreadable`` with the line."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        raise Unreadable(f"YAML 格式错误：{problem.problem}", line=mark.line + 1 if mark else None) from None
    except yaml.reader.ReaderError as problem:
        line = text.count("\n", 0, int(problem.position)) + 1
        raise Unreadable("YAML 中有不允许的字符", line=line) from None
    except RecursionError:
        raise Unreadable("YAML 嵌套过深") from None
    if root is None:
        raise Unreadable("文件是空的", line=1)
    try:
        return _Planting().tree(root)
    except RecursionError:
        raise Unreadable("YAML 嵌套过深") from None


class _Planting:
    """Turns composed nodes into trees and counts them, so that aliases of aliases cannot fill the memory."""

    def __init__(self) -> None:
        self.count = 0

    def tree(self, node: yaml.Node) -> Tree:
        line = node.start_mark.line + 1
        self.count += 1
        if self.count > _MOST_NODES:
            raise Unreadable("YAML 过大或引用过多", line=line)
        if isinstance(node, yaml.ScalarNode):
            return Scalar(node.value, node.style is None, line)
        if isinstance(node, yaml.SequenceNode):
            return Listing(tuple(self.tree(item) for item in node.value), line)
        items: dict[str, Tree] = {}
        for key, item in node.value:
            at = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise Unreadable("键应为文本", line=at)
            if key.value in items:
                raise Unreadable(f"键“{key.value}”重复", line=at)
            items[key.value] = self.tree(item)
        return Mapped(items, line)
