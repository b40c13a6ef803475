"""The tree of numbered paragraphs of one part of a document, with restored numbers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kechuang.pure.plans.blocks import Paragraph
from kechuang.pure.plans.brackets import Stripped, strip_duties
from kechuang.pure.plans.headings import RANKS, Mark, mark_of, number_text
from kechuang.pure.plans.results import Finding
from kechuang.pure.plans.titles import Kind, Split, is_container, kind_of, looks_like_title, split_title, title_of

_BOX = re.compile(r"^\s*专\s*栏\s*[\d一二三四五六七八九十]*")
_WORDS_ONLY = re.compile(r"^[\u4e00-\u9fff]{4,10}$")
_NAMED = re.compile(r"^\s*(?:任务|工作|项目|事项|措施)名称\s*[：:]\s*")
_MAX_PLAIN = 12
_SOME_PARTS = 3


@dataclass
class Node:
    """A numbered paragraph with what follows it up to the next number of its rank."""

    style: str
    value: int | None
    no: str | None
    line: int
    head: Stripped
    split: Split
    parent: "Node | None" = None
    children: list["Node"] = field(default_factory=list)
    body: list[tuple[int, Stripped]] = field(default_factory=list)
    headed: bool = False
    title: str = ""
    kind: Kind = "task"
    restored: bool = False
    mark: str = ""

    @property
    def rank(self) -> int:
        return RANKS.get(self.style, -1)

    def follows(self) -> bool:
        """Tell whether text, numbers or responsibilities stand under the number."""
        return bool(self.body or self.children or self.head.phrases)

    def path(self) -> str:
        """Return the numbers from the top down, joined by a slash."""
        above = self.parent.path() if self.parent and self.parent.parent else ""
        own = self.title if self.style == "plain" else self.no or ""
        return f"{above}/{own}" if above else own

    def walk(self) -> Iterator["Node"]:
        """Yield the nodes below, in printed order."""
        for child in self.children:
            yield child
            yield from child.walk()


def root_node() -> Node:
    """Return the node above the first level of one part."""
    return Node("root", None, None, 0, Stripped("", (), labelled=False), Split("own", "", ""))


class Outline:
    """Builds the tree of one part, paragraph by paragraph."""

    def __init__(self, *, bare: bool = False) -> None:
        self._bare = bare
        self.root = root_node()
        self.current = self.root
        self._box: int | None = None
        self._articles: str | None = None
        self._last: dict[str, int] = {}
        self._lost: list[Node] = []

    def add(self, paragraph: Paragraph) -> None:
        """Take in the next paragraph."""
        mark = mark_of(paragraph.text, bare=self._bare)
        if _BOX.match(paragraph.text):
            self._box = 0
            mark = None
        if mark is not None:
            mark = self._with_style(mark) if mark.value is None else self._placed(mark)
        if mark is None and self._is_plain_heading(paragraph.text.strip()):
            mark = Mark("plain", None, None, paragraph.text.strip())
        if mark is None or self._in_box(mark):
            self._add_text(paragraph)
            return
        self._box = None
        self._open(mark, paragraph)

    def _is_plain_heading(self, text: str) -> bool:
        """Tell whether a line without a number opens a part (重点任务, 保障措施), where no part is numbered."""
        if len(text) > _MAX_PLAIN or any(
            node.rank <= RANKS["chinese"] and node.style != "plain" for node in self.root.children
        ):
            return False
        return (
            "指标" not in text and _WORDS_ONLY.match(text) is not None and (kind_of(text) not in {None, "background"})
        )

    def _add_text(self, paragraph: Paragraph) -> None:
        text = paragraph.text.strip()
        if text:
            self.current.body.append((paragraph.line, strip_duties(text)))

    def _with_style(self, mark: Mark) -> Mark | None:
        """Give a lost number the style of the open sibling it must belong to."""
        styles = ("bracketed", "arabic_bracketed") if mark.style == "bracketed" else ("chinese", "arabic")
        node: Node | None = self.current
        while node is not None and node.parent is not None:
            if node.style in styles:
                return mark._replace(style=node.style)
            node = node.parent
        # Without a sibling before it, ")…" opens a level only right under a heading.
        opens = mark.style == "bracketed" and self.current.style == "chinese"
        return mark if opens else None

    def _placed(self, mark: Mark) -> Mark | None:
        """Return the mark with the rank it has here, None where it is no number after all."""
        if mark.style == "article":
            return mark._replace(style=self._style_of_articles())
        if mark.style == "zero":  # 01 总体思路 heads a part of the whole, or it is a cell
            return mark if not self.root.children or self.root.children[-1].style == "zero" else None
        if mark.style == "arabic" and mark.rest[:1].isdecimal():
            return mark if self._continues(mark) else None
        return mark

    def _style_of_articles(self) -> str:
        """Tell where 第一条 stands: above 一、 or, as in many sets of measures, under it or under （一）."""
        if self._articles is None:
            chain = {node.style: node for node in self._open_nodes() if _only_heads(node)}
            below = "provision" if self.current.style == "bracketed" and "bracketed" in chain else "clause"
            self._articles = below if "chinese" in chain else "article"
        return self._articles

    def _open_nodes(self) -> Iterator[Node]:
        node = self.current
        while node.parent is not None:
            yield node
            node = node.parent

    def _continues(self, mark: Mark) -> bool:
        """Tell whether a number before a figure (3.5G网络) is the next of its row, not a decimal."""
        node: Node | None = self.current
        while node is not None:
            last = node.children[-1] if node.children else None
            if last is not None and last.style == mark.style:
                return mark.value in {1, (last.value or 0) + 1}
            node = node.parent
        return mark.value == self._last.get(mark.style, 0) + 1 or mark.value == 1

    def _in_box(self, mark: Mark) -> bool:
        """Tell whether a number belongs to a framed list (专栏) inside the text."""
        if self._box is None or mark.rank < RANKS["arabic"] or self.current.parent is None:
            return False
        if mark.value == self._box + 1:
            self._box += 1
            return True
        same = mark.style == self.current.style and mark.value == (self.current.value or 0) + 1
        return not same

    def _open(self, mark: Mark, paragraph: Paragraph) -> None:
        parent = self.current
        while parent.parent is not None and parent.rank >= mark.rank:
            parent = parent.parent
        head = strip_duties(mark.rest.strip())
        split = split_title(_NAMED.sub("", head.text)) if head.text.strip() else Split("own", "", "")
        printed = paragraph.text.strip()
        number = printed[: len(printed) - len(mark.rest)].strip() if mark.style != "plain" else ""
        node = Node(mark.style, mark.value, mark.no, paragraph.line, head, split, parent, mark=number)
        parent.children.append(node)
        self.current = node
        self._last[mark.style] = mark.value or 0

    def finished(self) -> Node:
        """Return the root, numbers restored and headings decided."""
        _restore(self.root)
        _decide(self.root)
        return self.root


def _only_heads(node: Node) -> bool:
    """Tell whether a number prints nothing but a heading."""
    if node.split.form == "sentence" and (node.body or node.head.phrases):
        return False
    return node.split.form in {"own", "sentence"} and looks_like_title(node.split)


def _groups(node: Node) -> list[list[Node]]:
    """Return the children in runs of one style."""
    groups: list[list[Node]] = []
    for child in node.children:
        if groups and groups[-1][0].style == child.style:
            groups[-1].append(child)
        else:
            groups.append([child])
    return groups


def _restore(root: Node) -> None:
    """Give lost numbers back where the numbers before and after leave one choice."""
    running: dict[str, int] = {}
    for node in [root, *root.walk()]:
        for group in _groups(node):
            _restore_group(group, running.get(group[0].style, 0))
            known = [child.value for child in group if child.value is not None]
            if known:
                running[group[0].style] = known[-1]


def _restore_group(group: list[Node], before: int) -> None:
    for place, node in enumerate(group):
        if node.value is not None:
            continue
        ahead = next((n for n in range(place, len(group)) if group[n].value is not None), None)
        if ahead is None:
            continue
        following = group[ahead].value or 0
        previous = group[place - 1].value if place else None
        starts = {0, before} if place == 0 else {previous}
        if following - (ahead - place) - 1 in starts:
            node.value = following - (ahead - place)
            node.no = number_text(node.style, node.value)
            node.restored = True


def _decide(root: Node) -> None:
    for node in [root, *root.walk()]:
        for group in _groups(node):
            _decide_group(group)
        for child in node.children:
            child.kind = _kind_under(child, node)
    last = root.children[-1] if len(root.children) >= _SOME_PARTS else None
    if last is not None and last.kind == "task" and "保障" in last.title and not is_container(last.title):
        last.kind = "guarantee"  # 强化要素保障 at the end of a plan says how the rest is guaranteed
        for child in last.walk():
            child.kind = "guarantee" if child.kind == "task" else child.kind


def _decide_group(group: list[Node]) -> None:
    titled = [node for node in group if _is_titled(node)]
    sentences = all(node.split.form == "sentence" and not (node.body or node.children) for node in titled)
    share = 4 / 3 if sentences else 2 if group[0].rank > RANKS["chinese"] else 3
    headed = len(titled) * share >= len(group) and bool(titled)
    for node in group:
        node.headed = headed
        node.title = title_of(node.split.title) if headed and _takes_title(node) else ""


def _is_titled(node: Node) -> bool:
    if not looks_like_title(node.split):
        return False
    if node.split.form == "sentence":
        return bool(node.body or node.children) or not re.search("[，、,]", node.split.title)
    if node.split.form == "own":
        return node.follows() or node.rank < RANKS["bracketed"]
    return True


def _takes_title(node: Node) -> bool:
    form = node.split.form
    if form == "sentence":
        return _is_titled(node)
    return form == "own" or (form == "run_in" and "的，" not in node.split.title)


def _kind_under(child: Node, parent: Node) -> Kind:
    own = kind_of(child.title) if child.title else None
    if own == "general" and "任务" in child.title and any(_has_duties(below) for below in child.children):
        own = "task"  # 目标任务 may head goals or the tasks themselves; only tasks have somebody responsible
    if parent.parent is None or parent.kind in {"general", "background"}:
        return own or ("task" if parent.parent is None else parent.kind)
    if parent.kind == "guarantee":
        return "timetable" if own == "timetable" else "guarantee"
    if parent.kind == "timetable":
        return "timetable"
    return own if own in {"general", "timetable"} else "task"


def _has_duties(node: Node) -> bool:
    texts = [node.head, *(text for _, text in node.body)]
    return any(text.phrases for text in texts) or any(_has_duties(child) for child in node.children)


def number_findings(root: Node) -> list[Finding]:
    """Return what the sequence of numbers shows: gaps, repeats, lost and restored numbers."""
    findings: list[Finding] = []
    running: dict[str, int] = {}
    for node in [root, *root.walk()]:
        for group in _groups(node):
            findings += _group_findings(group, running.get(group[0].style, 0))
            known = [child.value for child in group if child.value is not None]
            if known:
                running[group[0].style] = known[-1]
    return findings


def _group_findings(group: list[Node], before: int) -> list[Finding]:
    findings: list[Finding] = []
    if group[0].style == "plain":
        return findings
    last: int | None = None
    for node in group:
        if node.restored:
            findings.append(
                Finding("number_restored", "info", node.line, f"编号在复制中丢失，按前后编号恢复为 {node.no}")
            )
        elif node.value is None:
            findings.append(Finding("number_missing", "warning", node.line, "编号在复制中丢失，前后编号不足以恢复"))
        if node.value is None:
            last = None if last is None else last + 1
            continue
        expected = {1, before + 1} if node is group[0] else {1} if last is None else {last + 1, 1}
        if node.value not in expected and (last is not None or node is group[0]) and len(group) + before > 1:
            shown = number_text(node.style, max(expected))
            findings.append(
                Finding("number_missing", "warning", node.line, f"编号不连续：应为 {shown}，文件写 {node.no}")
            )
        last = node.value
    return findings
