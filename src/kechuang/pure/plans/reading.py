"""Reading a plan: bytes or text in, one :class:`PlanReading` out."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from kechuang.pure.plans.blocks import Block, Grid, Paragraph
from kechuang.pure.plans.brackets import Stripped
from kechuang.pure.plans.chrome import without_chrome
from kechuang.pure.plans.clauses import Clauses, clauses_of
from kechuang.pure.plans.document import document_of
from kechuang.pure.plans.extract import blocks_of, text_blocks
from kechuang.pure.plans.findings import indicator_findings, lost_findings, settle_goals
from kechuang.pure.plans.folding import fold, has_lost_characters, squeeze, whole_name_pattern
from kechuang.pure.plans.gluing import unglued
from kechuang.pure.plans.goals import Goal, goals_in
from kechuang.pure.plans.headings import has_decimals
from kechuang.pure.plans.indicators import Period, period_of
from kechuang.pure.plans.kinds import announces, says_what_to_do
from kechuang.pure.plans.milestones import milestones_in, stage_in
from kechuang.pure.plans.outline import Node, Outline, number_findings
from kechuang.pure.plans.parts import Part, parts_of
from kechuang.pure.plans.results import (
    Document,
    Finding,
    Indicator,
    Milestone,
    PlanReading,
    Responsibility,
    Section,
    Task,
)
from kechuang.pure.plans.tables import read_grid


def read_bytes(data: bytes, *, name: str = "") -> PlanReading:
    """Read the bytes of a .txt, .md, .html, .docx or .pdf file; ``name`` only breaks ties.

    Raises:
        Unreadable: the bytes hold no text that can be read; the message is a Chinese sentence.
    """
    blocks, text = blocks_of(data, name=name)
    return _read(blocks, text)


def read_text(text: str) -> PlanReading:
    """Read the text of a plan (plain, Markdown or HTML)."""
    blocks, shown = text_blocks(text)
    return _read(blocks, shown)


@dataclass
class _Found:
    sections: list[Section] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    annex: list[Indicator] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass
class _Draft:
    """A part with its outline and the tables that stand in it, each under the node before it."""

    part: Part
    root: Node
    grids: list[tuple[Grid, Node, str]]


def _read(blocks: list[Block], text: str) -> PlanReading:
    blocks = without_chrome(unglued(blocks))
    document = document_of(blocks)
    plan_title = document.issued_plan or document.title or ""
    drafts = [_draft(part) for part in parts_of(blocks, title=document.title or "", issued_plan=document.issued_plan)]
    main = _main(drafts)
    if not _is_importable(drafts, main, plan_title):
        return PlanReading(document=document, text=text)
    found = _Found()
    for draft in drafts:
        _read_part(
            draft,
            found,
            is_main=draft is main,
            covers=draft is not main and draft.part.kind == "body",
            period=period_of(plan_title),
        )
    return _finished(document, found, text)


def _draft(part: Part) -> _Draft:
    outline = Outline(bare=any(isinstance(block, Paragraph) and has_decimals(block.text) for block in part.blocks))
    grids: list[tuple[Grid, Node, str]] = []
    above = part.title
    for block in part.blocks:
        if isinstance(block, Grid):
            grids.append((block, outline.current, above))
        else:
            above = block.text.strip()
            outline.add(block)
    return _Draft(part, outline.finished(), grids)


def _main(drafts: list[_Draft]) -> _Draft:
    """Return the part that is the plan: the one issued, else the body, else an annex that has numbers."""
    numbered = [draft for draft in drafts if draft.root.children or draft.grids]
    for kind in ("plan", "body", "annex"):
        for draft in numbered:
            if draft.part.kind == kind:
                return draft
    return drafts[0]


def _is_importable(drafts: list[_Draft], main: _Draft, plan_title: str) -> bool:
    if not any(draft.root.children or draft.grids for draft in drafts):
        return False  # a report or a piece of news: nothing is numbered and nothing is in a table
    if announces(plan_title) and not main.root.children:
        return False
    title = main.part.title if main.part.kind == "annex" and main.part.title else plan_title
    return says_what_to_do(title, main.root)


def _read_part(draft: _Draft, found: _Found, *, is_main: bool, covers: bool, period: Period) -> None:
    reads = is_main or (
        draft.part.kind != "body"
        and bool(draft.part.title)
        and says_what_to_do(draft.part.title, draft.root)
        and _is_named_plan(draft)
    )
    if reads:
        clauses = clauses_of(draft.root)
        found.sections += clauses.sections
        found.tasks += clauses.tasks
        found.findings += number_findings(draft.root)
        _read_prose(draft.root, clauses, found, period)
    else:
        for paragraph in (block for block in draft.part.blocks if isinstance(block, Paragraph)):
            found.milestones += milestones_in(paragraph.text, paragraph.line) if covers else []
    for grid, node, above in draft.grids:
        table = read_grid(grid, section=_section_of(node, found.sections), period=period, caption=above)
        found.tasks += table.tasks
        found.annex += table.indicators
        found.milestones += table.milestones


def _is_named_plan(draft: _Draft) -> bool:
    """Tell whether an annex is itself a plan: a form or a list has numbers too, but no duties."""
    return any(node.head.phrases or any(text.phrases for _, text in node.body) for node in draft.root.walk())


def _section_of(node: Node, sections: list[Section]) -> str | None:
    """Return the path of the section a table stands in; a task before it is no section."""
    paths = {section.path for section in sections}
    place: Node | None = node
    while place is not None and place.parent is not None:
        if place.path() in paths:
            return place.path()
        place = place.parent
    return None


def _read_prose(root: Node, clauses: Clauses, found: _Found, period: Period) -> None:
    for node, line, text in _paragraphs(root):
        if node.kind != "background":
            found.goals += goals_in(text.text, line, period, aim=node.kind == "general")
        found.milestones += milestones_in(text.printed or text.text, line, node.title)
    for node in root.walk():
        if node.kind == "timetable" and node.headed:
            stage = stage_in(
                node.head.printed + "".join(text.printed for _, text in node.body[:1]), node.line, node.title
            )
            found.milestones += [stage] if stage else []


def _paragraphs(root: Node) -> Iterable[tuple[Node, int, Stripped]]:
    for line, text in root.body:
        yield root, line, text
    for node in root.walk():
        yield node, node.line, node.head
        for line, text in node.body:
            yield node, line, text


def _finished(document: Document, found: _Found, text: str) -> PlanReading:
    tasks = [_with_whole_names(task, text) for task in sorted(found.tasks, key=lambda task: task.line)]
    own, settled = settle_goals(found.goals, found.annex)
    findings = found.findings + indicator_findings(found.annex) + settled + lost_findings(tasks)
    return PlanReading(
        document=document,
        sections=tuple(found.sections),
        tasks=tuple(tasks),
        indicators=tuple(found.annex + own),
        milestones=tuple(sorted(dict.fromkeys(found.milestones), key=lambda milestone: milestone.line)),
        findings=tuple(sorted(findings, key=lambda finding: finding.line)),
        text=text,
    )


def _with_whole_names(task: Task, text: str) -> Task:
    """Put a name that lost characters back where it stands whole, in one form only, elsewhere in the file."""
    if not any(has_lost_characters(name) for group in task.responsibilities for name in group.names):
        return task
    return replace(task, responsibilities=tuple(_whole(group, text) for group in task.responsibilities))


def _whole(group: Responsibility, text: str) -> Responsibility:
    def repaired(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_whole_name(name, text) if has_lost_characters(name) else name for name in names)

    return replace(
        group,
        departments=repaired(group.departments),
        lead=repaired(group.lead),
        cooperating=repaired(group.cooperating),
        local=repaired(group.local),
    )


def _whole_name(name: str, text: str) -> str:
    forms = {fold(found[0]) for found in whole_name_pattern(name).finditer(squeeze(text))}
    return forms.pop() if len(forms) == 1 else name
