"""What another body sends about many organisations: tried first, every fault at its cell, all of it or nothing."""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kechuang.facts import selectors, services
from kechuang.facts.models import Fact, Question
from kechuang.facts.outside import HEADS, NAME, outside_read, template_out
from kechuang.facts.selectors.knowing import metrics_for
from kechuang.kernel.errors import NotAllowed, Refused
from tests.facts.conftest import actor_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.capability("C19")]


def book(*rows, heads=None, name=NAME):
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as made:
        page = made.add_worksheet(name)
        for number, row in enumerate([heads or [str(head) for head in HEADS], *rows]):
            page.write_row(number, 0, row)
    return memory.getvalue()


def read(*rows, **more):
    return outside_read(book(*rows, **more), metrics=metrics_for(kind="organisation"))


@pytest.fixture
def names(ground):
    return [one.name for one in ground.organisations]


def test_values_of_several_organisations_are_taken_over_under_the_departments_name(ground, names):
    reading = read(["", names[0], "严重失信", "", "否"], ["", names[1], "revenue", 2024, 120.5])
    assert reading.faults == []
    officer = ground.officer()
    tried = services.facts_import_try(lines=reading.lines, source="示例信用函", actor=officer)
    assert not Fact.objects.exists()
    done = services.facts_import(lines=reading.lines, source="示例信用函", actor=officer)
    assert done == tried
    assert (done.new, done.same, done.questions) == (2, 0, 0)
    found = selectors.known(subject=ground.subject, metrics=["serious_dishonesty"], years=[])
    assert [(one.value, one.source) for one in found.values()] == [(False, "示例信用函")]
    again = services.facts_import(lines=reading.lines, source="示例信用函", actor=officer)
    assert (again.new, again.same) == (0, 2)


def test_what_contradicts_an_organisations_own_value_is_asked(ground, names):
    services.fact_declare(
        subject=ground.subject, metric="revenue", year=2024, value=100, source="", actor=ground.applicant()
    )
    reading = read(["", names[0], "revenue", 2024, 120])
    done = services.facts_import(lines=reading.lines, source="示例统计", actor=ground.officer())
    assert (done.new, done.same, done.questions) == (0, 0, 1)
    assert Question.objects.get().department == ground.department


def test_an_organisation_is_found_by_its_credit_code(ground):
    ground.organisations[0].credit_code = "91520402000000001X"
    ground.organisations[0].save(update_fields=["credit_code"])
    reading = read(["91520402000000001x", "", "revenue", 2024, 1])
    assert [line.organisation for line in reading.lines] == [ground.organisations[0].pk]


def test_every_fault_is_told_at_its_cell(ground, names):
    ground.organisations[1].name = names[0]
    ground.organisations[1].save(update_fields=["name"])
    reading = read(
        ["", "示例没有的单位", "revenue", 2024, 1],
        ["", names[0], "revenue", 2024, 1],
        ["X", "", "没有的指标", 2024, 1],
        [],
        ["X", "", "revenue", "", "很多"],
        ["X", "", "严重失信", 2024, ""],
    )
    assert [fault.cell for fault in reading.faults] == ["B2", "B3", "A4", "C4", "A6", "D6", "E6", "A7", "D7", "E7"]
    assert reading.lines == []


def test_the_template_is_read_back_empty_and_what_is_none_is_refused(ground):
    metrics = metrics_for(kind="organisation")
    assert outside_read(template_out(metrics), metrics=metrics).lines == []
    for data in (b"", b"nonsense", book(heads=["x"]), book(name="别的"), book(*[["a"]] * 2001)):
        with pytest.raises(Refused) as refused:
            outside_read(data, metrics=metrics)
        assert refused.value.field == "workbook"


def test_one_refused_value_leaves_nothing(ground, names):
    lines = [
        services.Line(ground.organisations[0].pk, "revenue", 2024, "1", "E2"),
        services.Line(ground.organisations[1].pk, "industry", None, "C3670", "E3"),
    ]
    with pytest.raises(Refused, match="E3"):
        services.facts_import(lines=lines, source="示例", actor=ground.officer())
    assert not Fact.objects.exists()


@pytest.mark.parametrize("role", ("applicant", "county_officer", "auditor", "department_head"))
def test_strangers_import_nothing(ground, role):
    bounds = {
        "applicant": {"organisation": ground.organisations[0]},
        "county_officer": {"county": ground.counties[0]},
        "department_head": {"department": ground.department},
    }.get(role, {})
    lines = [services.Line(ground.organisations[0].pk, "revenue", 2024, "1")]
    with pytest.raises(NotAllowed):
        services.facts_import(lines=lines, source="示例", actor=actor_of(role, **bounds))
    client = signed_in(role, **bounds)
    for name in ("outside", "outside_template"):
        assert client.get(reverse(f"facts:{name}")).status_code == 404
    assert not Fact.objects.exists()


def test_the_page_tries_first_and_writes_once_confirmed(ground, names):
    officer, where = signed_in("department_officer", department=ground.department), reverse("facts:outside")
    assert officer.get(reverse("facts:outside_template")).status_code == 200

    def sent(data):
        return officer.post(where, {"workbook": SimpleUploadedFile("a.xlsx", data), "source": "示例统计函"})

    wrong = sent(book(["", names[0], "revenue", 2024, "很多"])).content.decode()
    assert all(part in wrong for part in ("E2", "须填写数字"))
    trial = sent(book(["", names[0], "revenue", 2024, 120]))
    assert "检查通过" in trial.content.decode()
    assert not Fact.objects.exists()
    done = officer.post(where, {"confirmed": trial.context["token"]}, follow=True).content.decode()
    assert "新数据 1 项" in done
    assert Fact.objects.get().source == "示例统计函"
    assert "已过期" in officer.post(where, {"confirmed": "forged"}, follow=True).content.decode()
    assert "内容不是其中之一" in sent(b"nonsense").content.decode()
