"""Experts from a ledger: entered as entries to be filled in, with fields and ties, changed and taken back."""

from __future__ import annotations

from kechuang.kernel.models import Case
from kechuang.review import subjects
from kechuang.review.models import Affiliation, Expert, ExpertField, Relation
from kechuang.review.resource import EXPERT_BASE
from kechuang.ui.imports.services import may_import
from tests.ui.imports.ledgers import brought, taken_back, told, workbook

HEADS = ("姓名", "工作单位", "任职起", "出生日期", "职称", "邮箱", "研究领域", "回避单位")


def row(unit: str, name: str = "示例甲", **values: str) -> list[str]:
    plain = ("2015-09-01", "1978-06-01", "正高级", "a@example.com", "520.20 精通；520.40 熟悉", "")
    return list((dict(zip(HEADS, (name, unit, *plain), strict=True)) | values).values())


def test_experts_come_in_as_entries_and_go_again(bench):
    unit, other = bench.units[:2]
    admin = bench.actor("host_admin", organisation=unit)
    data = workbook([HEADS, row(unit.name, 回避单位=f"有偿咨询：{other.name}"), row(unit.name, "示例乙")])
    run = brought(data, resource=EXPERT_BASE, actor=admin, write=True)
    assert (run.state, run.problem) == ("done", "")
    expert = Expert.objects.get(name="示例甲")
    assert (expert.state, expert.stratum, expert.title, expert.identity_digest) == ("filled", "520", "senior", "")
    assert sorted(expert.fields.values_list("code", "stated", "main")) == [("520.20", 3, True), ("520.40", 2, False)]
    assert list(expert.relations.values_list("kind", "organisation")) == [("consultancy", other.pk)]
    again = brought(data, resource=EXPERT_BASE, actor=admin)
    assert (again.summary["same"], again.summary["faults"]) == (2, 0)
    assert taken_back(run, admin).problem == ""
    for model in (Expert, ExpertField, Affiliation, Relation, Case):
        assert model.objects.count() == 0


def test_an_entry_is_changed_and_put_back(bench):
    unit = bench.units[0]
    admin = bench.actor("host_admin", organisation=unit)
    brought(workbook([HEADS, row(unit.name)]), resource=EXPERT_BASE, actor=admin, write=True)
    changed = row(unit.name, 职称="副教授", 研究领域=f"{subjects.names('discipline')['520.40']} 精通")
    run = brought(workbook([HEADS, changed]), resource=EXPERT_BASE, actor=admin, write=True)
    expert = Expert.objects.get()
    assert (run.summary["change"], expert.title, expert.stratum) == (1, "associate", "520")
    assert list(expert.fields.values_list("code", "stated")) == [("520.40", 3)]
    assert taken_back(run, admin).problem == ""
    expert.refresh_from_db()
    assert (expert.title, sorted(expert.fields.values_list("code", flat=True))) == ("senior", ["520.20", "520.40"])


def test_every_wrong_cell_is_named(bench):
    unit, other = bench.units[:2]
    rows = [
        row(other.name),
        row("示例无此单位"),
        row(unit.name, "示例丙", 邮箱="没有"),
        row(unit.name, "示例丁", 研究领域="999.99 精通"),
        row(unit.name, "示例戊", 回避单位="认识：某人"),
        row(unit.name, "示例己"),
        row(unit.name, "示例己"),
        row(unit.name, "示例庚", 职称="大师"),
    ]
    run = brought(workbook([HEADS, *rows]), resource=EXPERT_BASE, actor=bench.actor("host_admin", organisation=unit))
    assert [(at, column) for at, column, _sentence in told(run)] == [
        (2, 1), (3, 1), (4, 5), (5, 6), (6, 7), (8, 0), (9, 4),
    ]  # fmt: skip
    assert Expert.objects.count() == 0


def test_whoever_enters_no_experts_imports_none(bench):
    assert not may_import(EXPERT_BASE, bench.secretary)
