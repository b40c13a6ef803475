"""What was done for the guarantees: recorded by units, confirmed by another person, summed by year and source."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from kechuang.directory.models import Department
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused, Stale
from kechuang.kernel.inbox import waiting_for
from kechuang.plan import services
from kechuang.plan.choices import MoneySource
from kechuang.plan.forms.guarantees import GuaranteeForm
from kechuang.plan.models import Clause, GuaranteeRecord, Plan
from kechuang.plan.reports.evaluation import evaluation
from kechuang.plan.selectors.guarantees import guarantees_carried, money_of
from tests.factories import ClauseFactory, DepartmentFactory, PlanFactory, UserFactory

pytestmark = [pytest.mark.usefixtures("processes"), pytest.mark.capability("C138")]
MONEY = {
    "kind": "money",
    "title": "示例专项资金",
    "day": date(2022, 3, 1),
    "amount": 120_000_000,
    "source": "municipal",
}


@pytest.fixture
def department() -> Department:
    return DepartmentFactory(name="示例财政局")


@pytest.fixture
def clause() -> Clause:
    """A guarantee of a published plan."""
    plan = PlanFactory()
    Plan.objects.filter(pk=plan.pk).update(state="published")
    row = ClauseFactory(plan=plan, kind="guarantee", title="示例保障")
    row.refresh_from_db()
    return row


@pytest.fixture
def officer(actor_of: Callable[..., Actor], department: Department) -> Actor:
    return actor_of("department_officer", department=department)


@pytest.fixture
def record(clause: Clause, officer: Actor, department: Department) -> GuaranteeRecord:
    return services.guarantee_record(clause=clause, actor=officer, department_id=department.pk, **MONEY)


def carried(clause: Clause, actor: Actor, on: date = date(2022, 7, 15)) -> int:
    [row] = guarantees_carried(plan=clause.plan, on=on, actor=actor)
    return row.money.total


def test_only_what_another_person_confirmed_is_counted_and_from_its_day_on(
    clause: Clause, record: GuaranteeRecord, officer: Actor, keeper: Actor
) -> None:
    assert [one.title for one in waiting_for(keeper)] == ["示例专项资金"]
    assert carried(clause, keeper) == 0
    services.guarantee_step(record=record, step="confirm", actor=keeper)
    assert carried(clause, keeper) == 120_000_000
    assert carried(clause, keeper, date(2022, 2, 28)) == 0
    with pytest.raises(Refused, match="退回后再改"):
        services.guarantee_change(record=record, actor=officer, title="示例别名")
    services.guarantee_step(record=record, step="return", actor=keeper, reason="示例理由")
    assert carried(clause, keeper) == 0
    services.guarantee_change(record=record, actor=officer, amount=100)
    services.guarantee_step(record=record, step="resubmit", actor=officer)
    services.guarantee_step(record=record, step="confirm", actor=keeper)
    assert carried(clause, keeper) == 100


def test_nobody_confirms_what_they_wrote_themselves(
    clause: Clause, keeper: Actor, actor_of: Callable[..., Actor]
) -> None:
    own = services.guarantee_record(clause=clause, actor=keeper, **MONEY)
    with pytest.raises(Refused, match="另一位同事"):
        services.guarantee_step(record=own, step="confirm", actor=keeper)
    services.guarantee_step(record=own, step="confirm", actor=actor_of("conference_office"))
    assert own.state == "confirmed"


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    (
        ({"amount": None}, None, "金额和资金来源"),
        ({"source": ""}, None, "金额和资金来源"),
        ({"kind": "policy"}, None, "金额和资金来源"),
        ({"amount": -1}, None, "金额和资金来源"),
        ({"day": date(2022, 7, 16)}, "day", "今天之后"),
        ({"title": ""}, "title", "不能为空|必填|字段"),
    ),
)
def test_what_does_not_hold_is_refused_in_words(  # noqa: PLR0917 - fixtures
    clause: Clause, officer: Actor, department: Department, wrong: dict[str, Any], field: str | None, said: str
) -> None:
    with pytest.raises(Refused, match=said) as refusal:
        services.guarantee_record(clause=clause, actor=officer, department_id=department.pk, **{**MONEY, **wrong})
    assert refusal.value.field == field
    assert not GuaranteeRecord.objects.exists()


def test_the_database_keeps_the_law(record: GuaranteeRecord) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        GuaranteeRecord.objects.filter(pk=record.pk).update(amount=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        GuaranteeRecord.objects.filter(pk=record.pk).update(kind="publicity")


def test_strangers_tasks_and_doubles_are_refused(
    clause: Clause, record: GuaranteeRecord, officer: Actor, department: Department, stranger: Actor
) -> None:
    with pytest.raises(NotAllowed):
        services.guarantee_record(clause=clause, actor=stranger, **MONEY)
    with pytest.raises(NotAllowed):
        services.guarantee_record(clause=clause, actor=officer, department_id=DepartmentFactory().pk, **MONEY)
    with pytest.raises(NotAllowed):
        services.guarantee_step(record=record, step="confirm", actor=officer)
    with pytest.raises((Refused, Stale)):
        services.guarantee_record(clause=clause, actor=officer, department_id=department.pk, **MONEY)
    task = ClauseFactory(plan=clause.plan, kind="task")
    with pytest.raises(Refused, match="保障条款"):
        services.guarantee_record(clause=task, actor=officer, department_id=department.pk, **MONEY)
    assert GuaranteeRecord.objects.count() == 1


@given(
    st.lists(
        st.tuples(st.integers(2020, 2023), st.sampled_from([one.value for one in MoneySource]), st.integers(1, 10**12)),
        max_size=30,
    )
)
def test_sums_of_years_and_of_sources_are_both_the_whole(rows: list[tuple[int, str, int]]) -> None:
    money = money_of(GuaranteeRecord(day=date(year, 1, 1), source=source, amount=fen) for year, source, fen in rows)
    assert money.total == sum(fen for _year, _source, fen in rows)
    assert sum(map(money.of_year, money.years)) == money.total
    assert sum(money.of_source(one.value) for one in money.sources) == money.total


@given(st.integers(1, 10**15))
def test_an_amount_survives_the_form_to_the_fen(fen: int) -> None:
    kept = GuaranteeForm.kept(GuaranteeRecord(kind="money", day=date(2022, 1, 1), source="county", amount=fen))
    form = GuaranteeForm({**kept, "title": "示例", "day": "2022-01-01"}, fixed=True)
    assert form.is_valid(), form.errors
    assert form.values["amount"] == fen


def test_the_evaluation_tells_money_policies_and_publicity(
    clause: Clause, record: GuaranteeRecord, officer: Actor, keeper: Actor, department: Department
) -> None:
    policy = services.guarantee_record(
        clause=clause, actor=officer, department_id=department.pk, kind="policy", title="示例办法", day=date(2022, 5, 6)
    )
    for row in (record, policy):
        services.guarantee_step(record=row, step="confirm", actor=keeper)
    paper = evaluation(plan=clause.plan, on=date(2022, 7, 15), actor=keeper)
    [part] = [one for one in paper.parts if one.title == "保障措施落实情况"]
    assert part.paragraphs[-1] == "经费投入合计 120.00 万元，其中财政资金 120.00 万元。"
    assert [list(grid.rows) for grid in part.grids] == [
        [("2022", "120.00", "120.00"), ("合计", "120.00", "120.00")],
        [("示例办法", "", "2022年5月6日", "", "示例财政局")],
    ]


def signed_in(role: str, **bounds: Any) -> Client:
    user = UserFactory()
    user.offices.create(role=role, start=date(2020, 1, 1), **bounds)
    client = Client()
    client.force_login(user)
    return client


def test_an_officer_records_in_the_browser_and_the_office_confirms(clause: Clause, department: Department) -> None:
    officer = signed_in("department_officer", department=department)
    new = reverse("plan:guarantee_new", args=[clause.pk])
    form = {"unit": f"d{department.pk}", "kind": "money", "title": "示例专项资金", "day": "2022年3月1日", "wan": "12.5"}
    refused = officer.post(new, form)
    assert "经费投入须选资金来源。" in refused.content.decode()
    made = officer.post(new, {**form, "source": "municipal"}, follow=True)
    assert "已登记，等待核定。" in made.content.decode()
    row = GuaranteeRecord.objects.get()
    assert row.amount == Decimal("12.5") * 1_000_000
    office = signed_in("conference_office")
    office.post(reverse("plan:guarantee_step", args=[row.pk]), {"step": "confirm"})
    shown = office.get(reverse("plan:guarantees")).content.decode()
    assert "合计 12.50" in shown.replace("\u2009", " ")
    listed = officer.get(reverse("plan:guarantee_list"), {"format": "csv"})
    assert "12500000" in b"".join(listed.streaming_content).decode()


def test_strangers_find_no_page(clause: Clause, record: GuaranteeRecord) -> None:
    stranger = signed_in("expert")
    for name, args in (
        ("guarantees", []),
        ("guarantee_list", []),
        ("guarantee", [record.pk]),
        ("guarantee_change", [record.pk]),
        ("guarantee_new", [clause.pk]),
    ):
        assert stranger.get(reverse(f"plan:{name}", args=args)).status_code == 404
    assert stranger.post(reverse("plan:guarantee_step", args=[record.pk]), {"step": "confirm"}).status_code == 404


@pytest.mark.parametrize("rows", (1, 3))
def test_the_overview_asks_as_often_for_three_as_for_one(  # noqa: PLR0917 - fixtures
    clause: Clause, keeper: Actor, officer: Actor, department: Department, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        made = services.guarantee_record(
            clause=clause, actor=officer, department_id=department.pk, **{**MONEY, "title": f"示例{number}"}
        )
        services.guarantee_step(record=made, step="confirm", actor=keeper)
    with django_assert_num_queries(4):
        assert carried(clause, keeper) == rows * MONEY["amount"]
