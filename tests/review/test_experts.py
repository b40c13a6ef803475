"""Entering the base step by step, keeping it true, and who may be drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse

from kechuang.directory.models import Office
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.review.loading import expert_base_rules
from kechuang.review.models import Expert, Integrity, Relation
from kechuang.review.selectors.drawable import age_on, experts_with_standing, months_after, obstacles
from kechuang.review.services import experts as services
from tests.factories import OrganisationFactory, UserFactory
from tests.review.conftest import TODAY, Bench


def enter(bench: Bench, **values: object) -> tuple[Expert, Actor]:
    unit = values.pop("organisation", None) or bench.units[0]
    host = bench.actor("host_admin", organisation=unit)
    given = {
        "name": "示例新专家",
        "identity": "520402197501010011",
        "born_on": date(1975, 1, 1),
        "title": "senior",
        "degree": "博士",
        "post": "示例职务",
        "mobile": "13800000000",
        "email": "new@example.com",
        "fields": (("discipline", "520.20", 3, True), ("industry", "C2720", 2, False)),
        **values,
    }
    return services.expert_enter(actor=host, organisation=unit, **given), host


def walk(bench: Bench, expert: Expert, host: Actor) -> Expert:
    county = bench.actor("county_officer", county=expert.organisation.county)
    officer = bench.actor("department_officer", department=bench.department)
    for step, actor in (("submit", host), ("endorse", host), ("recommend", county), ("accept", officer)):
        services.expert_move(expert=expert, step=step, actor=actor)
    later = replace(officer, today=TODAY + timedelta(days=20))
    return services.expert_move(expert=expert, step="admit", actor=later)


@pytest.mark.capability("C44")
def test_an_entry_passes_unit_county_bureau_and_publicity_and_gets_an_account(bench: Bench):
    expert, host = enter(bench)
    expert = walk(bench, expert, host)
    assert (expert.state, expert.verified_on, expert.stratum) == ("active", TODAY, "520")
    assert Office.objects.get(user=expert.user).role == "expert"
    assert not expert.user.has_usable_password()
    assert all(expert.affiliations.values_list("verified", flat=True))
    standing = experts_with_standing(on=TODAY + timedelta(days=21)).get(pk=expert.pk)
    assert obstacles(standing, expert_base_rules(), on=TODAY + timedelta(days=21)) == []


def test_publicity_must_be_over_before_anybody_is_admitted(bench: Bench):
    expert, host = enter(bench)
    with pytest.raises(Refused, match="公示期"):
        officer = bench.actor("department_officer", department=bench.department)
        county = bench.actor("county_officer", county=expert.organisation.county)
        for step, actor in (("submit", host), ("endorse", host), ("recommend", county), ("accept", officer)):
            services.expert_move(expert=expert, step=step, actor=actor)
        services.expert_move(expert=expert, step="admit", actor=officer)
    page = bench.client(None).get(reverse("review:expert_publicity")).content.decode()
    assert expert.name in page
    assert expert.mobile not in page


@pytest.mark.parametrize(
    ("values", "sentence"),
    (
        ({"email": ""}, "还缺：邮箱"),
        ({"fields": ()}, "主学科"),
        ({"identity": ""}, "证件摘要"),
        ({"born_on": date(1961, 3, 2)}, "未满 65 周岁"),
    ),
)
def test_an_incomplete_or_too_old_entry_is_refused_with_what_is_wrong(bench: Bench, values, sentence):
    expert, host = enter(bench, **values)
    with pytest.raises(Refused, match=sentence):
        services.expert_move(expert=expert, step="submit", actor=host)


def test_the_same_identity_enters_only_once_and_the_number_itself_is_kept_nowhere(bench: Bench):
    expert, _host = enter(bench)
    assert "520402197501010011" not in str(Expert.objects.filter(pk=expert.pk).values().get())
    with pytest.raises(Refused, match="已在专家库"):
        enter(bench, name="示例同一人", identity=" 520402197501010011 ")


def test_while_a_change_is_open_nobody_is_drawn(bench: Bench):
    expert, host = enter(bench)
    expert = walk(bench, expert, host)
    services.expert_move(expert=expert, step="change", actor=host, reason="示例换单位")
    standing = experts_with_standing(on=TODAY).get(pk=expert.pk)
    assert obstacles(standing, expert_base_rules(), on=TODAY)[:2] == ["未在库或信息变更流程中", "信息未核实"]
    moved = OrganisationFactory(name="示例新单位")
    services.expert_edit(expert=expert, actor=host, organisation=moved)
    posts = list(expert.affiliations.order_by("pk").values_list("organisation", "end", "verified"))
    assert posts == [(moved.pk, None, False)]  # begun and left on the same day: one post


def test_what_bars_from_a_draw_is_told(bench: Bench):
    one = bench.admitted()
    rules = expert_base_rules()
    Integrity.objects.create(expert=one, finding="示例失信", start=TODAY - timedelta(days=1))
    Expert.objects.filter(pk=one.pk).update(confirmed_on=date(2025, 3, 2), born_on=date(1961, 3, 2), verified_on=None)
    standing = experts_with_standing(on=TODAY).get(pk=one.pk)
    assert obstacles(standing, rules, on=TODAY) == [
        "信息未核实",
        "年度确认已过期",
        "年龄不符合在库条件",
        "诚信记录期内",
    ]


@pytest.mark.parametrize("count", (1, 3))
def test_standing_of_many_experts_is_one_query(bench: Bench, django_assert_num_queries, count):
    bench.admit([bench.expert() for _ in range(count)])
    with django_assert_num_queries(1):
        assert len(list(experts_with_standing(on=TODAY))) == count


def test_a_yearly_confirmation_is_the_experts_own(bench: Bench):
    one = bench.admitted()
    Expert.objects.filter(pk=one.pk).update(confirmed_on=None)
    services.expert_confirm(expert=Expert.objects.get(pk=one.pk), actor=bench.sitting(one))
    assert Expert.objects.get(pk=one.pk).confirmed_on == TODAY
    with pytest.raises(NotAllowed):
        services.expert_confirm(expert=one, actor=bench.actor("applicant", organisation=bench.units[0]))


def test_a_declared_relation_is_unverified_and_an_observed_one_is_not(bench: Bench):
    expert, host = enter(bench)
    services.relation_declare(expert=expert, actor=host, kind="kin", person="示例亲属")
    officer = bench.actor("department_officer", department=bench.department)
    services.relation_declare(expert=expert, actor=officer, kind="coauthor", person="示例合著人", identity="x")
    assert list(Relation.objects.order_by("pk").values_list("source", "verified")) == [
        ("declared", False),
        ("observed", True),
    ]
    with pytest.raises(Refused, match="对方是谁"):
        services.relation_declare(expert=expert, actor=host, kind="kin")
    with pytest.raises(NotAllowed):
        services.relation_declare(expert=expert, actor=Actor(UserFactory().pk), kind="kin", person="示例")


def test_ages_and_months_are_counted_by_the_calendar():
    assert age_on(date(1961, 3, 3), date(2026, 3, 2)) == 64
    assert age_on(date(1961, 3, 2), date(2026, 3, 2)) == 65
    assert months_after(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert months_after(date(2025, 12, 31), 2) == date(2026, 2, 28)
