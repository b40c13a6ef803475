"""Service items are files: what they name exists, and what they promise their process gives."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from kechuang.catalogue import BrokenCatalogue, installed_root, load, problems
from kechuang.catalogue.cli import catalogue as commands
from kechuang.catalogue.items import Question, ServiceItem, TableField
from kechuang.catalogue.spoken import process_said

pytestmark = pytest.mark.capability("C18")

ETRC = "anshun/items/recognition.etrc.municipal.yaml"
RECOGNITION = "base/processes/recognition.yaml"


@pytest.fixture(scope="module")
def shipped():
    return load(installed_root(), "anshun")


@pytest.fixture
def root(tmp_path):
    shutil.copytree(installed_root(), tmp_path / "catalogue")
    return tmp_path / "catalogue"


def spoil(root, name, old, new):
    text = (root / name).read_text(encoding="utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def found(root):
    return [str(problem) for problem in problems(load(root, "anshun"))]


def test_every_type_recognised_by_this_city_has_its_item_but_one(shipped):
    recognised = {row.type for row in shipped.competence if row.level == "municipal"}
    offered = {
        item.platform_type for code, item in shipped.items.items() if code.startswith("recognition.") and item.level
    }
    assert recognised - offered == {"pilot_platform"}  # the guide shows how to add it
    assert offered <= recognised


def test_an_item_goes_to_the_department_competent_for_its_type(shipped):
    for code, item in shipped.items.items():
        if code.startswith("recognition."):
            rows = [row for row in shipped.competence if (row.type, row.level) == (item.platform_type, item.level)]
            assert item.department in {row.department for row in rows}


def test_every_field_that_is_asked_is_explained(shipped):
    unexplained = [
        (item.item, field.code)
        for item in shipped.items.values()
        for _section, field in item.fields()
        if isinstance(field, Question | TableField) and not field.help
    ]
    assert unexplained == []


def test_an_item_read_back_from_its_stored_text_is_the_same(shipped):
    for item in shipped.items.values():
        assert ServiceItem.model_validate_json(item.model_dump_json()) == item


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    (
        (ETRC, "department: kjj", "department: kjjj", "引用了不存在的部门 kjjj"),
        (ETRC, "platform_type: etrc", "platform_type: etc", "引用了不存在的平台类别 etc"),
        (ETRC, "process: recognition", "process: recognise", "引用了不存在的流程 recognise"),
        (ETRC, "rule: recognition.etrc", "rule: recognition.etc", "引用了不存在的条件规则 recognition.etc.municipal"),
        (ETRC, "fact: rd_projects", "fact: rd_project", "引用了不存在的事实指标 rd_project"),
        (ETRC, "fact: kind}", "fact: kind, years: 2}", "事实 kind 不分年度，不能要求 2 年"),
        (ETRC, "evidence_for: [revenue", "evidence_for: [income", "引用了不存在的佐证的事实指标 income"),
        (ETRC, "name: register_platform", "name: register_plaform", "引用了不存在的结果 register_plaform"),
        (ETRC, "platform, params: {type: etrc", "platform, params: {kind: etrc", "register_platform 的参数 kind"),
        (ETRC, "name: same_platform", "name: same_plaform", "引用了不存在的排斥情形 same_plaform"),
        (ETRC, 'site_kind == "租赁"', "site_kind == 1", "lease_ends_on 的 when 写法不对"),
        (ETRC, 'site_kind == "租赁"', 'sitekind == "租赁"', "lease_ends_on 的 when 写法不对"),
        (ETRC, 'site_kind == "租赁"', "known(lease_ends_on)", "lease_ends_on 的 when 不能依据它自己"),
        (ETRC, "publicity: {days: 5, calendar: working}\n", "", "流程 recognition 要公示，须写明 publicity"),
        (ETRC, "process: recognition", "process: filing", "流程 filing 没有步骤产生它（does: [publish]）"),
        (RECOGNITION, "marks: [editable]", "marks: [edited]", "引用了不存在的状态标记 edited"),
        (RECOGNITION, "needs: [correction_noted]", "needs: [noted]", "引用了不存在的步骤条件（needs） noted"),
        (RECOGNITION, "asks: [rank]", "asks: [order]", "引用了不存在的办理内容（asks） order"),
        (RECOGNITION, "does: [number]", "does: [count]", "引用了不存在的办理动作（does） count"),
        (RECOGNITION, "[decide, effect, cert", "[effect, decide, cert", "步骤 approve 的 effect 须在 decide 之后"),
        (RECOGNITION, "asks: [corrections], ", "", "步骤 correct 要 open_correction，须写 asks: [corrections]"),
        (RECOGNITION, "marks: [correcting], ", "", "步骤 correct 要 open_correction，到达的状态须标为 correcting"),
        (RECOGNITION, "marks: [withdrawn]", "marks: [reviewing]", "终点 withdrawn（已撤回）须标明"),
        (
            RECOGNITION,
            "  - {step: return, label: 退回审定, from: publicity",
            "  - {step: back, label: 退回审定, from: publicity",
            "审核状态 publicity（公示）没有“退回”（return）步骤",
        ),
    ),
)  # fmt: skip
def test_what_does_not_fit_is_said(root, name, old, new, said):
    spoil(root, name, old, new)
    try:
        complaints = found(root)
    except BrokenCatalogue as refusal:
        complaints = str(refusal).splitlines()
    assert [line for line in complaints if said in line], complaints


def test_a_state_that_may_refuse_must_be_able_to_return(root):
    for days in (10, 10):  # the extended time of the proposal, then the meeting
        spoil(root, RECOGNITION, f"working_days: {days}, examines: true", f"working_days: {days}")
    spoil(root, RECOGNITION, "examines: true, clock: runs}\n  ranked_extended", "clock: runs}\n  ranked_extended")
    spoil(root, RECOGNITION, "{step: return, label: 退回再议", "{step: again, label: 退回再议")
    said = "状态 meeting（会议审定）可以作出否定结论，却不能退回（return）或要求补正"
    assert f"processes/recognition.yaml　recognition：{said}" in found(root)


def test_codes_are_used_once_and_file_and_code_agree(root):
    spoil(root, ETRC, "question: keywords", "question: abstract")
    with pytest.raises(BrokenCatalogue, match="栏目代码重复：abstract"):
        load(root, "anshun")


def test_a_file_called_otherwise_is_refused(root):
    (root / ETRC).rename(root / "anshun/items/recognition.etrc.yaml")
    with pytest.raises(BrokenCatalogue, match="须与文件名一致"):
        load(root, "anshun")


def test_an_item_from_elsewhere_must_say_so(root):
    (root / "template/items").mkdir(exist_ok=True)
    (root / ETRC).rename(root / "template/items/recognition.etrc.municipal.yaml")
    with pytest.raises(BrokenCatalogue, match="外地事项须标明 template: true"):
        load(root, "anshun")


def worked_example():
    text = Path(__file__).parents[2].joinpath("docs/items.md").read_text(encoding="utf-8")
    return re.search(r"```yaml\n(item: .*?)```", text, re.DOTALL)[1]


@pytest.mark.capability("C93")
def test_the_worked_example_of_the_guide_is_an_item_once_it_is_put_in(root):
    (root / "anshun/items/recognition.pilot_platform.municipal.yaml").write_text(worked_example(), encoding="utf-8")
    whole = load(root, "anshun")
    assert problems(whole) == []
    assert whole.items["recognition.pilot_platform.municipal"].title == "市级中试平台认定"


@pytest.mark.capability("C93")
def test_a_process_is_drawn_and_said_aloud():
    seen = CliRunner().invoke(commands, ["draw", "recognition.etrc.municipal"])
    assert seen.exit_code == 0
    assert seen.stdout.startswith("市级工程技术研究中心认定（recognition.etrc.municipal）：")
    assert "    correction --> examination: 提交补正（申报人、依托单位管理员）" in seen.stdout
    assert (
        "  推荐 → 形式审查，由县区科技主管部门经办人办理；条件：在推荐时间内、未超过限额；填写：推荐排序" in seen.stdout
    )


def test_what_is_not_there_cannot_be_drawn():
    seen = CliRunner().invoke(commands, ["draw", "nothing"])
    assert (seen.exit_code, seen.stdout) == (1, "")
    assert "没有名为 nothing 的流程或事项" in seen.stderr


def test_every_word_of_a_process_is_said_in_chinese(shipped):
    for name in ("recognition", "recommendation_upward", "filing"):
        said = process_said(shipped.processes[name], {role.code: role.label for role in shipped.roles}, shipped.words)
        words = [
            word for state in said for step in state.steps for word in (*step.needs, *step.asks, *step.does, step.by)
        ]
        assert [word for word in words if re.search("[a-z]", word)] == []


def test_a_signature_of_several_is_said(root):
    spoil(
        root, RECOGNITION, "by: department_head, needs: [reviewed]", "by: department_head, quorum: 2, needs: [reviewed]"
    )
    whole = load(root, "anshun")
    said = process_said(whole.processes["recognition"], {}, whole.words)
    steps = {step.name: step for state in said for step in state.steps if state.name == "meeting"}
    assert steps["publish"].signing == "2 人会签"
