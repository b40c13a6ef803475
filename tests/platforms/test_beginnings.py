"""The day a platform's record begins is corrected, and nothing recorded is undone by it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.platforms import services
from kechuang.platforms.models import Amendment, RegisterEntry
from tests.platforms.test_views import signed_in

pytestmark = pytest.mark.django_db


def spans(platform):
    rows = RegisterEntry.objects.filter(platform=platform).order_by("start")
    return list(rows.values_list("start", "level", "standing"))


def restart(town, platform, since, **values):
    values = {"actor": town.officer(), "reason": "录入有误", **values}
    return services.platform_restart(platform=platform, since=since, **values)


@pytest.mark.parametrize("since", (date(2017, 3, 1), date(2018, 6, 1)))
def test_the_start_moves_and_the_rest_stays(town, since):
    platform = town.platform()
    town.recognise(platform, "municipal", date(2019, 1, 1))
    restart(town, platform, since)

    assert spans(platform) == [(since, "cultivated", "candidate"), (date(2019, 1, 1), "municipal", "active")]
    amendment = Amendment.objects.get()
    assert (amendment.kind, amendment.before, amendment.after) == (
        "correction",
        {"start": "2018-01-01"},
        {"start": since.isoformat()},
    )
    assert amendment.effective_on == min(since, date(2018, 1, 1))
    assert services.register_check() == []


def test_a_platform_may_begin_with_its_first_recognition(town):
    platform = town.platform()
    town.recognise(platform, "municipal", date(2019, 1, 1))
    restart(town, platform, date(2019, 1, 1))
    assert spans(platform) == [(date(2019, 1, 1), "municipal", "active")]
    assert services.register_check() == []


def test_the_start_is_never_moved_past_what_was_recorded(town):
    officer = town.officer()
    recognised, changed, warned, joined = (town.platform(name=f"示例中心{place}") for place in range(4))
    town.recognise(recognised, "municipal", date(2019, 1, 1))
    services.platform_change(platform=changed, on=date(2019, 1, 1), actor=officer, reason="示例", name="示例新名")
    town.end(warned, "deregister", date(2019, 1, 1))
    services.partner_add(platform=joined, organisation=town.hosts[1], start=date(2018, 12, 31), actor=officer)
    for platform, words in (
        (recognised, "首次认定"),
        (changed, "变更"),
        (warned, "状态变化"),
        (joined, "共建单位"),
    ):
        before = spans(platform)
        with pytest.raises(Refused, match=words) as refusal:
            restart(town, platform, date(2019, 1, 2))
        assert (refusal.value.field, spans(platform)) == ("since", before)


@pytest.mark.parametrize(
    ("since", "field"),
    ((date.today() + timedelta(1), "since"), (date(2018, 1, 1), "since"), (date(2009, 12, 31), "host")),
)
def test_a_start_is_refused_tomorrow_unchanged_or_before_its_host(town, since, field):
    platform = town.platform()
    with pytest.raises(Refused) as refusal:
        restart(town, platform, since)
    assert (refusal.value.field, Amendment.objects.count()) == (field, 0)


def test_only_the_competent_department_moves_it_and_says_why(town):
    platform = town.platform()
    for stranger in (town.officer(town.departments[1]), town.head(), town.actor("auditor")):
        with pytest.raises(NotAllowed):
            restart(town, platform, date(2017, 1, 1), actor=stranger)
    with pytest.raises(Refused) as refusal:
        restart(town, platform, date(2017, 1, 1), reason=" ")
    assert refusal.value.field == "reason"


def test_an_officer_moves_it_through_the_page(town):
    platform = town.platform()
    officer = signed_in("department_officer", department=town.departments[0])
    address = reverse("platforms:start", args=[platform.number])
    assert address in officer.get(reverse("platforms:detail", args=[platform.number])).content.decode()
    wrong = officer.post(address, {"since": "2009-12-31", "reason": "录入有误"})
    assert "尚未设立" in wrong.content.decode()
    officer.post(address, {"since": "2017年3月1日", "reason": "录入有误"})
    assert spans(platform)[0][0] == date(2017, 3, 1)
