"""Three items the engine was not written for run from files alone: nothing outside ``catalogue/`` is changed for them.

Two of three officers must sign; a county and a department sign side by side; a repeated table with another
effect and states of its own. A threshold and a form that change in mid-call leave a running application alone.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from kechuang.calls.definitions import definition_of
from kechuang.calls.models import Decision, ServiceItem
from kechuang.calls.services.answers import Change, answers_save
from kechuang.calls.services.items import items_store
from kechuang.calls.services.stepping import application_move
from kechuang.catalogue.checking import problems
from kechuang.catalogue.loading import installed_root, load
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.loading import catalogue_load
from kechuang.kernel.moves import moves_of
from kechuang.platforms.models import PoolEntry

SOURCE = {
    "document": None,
    "article": None,
    "effective_from": None,
    "effective_to": None,
    "verified_by": None,
    "template": False,
}

PANEL = """
process: sample_panel
label: 示例合议
states:
  draft: {label: 草稿, waits_for: applicant, marks: [editable]}
  panel: {label: 合议, waits_for: department_officer, working_days: 5, examines: true}
  passed: {label: 合议通过, final: true, marks: [approved]}
  refused: {label: 合议不通过, final: true, marks: [refused]}
steps:
  - {step: submit, label: 提交, from: draft, to: panel, by: applicant, needs: [complete], does: [number, accept]}
  - {step: agree, label: 同意, from: panel, to: passed, by: department_officer, quorum: 2, does: [decide]}
  - {step: return, label: 退回修改, from: panel, to: draft, by: department_officer, reason: required}
  - {step: refuse, label: 不通过, from: panel, to: refused, by: department_head, reason: required, does: [decide]}
"""
SIDE_BY_SIDE = """
process: sample_side_by_side
label: 示例并联
states:
  draft: {label: 草稿, waits_for: applicant, marks: [editable]}
  both: {label: 并联审批, waits_for: county_officer, working_days: 3, examines: true}
  waiting: {label: 等待材料, waits_for: applicant, marks: [editable], clock: stopped, clock_text: 等待申报单位补充材料}
  passed: {label: 办结, final: true, marks: [approved]}
  refused: {label: 不予办理, final: true, marks: [refused]}
steps:
  - step: submit
    label: 提交
    from: [draft, waiting]
    to: both
    by: [applicant, host_admin]
    needs: [complete]
    does: [number]
  - step: agree
    label: 会签同意
    from: both
    to: passed
    by: [county_officer, department_head]
    each_role: true
    does: [accept, decide, certificate]
  - {step: return, label: 退回补充, from: both, to: waiting, by: [county_officer, department_head], reason: required}
  - {step: refuse, label: 不予办理, from: both, to: refused, by: department_head, reason: required, does: [decide]}
"""


def item(code: str, process: str, form: list[dict], **more: object) -> dict:
    return {
        "item": code,
        "title": f"示例事项{code}",
        "group": "示例",
        "summary": "示例",
        "applicants": ["enterprise"],
        "department": "kjj",
        "process": process,
        "always_open": True,
        "form": form,
        **SOURCE,
        **more,
    }


NAME = {"section": "one", "label": "概况", "fields": [{"question": "name", "label": "名称", "help": "示例"}]}
TABLE = {
    "section": "machines",
    "label": "设备",
    "fields": [
        {
            "table": "machines",
            "label": "设备",
            "min_rows": 2,
            "columns": [
                {"code": "name", "label": "名称"},
                {"code": "price", "label": "价格", "type": "money", "unit": "万元"},
            ],
        }
    ],
}
POOL = {
    "section": "aim",
    "label": "目标",
    "fields": [
        {"question": "target_type", "label": "类别", "type": "choice", "choices": ["工程技术研究中心"]},
        {"question": "target_level", "label": "级别", "type": "choice", "choices": ["市级"]},
        {"question": "gaps", "label": "差距", "type": "long_text"},
    ],
}


@pytest.fixture
def by_files(bureau, tmp_path: Path):
    """Add three items and two processes to a copy of the catalogue, and load it."""
    root = tmp_path / "catalogue"
    shutil.copytree(installed_root(), root)
    (root / "anshun/processes").mkdir(exist_ok=True)
    (root / "anshun/processes/sample_panel.yaml").write_text(PANEL)
    (root / "anshun/processes/sample_side_by_side.yaml").write_text(SIDE_BY_SIDE)
    paper = {"series": "示例科决", "decision": "关于示例事项的决定", "certificate": "示例证书"}
    written = [
        item("sample.panel", "sample_panel", [NAME, TABLE]),
        item("sample.side", "sample_side_by_side", [NAME], paper=paper),
        item("sample.pool", "filing", [POOL], effect={"name": "enter_pool", "params": {"type_from": "target_type"}}),
    ]
    for each in written:
        (root / f"anshun/items/{each['item']}.yaml").write_text(yaml.safe_dump(each, allow_unicode=True))
    catalogue = load(root, "anshun")
    assert list(problems(catalogue)) == []
    catalogue_load(catalogue)
    return root


@pytest.mark.capability("C93", "C94")
def test_two_different_officers_must_sign_and_one_cannot_sign_twice(bureau, by_files):
    case = bureau.filled(bureau.started(item="sample.panel"))
    rows = [{"name": "示例机床", "price": "12.5"}, {"name": "示例仪器", "price": "3"}]
    answers_save(application=case, changes=[Change("machines", rows[:1], 1)], actor=bureau.actor("applicant"))
    with pytest.raises(Refused, match="设备"):
        bureau.move(case, "submit", "applicant")
    answers_save(application=case, changes=[Change("machines", rows, 2)], actor=bureau.actor("applicant"))
    bureau.move(case, "submit", "applicant")
    assert bureau.move(case, "agree", "department_officer").state == "panel"
    with pytest.raises(Refused, match="您已签署"):
        application_move(application=case, step="agree", actor=bureau.actor("department_officer"))
    second = bureau.actor("department_officer", "second")
    application_move(application=case, step="agree", actor=second)
    assert case.state == "passed"
    assert [(move.step, move.partial) for move in moves_of(case)] == [
        ("submit", False),
        ("agree", True),
        ("agree", False),
    ]
    assert Decision.objects.get(application=case).outcome == "approved"


@pytest.mark.capability("C94")
def test_a_return_makes_signatures_void_and_county_and_department_sign_side_by_side(bureau, by_files):
    case = bureau.filled(bureau.started(item="sample.side"))
    bureau.move(case, "submit", "applicant")
    number = case.number
    assert bureau.move(case, "agree", "department_head").state == "both"
    assert bureau.move(case, "return", "county_officer", reason="示例：缺少说明").state == "waiting"
    assert bureau.move(case, "submit", "applicant").state == "both"
    assert bureau.move(case, "agree", "county_officer").state == "both"
    with pytest.raises(Refused, match="同一角色"):
        application_move(application=case, step="agree", actor=bureau.actor("county_officer", "other"))
    assert bureau.move(case, "agree", "department_head").state == "passed"
    decision = Decision.objects.get(application=case)
    assert (case.number, decision.number[:5], bool(decision.certificate_number)) == (number, "示例科决〔", True)


@pytest.mark.capability("C18", "C19")
def test_another_effect_runs_by_its_name(bureau, by_files):
    case = bureau.filled(bureau.started(item="sample.pool"))
    bureau.move(case, "submit", "applicant")
    bureau.move(case, "file", "department_officer")
    entry = PoolEntry.objects.get(organisation=bureau.organisation)
    assert (case.state, str(entry.kind)) == ("filed", "工程技术研究中心")


def test_a_stranger_signs_nothing(bureau, by_files):
    case = bureau.filled(bureau.started(item="sample.side"))
    bureau.move(case, "submit", "applicant")
    with pytest.raises(NotAllowed):
        application_move(application=case, step="agree", actor=bureau.actor("applicant"))


@pytest.mark.capability("C93")
def test_what_changes_in_mid_call_leaves_a_running_application_as_it_was_begun(bureau, by_files):
    before = bureau.started(item="sample.side")
    path = by_files / "anshun/items/sample.side.yaml"
    changed = yaml.safe_load(path.read_text())
    changed["form"][0]["fields"].append({"question": "more", "label": "新增一栏", "help": "示例"})
    path.write_text(yaml.safe_dump(changed, allow_unicode=True))
    items_store(load(by_files, "anshun"))
    after = bureau.started(item="sample.side")
    codes = [[field.code for _s, field in definition_of(case.item_version_id).fields()] for case in (before, after)]
    assert codes == [["name"], ["name", "more"]]
    assert ServiceItem.objects.get(code="sample.side").versions.count() == 2
    bureau.filled(before)
    assert bureau.move(before, "submit", "applicant").state == "both"


TWO_STAGES = """
process: sample_two_stages
label: 示例两阶段
states:
  draft: {label: 概念草稿, waits_for: applicant, marks: [editable]}
  concept: {label: 概念评议, waits_for: department_officer, working_days: 5, examines: true}
  full: {label: 正式申报, waits_for: applicant, marks: [editable]}
  check: {label: 核对, waits_for: department_officer, working_days: 5, examines: true}
  passed: {label: 通过, final: true, marks: [approved]}
  refused: {label: 不通过, final: true, marks: [refused]}
steps:
  - {step: submit, label: 提交, from: draft, to: concept, by: applicant, needs: [complete], does: [number]}
  - {step: pass, label: 进入正式申报, from: concept, to: full, by: department_officer}
  - {step: return, label: 退回修改, from: concept, to: draft, by: department_officer, reason: required}
  - {step: submit, label: 提交, from: full, to: check, by: applicant, needs: [complete]}
  - {step: agree, label: 通过, from: check, to: passed, by: department_officer, does: [accept, decide]}
  - {step: return, label: 退回修改, from: check, to: full, by: department_officer, reason: required}
  - step: refuse
    label: 不通过
    from: [concept, check]
    to: refused
    by: department_officer
    reason: required
    does: [decide]
"""


@pytest.mark.capability("C30")
def test_the_second_stage_is_asked_only_after_the_concept_has_passed(bureau, by_files):
    (by_files / "anshun/processes/sample_two_stages.yaml").write_text(TWO_STAGES)
    later = {
        "section": "later",
        "label": "正式",
        "from_state": "full",
        "fields": [{"question": "plan", "label": "方案"}],
    }
    written = item("sample.stages", "sample_two_stages", [NAME, later])
    (by_files / "anshun/items/sample.stages.yaml").write_text(yaml.safe_dump(written, allow_unicode=True))
    catalogue = load(by_files, "anshun")
    assert list(problems(catalogue)) == []
    catalogue_load(catalogue)
    case = bureau.started(item="sample.stages")
    changes = [Change("name", "示例", 0)]
    answers_save(application=case, changes=changes, actor=bureau.actor("applicant"))
    with pytest.raises(Refused):
        answers_save(application=case, changes=[Change("plan", "早了", 0)], actor=bureau.actor("applicant"))
    bureau.move(case, "submit", "applicant")
    bureau.move(case, "pass", "department_officer")
    with pytest.raises(Refused, match="方案"):
        bureau.move(case, "submit", "applicant")
    answers_save(application=case, changes=[Change("plan", "示例方案", 0)], actor=bureau.actor("applicant"))
    assert bureau.move(case, "submit", "applicant").state == "check"
    assert [sorted(one.content["answers"]) for one in case.submissions.all()] == [["name"], ["name", "plan"]]
