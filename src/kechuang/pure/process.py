"""Processes as tables: states, steps, who may take them, and on whose desk a case lies.

A process is data. It knows nothing of the database; ``kechuang.kernel`` takes its steps
on stored objects and writes its transitions down as rows for the trigger. The same table
draws the diagram in the manual and fills the choices of the state field.

The written form (YAML in the catalogue, JSON in a stored version) is one mapping::

    process: recognition
    label: 平台认定
    states: {draft: {label: 草稿, waits_for: applicant}, …}
    steps: [{step: submit, from: draft, to: review, by: applicant, label: 提交}, …]

The first state is where every case begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, cast

Reason = Literal["required", "optional", "none"]

REASONS: tuple[Reason, ...] = ("required", "optional", "none")
CLOCKS = ("", "runs", "stopped")


class BrokenProcess(ValueError):  # a table that must not come into force
    """Raised when a table is written down wrongly; ``problems`` are Chinese sentences."""

    def __init__(self, name: str, problems: Sequence[str]) -> None:
        super().__init__(f"流程 {name}：" + "；".join(problems))
        self.name = name
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class State:
    """One resting place.

    ``waits_for`` is the role whose desk it lies on ("" = nobody's), ``working_days`` the
    time that role has. ``examines`` marks a state in which somebody judges what another
    handed in: it must offer a step named ``return``. ``public_label`` is what the public
    reads; "" means the public never sees a case in this state. ``clock`` tells whether the legal
    clock (办理时限) ``runs`` here or is ``stopped``, and ``clock_text`` why it stands still; ""
    is before acceptance and after the decision. ``marks`` are words a room acts upon, such as
    "editable": what the case is open for while it rests here.
    """

    name: str
    label: str
    waits_for: str = ""
    working_days: int | None = None
    final: bool = False
    examines: bool = False
    public_label: str = ""
    clock: str = ""
    clock_text: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One verb: from any of ``sources`` to ``target``, open to the roles in ``by``.

    ``needs`` names guards; a guard answers with a reason why not, or nothing. ``asks`` names
    what the person states with the step, ``does`` what follows from it in the same
    transaction; a room knows the words. ``quorum`` people must sign before the case moves
    (n 人会签), with ``each_role`` one of every role in ``by`` (并联审批).
    """

    name: str
    sources: tuple[str, ...]
    target: str
    by: tuple[str, ...]
    label: str
    needs: tuple[str, ...] = ()
    reason: Reason = "none"
    asks: tuple[str, ...] = ()
    does: tuple[str, ...] = ()
    quorum: int = 1
    each_role: bool = False

    @property
    def signatures(self) -> int:
        """How many signatures move the case."""
        return len(self.by) if self.each_role else self.quorum

    @property
    def reason_required(self) -> bool:
        """Whether the step may not be taken without a written reason."""
        return self.reason == "required"


@dataclass(frozen=True, slots=True)
class Transition:
    """One arrow of the drawn table: what the database trigger allows."""

    step: str
    source: str
    target: str


@dataclass(frozen=True)
class Process:
    """A named table of states and steps; a broken one cannot exist.

    Raises ``BrokenProcess`` with every problem found, not only the first.
    """

    name: str
    label: str
    states: tuple[State, ...]
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        problems = process_problems(self.states, self.steps)
        if problems:
            raise BrokenProcess(self.name, problems)

    @property
    def start(self) -> str:
        """Name of the state in which every case begins."""
        return self.states[0].name

    @cached_property
    def choices(self) -> list[tuple[str, str]]:
        """Pairs of state name and label, in the order of the table."""
        return [(state.name, state.label) for state in self.states]

    @cached_property
    def roles(self) -> frozenset[str]:
        """Every role the table names, as actor or as the desk waited for."""
        waiting = {state.waits_for for state in self.states if state.waits_for}
        return frozenset(waiting.union(*(step.by for step in self.steps)))

    @cached_property
    def transitions(self) -> tuple[Transition, ...]:
        """Every arrow: one for each source of each step."""
        return tuple(Transition(step.name, source, step.target) for step in self.steps for source in step.sources)

    def state(self, name: str) -> State:
        """Return the state called ``name``; raises ``LookupError``."""
        for state in self.states:
            if state.name == name:
                return state
        raise LookupError(f"{self.name}: no state {name}")

    def step(self, name: str, *, source: str) -> Step:
        """Return the step ``name`` that leaves ``source``; raises ``LookupError``."""
        for step in self.steps:
            if step.name == name and source in step.sources:
                return step
        raise LookupError(f"{self.name}: no step {name} from {source}")

    def leaving(self, source: str) -> list[Step]:
        """Return the steps open from ``source``, in the order of the table."""
        return [step for step in self.steps if source in step.sources]

    def to_mermaid(self, role_labels: Mapping[str, str] | None = None) -> str:
        """Draw the table as a Mermaid state diagram; roles by label where one is given."""
        names = role_labels or {}
        lines = ["stateDiagram-v2"]
        lines += [f"    {state.name}: {state.label}" for state in self.states]
        lines.append(f"    [*] --> {self.start}")
        for step in self.steps:
            actors = "、".join(names.get(role, role) for role in step.by)
            lines += [f"    {source} --> {step.target}: {step.label}（{actors}）" for source in step.sources]
        lines += [f"    {state.name} --> [*]" for state in self.states if state.final]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the written form; ``from_dict`` of it gives an equal process."""
        return {
            "process": self.name,
            "label": self.label,
            "states": {state.name: _state_written(state) for state in self.states},
            "steps": [_step_written(step) for step in self.steps],
        }

    @classmethod
    def from_dict(cls, written: Mapping[str, Any]) -> Process:
        """Read the written form.

        Raises ``BrokenProcess`` for unknown keys, wrong types and every broken rule.
        """
        name = str(written.get("process", ""))
        problems = list(_shape_problems(written))
        if problems:
            raise BrokenProcess(name or "（未命名）", problems)
        states = tuple(_state_read(key, value) for key, value in written["states"].items())
        steps = tuple(_step_read(row) for row in written["steps"])
        return cls(name=name, label=written["label"], states=states, steps=steps)


def process_problems(states: Sequence[State], steps: Sequence[Step]) -> list[str]:
    """Return what is wrong with a table, as Chinese sentences; [] when it may come into force."""
    if not states:
        return ["没有任何状态"]
    doubled = [*_doubled_states(states), *_doubled_steps(steps)]
    broken = [*doubled, *_broken_states(states), *_broken_steps({state.name for state in states}, steps)]
    return broken or [*_unreachable(states, steps), *_dead_ends(states, steps), *_missing_returns(states, steps)]


def _doubled_states(states: Iterable[State]) -> Iterator[str]:
    seen: set[str] = set()
    for state in states:
        if state.name in seen:
            yield f"状态 {state.name} 重复定义"
        seen.add(state.name)


def _doubled_steps(steps: Iterable[Step]) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for step in steps:
        for source in step.sources:
            if (step.name, source) in seen:
                yield f"从状态 {source} 出发的步骤 {step.name} 重复定义"
            seen.add((step.name, source))


def _broken_states(states: Iterable[State]) -> Iterator[str]:
    for state in states:
        if state.clock not in CLOCKS:
            yield f"状态 {state.name} 的 clock 只能是 runs 或 stopped"
        if (state.clock == "stopped") != bool(state.clock_text):
            yield f"状态 {state.name} 的时限停止（clock: stopped）与原因（clock_text）须一并写明"


def _broken_steps(names: set[str], steps: Iterable[Step]) -> Iterator[str]:
    for step in steps:
        for end in (*step.sources, step.target):
            if end not in names:
                yield f"步骤 {step.name} 引用了不存在的状态 {end}"
        if not step.sources:
            yield f"步骤 {step.name} 没有起始状态"
        if not step.by:
            yield f"步骤 {step.name} 没有写明由谁办理"
        if step.reason not in REASONS:
            yield f"步骤 {step.name} 的 reason 只能是 required、optional 或 none"
        if step.quorum < 1 or (step.each_role and (step.quorum > 1 or len(step.by) == 1)):
            yield f"步骤 {step.name} 的会签写法不对：quorum 至少为 1；each_role 须有两个以上角色，且不与 quorum 同用"


def _closure(begin: set[str], arrows: Iterable[tuple[str, str]]) -> set[str]:
    pairs, reached, frontier = list(arrows), set(begin), set(begin)
    while frontier:
        frontier = {target for source, target in pairs if source in frontier} - reached
        reached |= frontier
    return reached


def _unreachable(states: Sequence[State], steps: Iterable[Step]) -> Iterator[str]:
    arrows = ((source, step.target) for step in steps for source in step.sources)
    reached = _closure({states[0].name}, arrows)
    for state in states:
        if state.name not in reached:
            yield f"状态 {state.name}（{state.label}）从起点无法到达"


def _dead_ends(states: Sequence[State], steps: Sequence[Step]) -> Iterator[str]:
    leaving = {source for step in steps for source in step.sources}
    backwards = [(step.target, source) for step in steps for source in step.sources]
    finals = {state.name for state in states if state.final}
    ending = _closure(finals, backwards) if finals else leaving
    for state in states:
        if state.final and state.name in leaving:
            yield f"状态 {state.name}（{state.label}）已标为终点，却还有后续步骤"
        elif not state.final and state.name not in leaving:
            yield f"状态 {state.name}（{state.label}）无法离开，也没有标为终点"
        elif state.name not in ending:
            yield f"从状态 {state.name}（{state.label}）无法走到任何终点"


def _missing_returns(states: Iterable[State], steps: Sequence[Step]) -> Iterator[str]:
    for state in states:
        ways = [step for step in steps if state.name in step.sources and step.name == "return"]
        if state.examines and not ways:
            yield f"审核状态 {state.name}（{state.label}）没有“退回”（return）步骤"
        for step in ways:
            if state.examines and not step.reason_required:
                yield f"审核状态 {state.name}（{state.label}）的“退回”必须填写理由（reason: required）"


def _state_written(state: State) -> dict[str, Any]:
    row: dict[str, Any] = {"label": state.label}
    for key in ("waits_for", "working_days", "final", "examines", "public_label", "clock", "clock_text", "marks"):
        if value := getattr(state, key):
            row[key] = list(value) if isinstance(value, tuple) else value
    return row


def _step_written(step: Step) -> dict[str, Any]:
    row: dict[str, Any] = {
        "step": step.name,
        "label": step.label,
        "from": list(step.sources),
        "to": step.target,
        "by": list(step.by),
    }
    row.update({key: list(value) for key in LISTED if (value := getattr(step, key))})
    if step.reason != "none":
        row["reason"] = step.reason
    if step.quorum > 1:
        row["quorum"] = step.quorum
    if step.each_role:
        row["each_role"] = True
    return row


def _several(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(cast("Iterable[str]", value))


def _step_read(row: Mapping[str, Any]) -> Step:
    return Step(
        name=row["step"],
        sources=_several(row["from"]),
        target=row["to"],
        by=_several(row["by"]),
        label=row["label"],
        reason=row.get("reason", "none"),
        quorum=row.get("quorum", 1),
        each_role=row.get("each_role", False),
        **{key: _several(row.get(key, ())) for key in LISTED},
    )


def _state_read(name: str, row: Mapping[str, Any]) -> State:
    return State(name=name, **{**row, "marks": _several(row.get("marks", ()))})


STATE_KEYS: dict[str, type | tuple[type, ...]] = {
    "label": str,
    "waits_for": str,
    "working_days": int,
    "final": bool,
    "examines": bool,
    "public_label": str,
    "clock": str,
    "clock_text": str,
    "marks": (list, tuple),
}
STEP_KEYS: dict[str, type | tuple[type, ...]] = {
    "step": str,
    "label": str,
    "from": (str, list, tuple),
    "to": str,
    "by": (str, list, tuple),
    "needs": (list, tuple),
    "asks": (list, tuple),
    "does": (list, tuple),
    "reason": str,
    "quorum": int,
    "each_role": bool,
}
LISTED = ("needs", "asks", "does")
STEP_NEEDED = ("step", "label", "from", "to", "by")
TOP_KEYS: dict[str, type | tuple[type, ...]] = {"process": str, "label": str, "states": Mapping, "steps": (list, tuple)}


def _shape_problems(written: Mapping[str, Any]) -> Iterator[str]:
    top = list(_keys_wrong("流程", written, TOP_KEYS, tuple(TOP_KEYS)))
    yield from top
    if top:
        return
    for name, row in written["states"].items():
        yield from _keys_wrong(f"状态 {name}", row, STATE_KEYS, ("label",))
    for number, row in enumerate(written["steps"], start=1):
        yield from _keys_wrong(f"第 {number} 个步骤", row, STEP_KEYS, STEP_NEEDED)


def _keys_wrong(
    where: str, row: object, known: Mapping[str, type | tuple[type, ...]], needed: tuple[str, ...]
) -> Iterator[str]:
    if not isinstance(row, Mapping):
        yield f"{where} 应写成“键: 值”的形式"
        return
    for key in needed:
        if key not in row:
            yield f"{where} 缺少 {key}"
    for key, value in row.items():
        if key not in known:
            yield f"{where} 有不认识的键 {key}"
        elif not isinstance(value, known[key]) or (isinstance(value, bool) and known[key] is not bool):
            yield f"{where} 的 {key} 写法不对：{value!r}"
        elif isinstance(value, list | tuple) and key != "steps" and not all(isinstance(item, str) for item in value):
            yield f"{where} 的 {key} 只能列出名称"
