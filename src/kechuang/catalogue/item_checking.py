"""Checking service items and their processes against everything they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kechuang.catalogue.form_conditions import form_dictionary
from kechuang.catalogue.items import Asked, FactField, FileField, Question, ServiceItem, TableField
from kechuang.catalogue.reading import Problem
from kechuang.catalogue.rules import dictionary
from kechuang.catalogue.whole import Catalogue
from kechuang.catalogue.words import Words
from kechuang.pure.conditions.grammar import condition_read
from kechuang.pure.conditions.metrics import Dictionary
from kechuang.pure.conditions.nodes import references
from kechuang.pure.conditions.values import Unreadable
from kechuang.pure.process import Process, State, Step

ENDS = ("approved", "refused", "withdrawn")
OPEN_TO_APPLICANT = frozenset(("editable", "correcting"))
PAIRED: Mapping[str, str] = {"open_correction": "corrections", "publish": "publicity"}
"""What follows from a step → what the person must state with it."""
LEADS_TO: Mapping[str, str] = {"open_correction": "correcting", "publish": "publicity"}
"""What follows from a step → the mark of the state it must lead to."""


def item_problems(catalogue: Catalogue) -> Iterator[Problem]:
    """Yield what is wrong with the items, each under its code, then with the processes they are run by."""
    metrics = dictionary(catalogue.metrics)
    for item in catalogue.items.values():
        named = [*_named(catalogue, item), *_form(item, metrics), *_fits(catalogue, item)]
        yield from (Problem(f"items/{item.item}.yaml", item.item, text) for text in named)
    for name in sorted({item.process for item in catalogue.items.values()} & set(catalogue.processes)):
        process = catalogue.processes[name]
        found = [*_words(process, catalogue.words), *_order(process), *_ends(process), *_ways_back(process)]
        yield from (Problem(f"processes/{name}.yaml", name, text) for text in dict.fromkeys(found))


def _named(catalogue: Catalogue, item: ServiceItem) -> Iterator[str]:
    words = catalogue.words
    types, levels = {each.code for each in catalogue.platform_types}, {each.code for each in catalogue.levels}
    effect = (item.effect.name,) if item.effect else ()
    yield from _missing("部门", (item.department,), (each.code for each in catalogue.departments))
    yield from _missing("平台类别", _one(item.platform_type), types)
    yield from _missing("级别", _one(item.level), levels)
    yield from _missing("流程", (item.process,), catalogue.processes)
    if process := catalogue.processes.get(item.process):
        reached = (section.from_state for section in item.form if section.from_state)
        yield from _missing("状态", reached, (state.name for state in process.states))
    yield from _missing("条件规则", _one(item.rule), (each.code for each in catalogue.rules))
    yield from _missing("事项", (code for limit in item.limits for code in limit.items), catalogue.items)
    yield from _missing("结果", effect, words.known("effects"))
    yield from _missing("排斥情形", (clash.name for clash in item.clashes), words.known("clashes"))
    if item.effect:
        yield from _params(catalogue, "effects", item.effect.name, item.effect.params, item)
    for clash in item.clashes:
        yield from _params(catalogue, "clashes", clash.name, clash.params, item)


def _params(
    catalogue: Catalogue, kind: str, name: str, values: Mapping[str, object], item: ServiceItem
) -> Iterator[str]:
    known = {param for each in getattr(catalogue.words, kind) if each.word == name for param in each.params}
    questions = {field.code for _section, field in item.fields() if isinstance(field, Question)}
    yield from _missing(f"{name} 的参数", values, known)
    for key, value in values.items():
        if key == "type":
            yield from _missing("平台类别", (str(value),), {each.code for each in catalogue.platform_types})
        elif key == "level":
            yield from _missing("级别", (str(value),), {each.code for each in catalogue.levels})
        elif key.endswith("_from"):
            yield from _missing("问题", (str(value),), questions)


def _one(code: str | None) -> tuple[str, ...]:
    return () if code is None else (code,)


def _missing(noun: str, named: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    there = set(known)
    for code in named:
        if code not in there:
            yield f"引用了不存在的{noun} {code}"


def _form(item: ServiceItem, metrics: Dictionary) -> Iterator[str]:
    codes = form_dictionary(item, metrics)
    for section in item.form:
        own = {field.code for field in section.fields}
        yield from _condition(section.section, section.when, codes, own=own, said="本部分的栏目")
        for field in section.fields:
            yield from _condition(field.code, field.when, codes, own={field.code}, said="它自己")
            yield from _field(field, metrics)


def _condition(where: str, text: str | None, codes: Dictionary, *, own: set[str], said: str) -> Iterator[str]:
    if text is None:
        return
    try:
        node = condition_read(text, codes)
    except Unreadable as fault:
        place = f"（第 {fault.column} 字）" if fault.column else ""
        yield f"{where} 的 when 写法不对{place}：{fault.message}"
        return
    if own & {fact.code for fact in references((node,))}:
        yield f"{where} 的 when 不能依据{said}"


def _field(field: Asked, metrics: Dictionary) -> Iterator[str]:
    if isinstance(field, FactField):
        yield from _missing("事实指标", (field.fact,), metrics)
        metric = metrics.get(field.fact)
        if metric is not None and field.years > 1 and not metric.yearly:
            yield f"事实 {field.fact} 不分年度，不能要求 {field.years} 年"
    if isinstance(field, FileField):
        yield from _missing("佐证的事实指标", field.evidence_for, metrics)
    if isinstance(field, TableField):
        doubled = sorted({one.code for one in field.columns if [two.code for two in field.columns].count(one.code) > 1})
        yield from (f"表 {field.table} 的列代码 {code} 重复" for code in doubled)
        if field.min_rows > field.max_rows:
            yield f"表 {field.table} 的最少行数大于最多行数"


def _fits(catalogue: Catalogue, item: ServiceItem) -> Iterator[str]:
    """The item and its process say the same: papers, publicity and the effect are really given."""
    process = catalogue.processes.get(item.process)
    if process is None:
        return
    acts = {act for step in process.steps for act in step.does}
    for part, act, noun in (
        (item.effect, "effect", "结果（effect）"),
        (item.paper and item.paper.certificate, "certificate", "证书（paper.certificate）"),
        (item.publicity, "publish", "公示（publicity）"),
    ):
        if part and act not in acts:
            yield f"写了{noun}，而流程 {item.process} 没有步骤产生它（does: [{act}]）"
    if "publish" in acts and item.publicity is None:
        yield f"流程 {item.process} 要公示，须写明 publicity"
    if any(section.by == "host_admin" for section in item.form) and "host_admin" not in process.roles:
        yield f"表单有由依托单位填写的部分，而流程 {item.process} 没有依托单位管理员"
    if (item.platform_type is None) != (item.level is None) and item.subject == "organisation":
        yield "platform_type 与 level 须一并写明"


def _words(process: Process, words: Words) -> Iterator[str]:
    for state in process.states:
        yield from _missing("状态标记", state.marks, words.known("marks"))
    for step in process.steps:
        yield from _missing("步骤条件（needs）", step.needs, words.known("guards"))
        yield from _missing("办理内容（asks）", step.asks, words.known("asks"))
        yield from _missing("办理动作（does）", step.does, words.known("acts"))


def _order(process: Process) -> Iterator[str]:
    for step in process.steps:
        for late in ("effect", "certificate"):
            if late in step.does and "decide" not in step.does[: step.does.index(late)]:
                yield f"步骤 {step.name} 的 {late} 须在 decide 之后"
        for act, asked in PAIRED.items():
            if act in step.does and asked not in step.asks:
                yield f"步骤 {step.name} 要 {act}，须写 asks: [{asked}]"
        for act, mark in LEADS_TO.items():
            if act in step.does and mark not in process.state(step.target).marks:
                yield f"步骤 {step.name} 要 {act}，到达的状态须标为 {mark}"
        if "publicity_over" in step.needs and not _all_marked(process, step, "publicity"):
            yield f"步骤 {step.name} 以公示期满为条件，出发的状态须标为 publicity"
        if "approved" in process.state(step.target).marks and "decide" not in step.does:
            yield f"步骤 {step.name} 到达批准的终点，须写 does: [decide]"


def _all_marked(process: Process, step: Step, mark: str) -> bool:
    return all(mark in process.state(source).marks for source in step.sources)


def _ends(process: Process) -> Iterator[str]:
    if "editable" not in process.states[0].marks:
        yield f"起始状态 {process.start} 须标为 editable，申报人才能填写"
    for state in process.states:
        ended = [mark for mark in ENDS if mark in state.marks]
        if state.final and len(ended) != 1:
            yield f"终点 {state.name}（{state.label}）须标明 {'、'.join(ENDS)} 之一"
        if not state.final and ended:
            yield f"状态 {state.name}（{state.label}）不是终点，不能标为 {ended[0]}"
    for mark in ENDS[:2]:
        if not any(mark in state.marks for state in process.states):
            yield f"没有标为 {mark} 的终点"


def _ways_back(process: Process) -> Iterator[str]:
    """Whoever may refuse may also return for correction; an applicant who still corrects needs no such way."""
    for state in process.states:
        if OPEN_TO_APPLICANT & set(state.marks) or not _refused_from(process, state):
            continue
        steps = process.leaving(state.name)
        asks_again = any(OPEN_TO_APPLICANT & set(process.state(step.target).marks) for step in steps)
        returns = any(step.name == "return" for step in steps)
        outside = any("outside_decision" in step.asks for step in steps)
        if not (asks_again or returns or outside):
            yield f"状态 {state.name}（{state.label}）可以作出否定结论，却不能退回（return）或要求补正"


def _refused_from(process: Process, state: State) -> bool:
    return any("refused" in process.state(step.target).marks for step in process.leaving(state.name))
