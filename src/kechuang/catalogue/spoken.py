"""A process said aloud: each state with who deals with it, each way on with what it needs, in plain Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kechuang.catalogue.whole import Catalogue
from kechuang.catalogue.words import Words
from kechuang.pure.process import Process, State, Step


@dataclass(frozen=True, slots=True)
class StepSaid:
    """A step: from which states to which, by whom, and what is demanded or follows, as words."""

    name: str
    label: str
    sources: str
    target: str
    by: str
    needs: tuple[str, ...]
    asks: tuple[str, ...]
    does: tuple[str, ...]
    signing: str
    reason: str


@dataclass(frozen=True, slots=True)
class StateSaid:
    """A state: whose desk it lies on, for how long, and the ways on."""

    name: str
    label: str
    desk: str
    note: str
    steps: tuple[StepSaid, ...]


def process_said(process: Process, roles: Mapping[str, str], words: Words) -> tuple[StateSaid, ...]:
    """Return every state in the order of the table with its ways on, all in Chinese.

    ``roles`` are the names of the roles by code.
    """
    return tuple(
        StateSaid(
            name=state.name,
            label=state.label,
            desk=roles.get(state.waits_for, "") if state.waits_for else "",
            note="；".join(_notes(words, state)),
            steps=tuple(_step(words, process, step, roles) for step in process.leaving(state.name)),
        )
        for state in process.states
    )


def _notes(words: Words, state: State) -> Iterator[str]:
    if state.working_days:
        yield f"{state.working_days} 个工作日"
    if state.clock == "runs":
        yield "计入办理时限"
    if state.clock_text:
        yield state.clock_text
    for mark in state.marks:
        yield words.label("marks", mark)
    if state.public_label:
        yield f"对外显示“{state.public_label}”"
    if state.final:
        yield "终点"


REASONS = {"required": "须写明理由", "optional": "可以写明理由", "none": ""}


def _step(words: Words, process: Process, step: Step, roles: Mapping[str, str]) -> StepSaid:
    def said(kind: str, named: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(words.label(kind, word) for word in named)

    return StepSaid(
        name=step.name,
        label=step.label,
        sources="、".join(process.state(source).label for source in step.sources),
        target=process.state(step.target).label,
        by="、".join(roles.get(role, role) for role in step.by),
        needs=said("guards", step.needs),
        asks=said("asks", step.asks),
        does=said("acts", step.does),
        signing=_signing(step),
        reason=REASONS[step.reason],
    )


def _signing(step: Step) -> str:
    if step.each_role:
        return "每个角色各一人会签"
    return f"{step.quorum} 人会签" if step.quorum > 1 else ""


def process_lines(catalogue: Catalogue, process: Process) -> Iterator[str]:
    """Yield the process line by line, to be read aloud in a meeting."""
    yield f"流程：{process.label}（{process.name}）"
    roles = {role.code: role.label for role in catalogue.roles}
    for state in process_said(process, roles, catalogue.words):
        desk = f"，由{state.desk}办理" if state.desk else ""
        note = f"（{state.note}）" if state.note else ""
        yield ""
        yield f"【{state.label}】{desk.lstrip('，')}{note}"
        for step in state.steps:
            yield f"  {step.label} → {step.target}，由{step.by}办理{_said_after(step)}"


def _said_after(step: StepSaid) -> str:
    parts = (
        f"条件：{'、'.join(step.needs)}" if step.needs else "",
        f"填写：{'、'.join(step.asks)}" if step.asks else "",
        step.signing,
        step.reason,
        f"结果：{'、'.join(step.does)}" if step.does else "",
    )
    return "".join(f"；{part}" for part in parts if part)
