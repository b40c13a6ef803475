"""From the outline of a part to sections and tasks: which level is the one that says what is done."""
# ruff: noqa: PLR2004 - small numbers count printed characters, rows or cells

import re
from dataclasses import dataclass, field
from typing import Literal

from kechuang.pure.plans.brackets import Stripped
from kechuang.pure.plans.duties import Phrase
from kechuang.pure.plans.outline import Node
from kechuang.pure.plans.results import Responsibility, Section, Task
from kechuang.pure.plans.titles import is_container, kind_of

# When a text takes effect and who explains it is nothing that is to be done.
_EFFECT = re.compile(
    r"^(?:.{0,10}自(?:印发|发布|公布|20\d\d年)[^，。；]{0,14}起(?:正式)?(?:施行|实施|执行|生效)|(?:本|该|以上)[^，。；]{1,12}(?:自(?:印发|发布|公布|20)|由[^，。；]{2,20}(?:负责)?解释|有效期|执行期)"
    r"|(?:有效期|执行期限|施行日期|解释权)(?:限)?[。：:为自由])"
)
_CLOSING = re.compile(r"^(?:附则|其他|其它|其他事项|有关事项|施行时间|实施日期|执行期限|有效期限?|解释(?:权|机关)?)$")
_CLOSES = re.compile(r"^(?:特此(?:通知|公告|通告|报告|函复|批复)|专此[\u4e00-\u9fff]{0,4}|此复)[。！]?$")
_TABLE_BELOW = re.compile(r"^[^，。；]{0,24}(?:详?见|如)(?:下表|下列表格)(?:所示)?[。：:]?$")
_NO_TASKS = {"general", "background", "timetable"}


@dataclass
class Clauses:
    """Sections and tasks in printed order; ``nodes`` are the outline's nodes of the tasks."""

    sections: list[Section] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)


def clauses_of(root: Node) -> Clauses:
    """Return the sections and tasks under ``root``."""
    clauses = Clauses()
    _children(root, clauses, ())
    return clauses


def _children(node: Node, clauses: Clauses, inherited: tuple[Responsibility, ...]) -> None:
    shared = inherited or _shared(node)
    for child in node.children:
        _visit(child, clauses, shared)


def _visit(node: Node, clauses: Clauses, shared: tuple[Responsibility, ...]) -> None:
    if node.kind in _NO_TASKS:
        _section(node, clauses)
        _children(node, clauses, ())
        return
    deeper = any(child.headed for child in node.children)
    opened = node.headed and bool(node.children) and _opens(node)
    lists = not node.headed and _is_list_text(node)
    if deeper or opened or _shows_table(node):
        _section(node, clauses)
        _children(node, clauses, _own(node))
    elif (node.headed or not lists) and not _only_takes_effect(node):
        clauses.tasks.append(_task(node, shared))


def _shows_table(node: Node) -> bool:
    """Tell whether a heading only leads to the table below, whose rows are the tasks."""
    texts = [node.split.text, *(text.text.strip() for _, text in node.body)]
    said = "".join(texts)
    return node.headed and not node.children and not _phrases(node) and _TABLE_BELOW.match(said) is not None


def _only_takes_effect(node: Node) -> bool:
    if _CLOSING.match(node.title):
        texts = [node.split.text, *(text.text.strip() for _, text in node.body)]
        return node.title == "附则" or any(_EFFECT.match(text) for text in texts)
    return _EFFECT.match(node.head.text.strip()) is not None


def _is_list_text(node: Node) -> bool:
    """Tell whether an unheaded number is only an item of running text, not a task of its own."""
    parent = node.parent
    if parent is None or parent.parent is None:
        return False
    return not (_opens(parent) or any(child.headed for child in parent.children) or not parent.headed)


def _opens(node: Node) -> bool:
    """Tell whether a heading only says that tasks (重点任务) or guarantees (保障措施) follow."""
    return is_container(node.title) or kind_of(node.title) == "guarantee"


def _section(node: Node, clauses: Clauses) -> None:
    if node.headed and node.title:
        clauses.sections.append(Section(node.path(), node.title))


def _own(node: Node) -> tuple[Responsibility, ...]:
    """Return the responsibilities a heading prints for all that stands under it."""
    if any(_phrases(child) for child in node.children):
        return ()
    return _records([node.head, *(text for _, text in node.body)])


def _phrases(node: Node) -> bool:
    texts = [node.head, *(text for _, text in node.body)]
    return any(text.phrases for text in texts) or any(_phrases(child) for child in node.children)


def _shared(node: Node) -> tuple[Responsibility, ...]:
    """Return a closing 责任单位 line under the last of several headed items, meant for all of them."""
    children = [child for child in node.children if child.headed]
    if len(children) < 2 or node.parent is None or any(_phrases(child) for child in children[:-1]):
        return ()
    last = children[-1]
    closing = [text for _, text in last.body if text.phrases]
    whole = closing and all(not text.text.strip("。；") for text in closing)
    if last.head.phrases or last.children or not whole:
        return ()
    return _records(closing)


def _task(node: Node, shared: tuple[Responsibility, ...]) -> Task:
    texts = _texts(node)
    groups = _records([text for _, text in texts])
    first = node.split.text if node.title else node.head.text.strip()
    lines = [first, *(text.text.strip() for _, text in texts[1:])]
    kind: Literal["task", "guarantee"] = "guarantee" if node.kind == "guarantee" else "task"
    section = node.parent.path() if node.parent is not None and node.parent.parent is not None else ""
    return Task(
        no=node.no,
        section=section or None,
        kind=kind,
        title=node.title,
        text="".join(line for line in lines if line),
        responsibilities=groups or shared,
        line=node.line,
    )


def _texts(node: Node) -> list[tuple[int, Stripped]]:
    """Return the paragraphs of a task in order, those of its unheaded numbers with the number."""
    texts = [(node.line, node.head), *_body(node)]
    for child in node.walk():
        texts.append((child.line, child.head._replace(text=child.mark + child.head.text)))
        texts += _body(child)
    return texts


def _body(node: Node) -> list[tuple[int, Stripped]]:
    """Return the paragraphs under a number, without those that close the document."""
    return [
        (line, text)
        for line, text in node.body
        if not _CLOSES.match(text.text.strip()) and not _EFFECT.match(text.text.strip())
    ]


def _records(texts: list[Stripped]) -> tuple[Responsibility, ...]:
    """Return one record a phrase; 牵头单位 and 配合单位 lines that follow each other are one."""
    merged: list[Phrase] = []
    open_label = False
    for text in texts:
        for place, phrase in enumerate(text.phrases):
            follows = open_label if place == 0 else True
            if merged and follows and _belong_together(merged[-1], phrase):
                merged[-1] = merged[-1].joined(phrase)
            else:
                merged.append(phrase)
        if text.text.strip() or text.phrases:
            open_label = text.labelled
    return tuple(phrase.record() for phrase in merged)


def _belong_together(first: Phrase, second: Phrase) -> bool:
    printed = first.labelled and second.labelled and not first.bracketed and not second.bracketed
    return printed and not first.told & second.told
