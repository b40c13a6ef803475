"""Fields only one type of platform has: typed, dated, asked for in a second step, told with their units."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from kechuang.kernel.errors import Refused
from kechuang.platforms import services
from kechuang.platforms.models import Amendment, Platform, RegisterEntry
from kechuang.platforms.own import OwnField, said, stored, typed
from tests.platforms.test_views import signed_in

pytestmark = pytest.mark.django_db
FORM = OwnField("form", "法人类型", "choice", choices=("企业", "事业单位"))


def field(kind, **values):
    return OwnField("one", "示例事项", kind, **values)


def spans(platform):
    return list(RegisterEntry.objects.filter(platform=platform).order_by("start").values_list("start", "extras"))


@pytest.mark.parametrize(
    ("asked", "entered", "kept", "read"),
    (
        (field("text"), " 示例 ", "示例", "示例"),
        (field("integer", unit="家"), "12", 12, "12 家"),
        (field("integer"), Decimal("3.0"), 3, "3"),
        (field("decimal", unit="平方米"), Decimal("120.50"), "120.5", "120.5 平方米"),
        (field("decimal"), "100", "100", "100"),
        (field("date"), date(2024, 5, 1), "2024-05-01", "2024-05-01"),
        (field("date"), "2024年5月1日", "2024-05-01", "2024-05-01"),
        (field("boolean"), "yes", True, "是"),
        (field("boolean"), False, False, "否"),
        (FORM, "企业", "企业", "企业"),
        (FORM, "", None, ""),
        (field("boolean"), None, None, ""),
    ),
)
def test_a_value_is_kept_and_read_by_its_sort(asked, entered, kept, read):
    found = stored(asked, entered)
    assert (found, type(found), said(asked, found)) == (kept, type(kept), read)
    assert stored(asked, typed(asked, found)) == kept


@pytest.mark.parametrize(
    ("asked", "entered"),
    (
        (field("text"), "长" * 201),
        (field("integer"), "1.5"),
        (field("integer"), "-1"),
        (field("integer"), "许多"),
        (field("decimal"), "NaN"),
        (field("decimal"), "1e400"),
        (field("date"), "某日"),
        (field("boolean"), "也许"),
        (FORM, "其他"),
    ),
)
def test_a_value_of_the_wrong_sort_is_refused_at_its_field(asked, entered):
    with pytest.raises(Refused, match=asked.label) as refusal:
        stored(asked, entered)
    assert refusal.value.field == f"own_{asked.code}"


def test_register_refuses_what_the_type_does_not_have(own_town):
    with pytest.raises(Refused) as refusal:
        own_town.platform(extras={"joint": True})
    assert (refusal.value.field, RegisterEntry.objects.count()) == ("own_joint", 0)


def test_each_own_field_changes_by_itself(own_town):
    platform, officer = own_town.platform(extras={"rooms": 2, "area": "10"}), own_town.officer()
    told = {"platform": platform, "actor": officer, "reason": "示例理由"}
    services.platform_change(on=date(2021, 1, 1), extras={"rooms": 5}, **told)
    services.platform_change(on=date(2020, 1, 1), extras={"area": "20", "rooms": 3}, **told)
    services.platform_correct(on=date(2022, 1, 1), extras={"opened": "2018-03-01"}, **told)

    assert spans(platform) == [
        (date(2018, 1, 1), {"rooms": 2, "area": "10", "opened": "2018-03-01"}),
        (date(2020, 1, 1), {"rooms": 3, "area": "20", "opened": "2018-03-01"}),
        (date(2021, 1, 1), {"rooms": 5, "area": "20", "opened": "2018-03-01"}),
    ]
    assert services.register_check() == []


def test_a_new_type_leaves_behind_what_only_the_old_one_had(own_town):
    platform = own_town.platform(extras={"rooms": 2, "area": "10"})
    services.platform_change(
        platform=platform,
        on=date(2020, 1, 1),
        actor=own_town.officer(),
        reason="类别调整",
        kind=own_town.kinds[1],
        extras={"joint": True},
    )
    assert spans(platform) == [
        (date(2018, 1, 1), {"rooms": 2, "area": "10"}),
        (date(2020, 1, 1), {"area": "10", "joint": True}),
    ]
    amendment = Amendment.objects.get()
    assert amendment.before["实验室"] == "2 间"
    assert (amendment.after["实验室"], amendment.after["联合建设"]) == ("", "是")


def test_registering_asks_a_second_time_for_the_types_own_fields(own_town):
    officer = signed_in("department_officer", department=own_town.departments[0])
    given = {"name": "示例中心", "kind": own_town.kinds[0].pk, "host": own_town.hosts[0].name, "since": "2019-05-01"}
    first = officer.post(reverse("platforms:register"), given)
    assert (first.status_code, Platform.objects.count(), first.context["form"].errors) == (200, 0, {})
    assert "实验室（间）" in first.content.decode()

    given["own_for"] = own_town.kinds[0].pk
    wrong = officer.post(reverse("platforms:register"), {**given, "own_rooms": "许多"})
    assert list(wrong.context["form"].errors) == ["own_rooms"]
    officer.post(reverse("platforms:register"), {**given, "own_rooms": "4", "own_opened": "2019年6月1日"})
    assert RegisterEntry.objects.get().extras == {"rooms": 4, "opened": "2019-06-01"}


def test_changing_shows_what_stands_and_sends_on_what_was_altered(own_town):
    officer = signed_in("department_officer", department=own_town.departments[0])
    platform = own_town.platform(extras={"rooms": 2, "area": "10.5"})
    address = reverse("platforms:change", args=[platform.number])
    form = officer.get(address).context["form"]
    assert [form[f"own_{code}"].value() for code in ("rooms", "area", "opened")] == [2, Decimal("10.5"), None]

    given = {
        "name": "示例中心",
        "kind": own_town.kinds[0].pk,
        "own_for": own_town.kinds[0].pk,
        "host": own_town.hosts[0].name,
        "department": own_town.departments[0].pk,
        "on": "2020-01-01",
        "reason": "示例理由",
    }
    officer.post(address, {**given, "own_rooms": "3", "own_area": "10.50"})
    assert Amendment.objects.get().after == {"实验室": "3 间"}
    assert spans(platform)[-1] == (date(2020, 1, 1), {"rooms": 3, "area": "10.5"})

    again = officer.post(address, {**given, "kind": own_town.kinds[1].pk, "own_rooms": "3"})
    assert "联合建设" in again.content.decode()
    assert Amendment.objects.count() == 1


def test_the_page_says_own_fields_with_their_units(own_town):
    platform = own_town.platform(extras={"rooms": 2})
    answer = signed_in("leader").get(reverse("platforms:detail", args=[platform.number]))
    facts = {str(fact.term): str(fact.value) for fact in answer.context["sections"][0].facts}
    assert {term: facts[term] for term in ("实验室", "场地面积")} == {"实验室": "2 间", "场地面积": ""}
    assert "2 间" in answer.content.decode()
