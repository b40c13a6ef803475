import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.pure.process import BrokenProcess, Process, State, Step, Transition, process_problems

RECORD = {
    "process": "record",
    "label": "登记",
    "states": {
        "draft": {"label": "登记中", "waits_for": "clerk"},
        "submitted": {"label": "待复核", "waits_for": "head", "working_days": 3, "examines": True},
        "in_force": {"label": "有效", "public_label": "有效"},
        "voided": {"label": "作废", "final": True},
        "ended": {"label": "已终止", "final": True},
    },
    "steps": [
        {"step": "submit", "label": "提交", "from": "draft", "to": "submitted", "by": "clerk", "needs": ["complete"]},
        {"step": "return", "label": "退回", "from": "submitted", "to": "draft", "by": "head", "reason": "required"},
        {"step": "confirm", "label": "确认", "from": "submitted", "to": "in_force", "by": ["head", "deputy"]},
        {"step": "end", "label": "终止", "from": "in_force", "to": "ended", "by": "head"},
        {
            "step": "void",
            "label": "作废",
            "from": ["draft", "in_force"],
            "to": "voided",
            "by": "head",
            "reason": "required",
        },
    ],
}


def test_process_is_read_from_its_written_form():
    process = Process.from_dict(RECORD)

    assert process.start == "draft"
    assert process.choices == [
        ("draft", "登记中"),
        ("submitted", "待复核"),
        ("in_force", "有效"),
        ("voided", "作废"),
        ("ended", "已终止"),
    ]
    assert process.roles == {"clerk", "head", "deputy"}
    assert process.step("confirm", source="submitted").by == ("head", "deputy")
    assert process.state("submitted").working_days == 3
    assert [step.name for step in process.leaving("in_force")] == ["end", "void"]
    assert process.transitions == (
        Transition("submit", "draft", "submitted"),
        Transition("return", "submitted", "draft"),
        Transition("confirm", "submitted", "in_force"),
        Transition("end", "in_force", "ended"),
        Transition("void", "draft", "voided"),
        Transition("void", "in_force", "voided"),
    )


def test_process_survives_json():
    process = Process.from_dict(RECORD)
    again = Process.from_dict(json.loads(json.dumps(process.to_dict(), ensure_ascii=False)))
    assert again == process
    assert again.to_dict() == process.to_dict()


def test_process_is_drawn_with_every_arrow():
    drawn = Process.from_dict(RECORD).to_mermaid({"head": "负责人"}).splitlines()
    assert drawn[0] == "stateDiagram-v2"
    assert "    draft: 登记中" in drawn
    assert "    [*] --> draft" in drawn
    assert "    submitted --> in_force: 确认（负责人、deputy）" in drawn
    assert [line for line in drawn if line.endswith("[*]")] == ["    voided --> [*]", "    ended --> [*]"]
    assert sum("-->" in line for line in drawn) == 1 + 6 + 2


@pytest.mark.parametrize(
    ("name", "source"), (("confirm", "draft"), ("nothing", "draft"), ("submit", "gone")), ids=("jump", "name", "state")
)
def test_step_that_does_not_leave_the_state_is_unknown(name, source):
    with pytest.raises(LookupError):
        Process.from_dict(RECORD).step(name, source=source)


def test_unknown_state_is_a_lookup_error():
    with pytest.raises(LookupError):
        Process.from_dict(RECORD).state("gone")


def go(source, target, name="go", **more):
    return Step(name, (source,) if isinstance(source, str) else source, target, more.pop("by", ("x",)), "走", **more)


A, B = State("a", "甲"), State("b", "乙", final=True)


@pytest.mark.parametrize(
    ("states", "steps", "problem"),
    (
        ((), (), "没有任何状态"),
        ((A,), (), "状态 a（甲）无法离开，也没有标为终点"),
        ((A, A, B), (go("a", "b"),), "状态 a 重复定义"),
        ((A, B), (go("a", "b"), go("a", "b")), "从状态 a 出发的步骤 go 重复定义"),
        ((State("a", "甲", final=True), B), (), "状态 b（乙）从起点无法到达"),
        ((A,), (go("a", "z"),), "步骤 go 引用了不存在的状态 z"),
        ((A, B), (go("a", "b"), go("b", "a", "back")), "状态 b（乙）已标为终点，却还有后续步骤"),
        ((A, B), (go("a", "b", by=()),), "步骤 go 没有写明由谁办理"),
        ((A, B), (go((), "b"),), "步骤 go 没有起始状态"),
        ((A, B), (go("a", "b", reason="maybe"),), "步骤 go 的 reason 只能是 required、optional 或 none"),
        (
            (A, B, State("c", "丙")),
            (go("a", "b"), go("a", "c", "turn"), go("c", "c", "round")),
            "从状态 c（丙）无法走到任何终点",
        ),
        (
            (A, State("c", "丙", examines=True), B),
            (go("a", "c"), go("c", "b")),
            "审核状态 c（丙）没有“退回”（return）步骤",
        ),
        (
            (A, State("c", "丙", examines=True), B),
            (go("a", "c"), go("c", "b"), go("c", "a", "return")),
            "审核状态 c（丙）的“退回”必须填写理由（reason: required）",
        ),
    ),
)
def test_broken_table_is_refused_with_its_sentence(states, steps, problem):
    assert process_problems(states, steps) == [problem]
    with pytest.raises(BrokenProcess) as refusal:
        Process("p", "流程", states, steps)
    assert refusal.value.problems == (problem,)


def test_process_without_an_end_may_go_round():
    assert process_problems((A, State("c", "丙")), (go("a", "c"), go("c", "a", "back"))) == []


def changed(**keys):
    return {**RECORD, **keys}


@pytest.mark.parametrize(
    ("written", "problems"),
    (
        ({}, ("流程 缺少 process", "流程 缺少 label", "流程 缺少 states", "流程 缺少 steps")),
        (changed(colour="red"), ("流程 有不认识的键 colour",)),
        (changed(states=["draft"]), ("流程 的 states 写法不对：['draft']",)),
        (changed(states={"draft": "草稿"}), ("状态 draft 应写成“键: 值”的形式",)),
        (
            changed(states={"draft": {"label": "草稿", "working_days": True}}),
            ("状态 draft 的 working_days 写法不对：True",),
        ),
        (changed(steps=["go"]), ("第 1 个步骤 应写成“键: 值”的形式",)),
        (
            changed(steps=[{"step": "go", "label": "走", "from": [1], "to": "draft", "by": "clerk"}]),
            ("第 1 个步骤 的 from 只能列出名称",),
        ),
    ),
)
def test_badly_written_table_says_what_is_wrong(written, problems):
    with pytest.raises(BrokenProcess) as refusal:
        Process.from_dict(written)
    assert refusal.value.problems == problems


NAMES = st.sampled_from("abcde")
TABLES = st.tuples(
    st.lists(st.builds(State, NAMES, st.just("态"), final=st.booleans()), max_size=5),
    st.lists(
        st.builds(Step, NAMES, st.tuples(NAMES), NAMES, st.just(("x",)), st.just("走")),
        max_size=8,
    ),
)


@given(TABLES)
def test_table_without_problems_lets_every_case_end(table):
    states, steps = table
    if process_problems(states, steps):
        with pytest.raises(BrokenProcess):
            Process("p", "流程", tuple(states), tuple(steps))
        return
    process = Process("p", "流程", tuple(states), tuple(steps))
    arrows = {(arrow.source, arrow.target) for arrow in process.transitions}
    finals = {state.name for state in states if state.final}
    for state in states:
        reached = {state.name}
        for _ in states:
            reached |= {target for source, target in arrows if source in reached}
        assert not finals or reached & finals
        assert state.final == (not process.leaving(state.name))
