"""What the register's verbs write, refuse, and leave alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kechuang.directory import services as directory
from kechuang.kernel.errors import NotAllowed, Refused, Stale
from kechuang.platforms import selectors, services
from kechuang.platforms.models import Amendment, Recognition, RegisterDelta, RegisterEntry
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


def spans(platform, *fields):
    rows = RegisterEntry.objects.filter(platform=platform).order_by("start")
    return [(row.start, *(getattr(row, field) for field in fields)) for row in rows]


def test_register_gives_a_number_a_department_and_an_entry(town):
    platform = services.platform_register(
        actor=town.officer(), since=date(2019, 5, 1), name=" 示例中心 ", kind=town.kinds[0], host=town.hosts[0]
    )

    entry = RegisterEntry.objects.get()
    assert platform.number == entry.number == "PT-2019-0001"
    assert (entry.name, entry.level, entry.standing) == ("示例中心", "cultivated", "candidate")
    assert (entry.department, entry.county) == (town.departments[0], town.counties[0])
    assert (entry.start, entry.end) == (date(2019, 5, 1), date.max)


def test_register_is_refused_to_the_officer_of_another_department(town):
    with pytest.raises(NotAllowed):
        services.platform_register(
            actor=town.officer(town.departments[1]),
            since=date(2019, 5, 1),
            name="示例中心",
            kind=town.kinds[0],
            host=town.hosts[0],
        )
    assert RegisterEntry.objects.count() == 0


def test_register_is_refused_on_a_day_on_which_the_host_did_not_exist(town):
    with pytest.raises(Refused) as refusal:
        town.platform(since=date(2009, 12, 31))
    assert refusal.value.field == "host"


def test_register_is_refused_for_tomorrow(town):
    with pytest.raises(Refused) as refusal:
        town.platform(since=date.today() + timedelta(1))
    assert refusal.value.field == "since"


def test_change_is_true_from_its_day_on(town):
    platform = town.platform()
    services.platform_change(
        platform=platform, on=date(2020, 3, 1), actor=town.officer(), reason="更名", name="示例新中心"
    )

    assert spans(platform, "name") == [(date(2018, 1, 1), "示例中心"), (date(2020, 3, 1), "示例新中心")]
    amendment = Amendment.objects.get()
    assert (amendment.kind, amendment.before, amendment.after) == (
        "change",
        {"name": "示例中心"},
        {"name": "示例新中心"},
    )


def test_change_entered_late_stops_where_the_field_changed_anyhow(town):
    platform = town.platform()
    officer = town.officer()
    services.platform_change(platform=platform, on=date(2021, 1, 1), actor=officer, reason="更名", name="丙")
    services.platform_change(platform=platform, on=date(2020, 6, 1), actor=officer, reason="负责人", director="示例甲")
    services.platform_change(platform=platform, on=date(2020, 1, 1), actor=officer, reason="补登", name="乙")

    assert spans(platform, "name", "director") == [
        (date(2018, 1, 1), "示例中心", ""),
        (date(2020, 1, 1), "乙", ""),
        (date(2020, 6, 1), "乙", "示例甲"),
        (date(2021, 1, 1), "丙", "示例甲"),
    ]


def test_correction_rewrites_the_error_for_as_long_as_it_stood(town):
    platform = town.platform(name="错名")
    officer = town.officer()
    services.platform_change(platform=platform, on=date(2019, 1, 1), actor=officer, reason="负责人", director="示例甲")
    services.platform_change(platform=platform, on=date(2020, 1, 1), actor=officer, reason="更名", name="新名")
    services.platform_correct(platform=platform, on=date(2019, 6, 1), actor=officer, reason="录入有误", name="对名")

    assert spans(platform, "name") == [
        (date(2018, 1, 1), "对名"),
        (date(2019, 1, 1), "对名"),
        (date(2020, 1, 1), "新名"),
    ]
    correction = Amendment.objects.get(kind="correction")
    assert (correction.effective_on, correction.before) == (date(2018, 1, 1), {"name": "错名"})


def test_a_new_type_brings_its_competent_department(town):
    platform = town.platform()
    services.platform_change(
        platform=platform, on=date(2020, 1, 1), actor=town.officer(), reason="类别调整", kind=town.kinds[1]
    )
    assert spans(platform, "kind", "department") == [
        (date(2018, 1, 1), town.kinds[0], town.departments[0]),
        (date(2020, 1, 1), town.kinds[1], town.departments[1]),
    ]


@pytest.mark.parametrize(
    ("verb", "values"),
    (
        ("platform_change", {"on": date(2020, 1, 1), "name": "新"}),
        ("platform_correct", {"on": date(2020, 1, 1), "name": "新"}),
        ("platform_derive", {"parent": None}),
        ("platform_conceal", {"sensitive": True}),
    ),
)
def test_keeping_is_refused_to_strangers_and_without_a_reason(town, verb, values):
    platform = town.platform()
    before = spans(platform, "name")
    write = getattr(services, verb)
    keeper = town.head() if verb == "platform_conceal" else town.officer()
    for stranger in (
        town.officer(town.departments[1]),
        town.actor("county_officer", county=town.counties[0]),
        town.actor("auditor"),
    ):
        with pytest.raises(NotAllowed):
            write(platform=platform, actor=stranger, reason="理由", **values)
    with pytest.raises(Refused) as refusal:
        write(platform=platform, actor=keeper, reason=" ", **values)
    assert refusal.value.field == "reason"
    assert spans(platform, "name") == before


@pytest.mark.parametrize("verb", ("platform_change", "platform_correct"))
def test_nothing_is_written_when_nothing_differs(town, verb):
    platform = town.platform()
    with pytest.raises(Refused, match="没有要改动的内容"):
        getattr(services, verb)(
            platform=platform, on=date(2020, 1, 1), actor=town.officer(), reason="无", name="示例中心"
        )
    assert Amendment.objects.count() == 0


def test_a_platform_cannot_grow_out_of_its_own_offshoot(town):
    platform = town.platform()
    offshoot = town.platform(name="示例分中心", parent=platform)
    with pytest.raises(Refused) as refusal:
        services.platform_derive(platform=platform, parent=offshoot, actor=town.officer(), reason="误")
    assert refusal.value.field == "parent"


def test_recognition_counts_from_its_day_and_lets_the_platform_run(town):
    platform = town.platform()
    town.recognise(platform, "municipal", date(2019, 7, 1))

    assert spans(platform, "level", "standing") == [
        (date(2018, 1, 1), "cultivated", "candidate"),
        (date(2019, 7, 1), "municipal", "active"),
    ]
    kind = town.kinds[0].code
    assert selectors.platform_counts(date(2019, 6, 30)) == {(kind, "cultivated"): 1}
    assert selectors.platform_counts(date(2019, 7, 1)) == {(kind, "municipal"): 1}


def test_an_earlier_recognition_entered_later_moves_the_first_day_of_running(town):
    platform = town.platform()
    town.recognise(platform, "provincial", date(2020, 1, 1))
    town.recognise(platform, "municipal", date(2018, 1, 1))
    assert spans(platform, "level", "standing") == [
        (date(2018, 1, 1), "municipal", "active"),
        (date(2020, 1, 1), "provincial", "active"),
    ]


def test_an_upgrade_ends_the_lower_level_only_if_said_so(town):
    first, second = town.platform(), town.platform(name="示例二中心")
    for platform in (first, second):
        town.recognise(platform, "municipal", date(2019, 1, 1))
    town.recognise(first, "provincial", date(2020, 1, 1))
    town.recognise(second, "provincial", date(2020, 1, 1), end_lower=True)

    rows = Recognition.objects.filter(level="municipal").order_by("platform_id")
    assert [(row.state, row.ended_on, row.ending) for row in rows] == [
        ("in_force", None, ""),
        ("ended", date(2020, 1, 1), "upgraded"),
    ]
    assert spans(first, "level") == spans(second, "level")


def test_a_person_does_not_confirm_an_own_entry(town):
    platform = town.platform()
    officer = town.officer()
    both = type(officer)(user_id=officer.user_id, offices=(*officer.offices, *town.head().offices))
    recognition = services.recognition_draft(
        platform=platform,
        actor=officer,
        level="municipal",
        recognised_on=date(2019, 1, 1),
        document_number="示科发〔2019〕1号",
        recognised_by="示例机关",
    )
    services.recognition_move(recognition=recognition, step="submit", actor=officer)
    with pytest.raises(Refused, match="另一人复核"):
        services.recognition_confirm(recognition=recognition, actor=both)
    assert spans(platform, "level") == [(date(2018, 1, 1), "cultivated")]


def test_the_same_level_twice_on_a_day_is_refused_in_a_sentence(town):
    platform = town.platform()
    town.recognise(platform, "municipal", date(2019, 1, 1))
    with pytest.raises(Refused, match="同一级别"):
        town.recognise(platform, "municipal", date(2020, 1, 1))


def test_a_recognition_cannot_precede_the_platform(town):
    with pytest.raises(Refused) as refusal:
        town.recognise(town.platform(), on=date(2017, 12, 31))
    assert refusal.value.field == "recognised_on"


def test_voided_recognition_counts_on_no_day(town):
    platform = town.platform()
    recognition = town.recognise(platform, "municipal", date(2019, 1, 1))
    services.recognition_end(
        recognition=recognition, on=date(2020, 1, 1), ending="expired", actor=town.officer(), reason="到期"
    )
    services.recognition_void(recognition=recognition, actor=town.head(), reason="登记有误")

    counted = [selectors.platform_counts(day) for day in (date(2019, 1, 1), date(2019, 12, 31), date.today())]
    assert counted == [{(town.kinds[0].code, "cultivated"): 1}] * 3
    assert services.register_check() == []


def test_only_a_draft_is_edited_and_a_returned_one_again(town):
    platform, officer = town.platform(), town.officer()
    recognition = services.recognition_draft(
        platform=platform,
        actor=officer,
        level="municipal",
        recognised_on=date(2019, 1, 1),
        document_number="示科发〔2019〕1号",
        recognised_by="示例机关",
    )
    services.recognition_move(recognition=recognition, step="submit", actor=officer)
    with pytest.raises(Refused, match="先撤回"):
        services.recognition_edit(recognition=recognition, actor=officer, document_number="示科发〔2019〕2号")
    services.recognition_move(recognition=recognition, step="return", actor=town.head(), reason="文号有误")
    edited = services.recognition_edit(recognition=recognition, actor=officer, document_number="示科发〔2019〕2号")
    assert (edited.state, edited.document_number) == ("draft", "示科发〔2019〕2号")


def test_recording_is_refused_to_strangers(town):
    platform = town.platform()
    recognition = town.recognise(platform)
    stranger, county = town.head(town.departments[1]), town.actor("county_officer", county=town.counties[0])
    given = {"level": "provincial", "recognised_on": date(2020, 1, 1), "document_number": "号", "recognised_by": "机关"}
    for actor in (stranger, county):
        with pytest.raises(NotAllowed):
            services.recognition_draft(platform=platform, actor=actor, **given)
        with pytest.raises(NotAllowed):
            services.recognition_edit(recognition=recognition, actor=actor, certificate="1")
        with pytest.raises(NotAllowed):
            services.recognition_end(
                recognition=recognition, on=date(2020, 1, 1), ending="expired", actor=actor, reason="x"
            )
        with pytest.raises(NotAllowed):
            services.recognition_void(recognition=recognition, actor=actor, reason="x")
        with pytest.raises(NotAllowed):
            services.platform_move(platform=platform, step="warn", on=date(2020, 1, 1), actor=actor, reason="x")
    with pytest.raises(Stale):
        services.recognition_move(recognition=recognition, step="submit", actor=stranger)
    assert Recognition.objects.get().state == "in_force"


def test_revocation_has_its_day_and_ends_what_is_in_force(town):
    platform, head = town.platform(), town.head()
    town.recognise(platform, "municipal", date(2019, 1, 1))
    services.platform_move(
        platform=platform,
        step="warn",
        on=date(2020, 1, 1),
        actor=head,
        reason="评估不合格",
        document_number="示〔2020〕1号",
    )
    with pytest.raises(Refused, match="文号"):
        town.end(platform, "revoke", date(2021, 1, 1), reason="未整改")
    town.end(platform, "revoke", date(2021, 1, 1), reason="未整改", document_number="示〔2021〕1号")

    assert spans(platform, "level", "standing") == [
        (date(2018, 1, 1), "cultivated", "candidate"),
        (date(2019, 1, 1), "municipal", "active"),
        (date(2020, 1, 1), "municipal", "warned"),
        (date(2021, 1, 1), "", "revoked"),
    ]
    row = Recognition.objects.get()
    assert (row.state, row.ended_on, row.ending) == ("ended", date(2021, 1, 1), "revoked")
    with pytest.raises(Refused, match="已撤销或注销"):
        town.recognise(platform, "provincial", date(2022, 1, 1))


def test_deregistration_is_not_a_revocation(town):
    platform = town.platform()
    town.recognise(platform)
    town.end(platform, "deregister", date(2021, 1, 1), reason="期满自愿")
    assert spans(platform, "level", "standing")[-1] == (date(2021, 1, 1), "", "deregistered")
    assert Recognition.objects.get().ending == "deregistered"


def test_a_cultivated_platform_that_is_deregistered_is_counted_no_more(town):
    platform = town.platform()
    town.end(platform, "deregister", date(2020, 1, 1), reason="停办")
    assert selectors.platform_counts(date(2019, 12, 31)).total() == 1
    assert selectors.platform_counts(date(2020, 1, 1)).total() == 0


def test_a_standing_cannot_begin_before_the_one_it_follows(town):
    platform, head = town.platform(), town.head()
    town.recognise(platform, on=date(2019, 1, 1))
    with pytest.raises(Refused) as refusal:
        services.platform_move(platform=platform, step="warn", on=date(2018, 12, 31), actor=head, reason="x")
    assert refusal.value.field == "on"
    platform.refresh_from_db()
    assert platform.state == "active"


def test_host_reports_what_it_has_rectified(town):
    platform, head = town.platform(), town.head()
    town.recognise(platform)
    services.platform_move(platform=platform, step="rectify", on=date(2020, 1, 1), actor=head, reason="限期整改")
    host = town.actor("host_admin", organisation=town.hosts[0])
    other = town.actor("host_admin", organisation=town.hosts[1])
    with pytest.raises(NotAllowed):
        services.platform_move(platform=platform, step="report", on=date(2020, 2, 1), actor=other, reason="已整改")
    with pytest.raises(Refused, match="整改情况"):
        services.platform_move(platform=platform, step="report", on=date(2020, 2, 1), actor=host)
    services.platform_move(platform=platform, step="report", on=date(2020, 2, 1), actor=host, reason="已整改")
    services.platform_move(platform=platform, step="resume", on=date(2020, 3, 1), actor=head)
    assert spans(platform, "standing")[-1] == (date(2020, 3, 1), "active")


def test_a_renamed_host_shows_under_both_names_each_on_its_days(town):
    platform = town.platform()
    directory.organisation_change(
        organisation=town.hosts[0],
        on=date(2020, 1, 1),
        actor=town.officer(),
        name="示例更名企业",
        county=town.counties[1],
    )
    assert spans(platform, "host_name", "county") == [
        (date(2018, 1, 1), town.hosts[0].periods.first().name, town.counties[0]),
        (date(2020, 1, 1), "示例更名企业", town.counties[1]),
    ]


def test_a_platform_in_a_county_of_its_own_does_not_move_with_its_host(town):
    platform = town.platform(county=town.counties[2])
    directory.organisation_change(
        organisation=town.hosts[0], on=date(2020, 1, 1), actor=town.officer(), county=town.counties[1]
    )
    assert spans(platform, "county") == [(date(2018, 1, 1), town.counties[2])]


def test_a_merger_passes_platforms_and_partnerships_on(town):
    absorbed, into, third = town.hosts
    platform, other = town.platform(), town.platform(name="示例他中心", host=third)
    services.partner_add(platform=other, organisation=absorbed, start=date(2019, 1, 1), actor=town.officer())
    merger = town.officer()
    directory.organisation_merge(absorbed=absorbed, into=into, on=date(2020, 1, 1), actor=merger)

    assert spans(platform, "host") == [(date(2018, 1, 1), absorbed), (date(2020, 1, 1), into)]
    assert list(other.partners.order_by("start").values_list("organisation", "start", "end")) == [
        (absorbed.pk, date(2019, 1, 1), date(2020, 1, 1)),
        (into.pk, date(2020, 1, 1), None),
    ]
    merged = Amendment.objects.get()
    assert (merged.platform, merged.effective_on, merged.after) == (platform, date(2020, 1, 1), {"host": str(into)})
    assert merged.actor_id == merger.user_id
    with pytest.raises(Refused) as refusal:
        services.platform_change(platform=other, on=date(2021, 1, 1), actor=town.officer(), reason="误", host=absorbed)
    assert refusal.value.field == "host"


def test_partners_join_and_leave_and_are_never_the_host(town):
    platform, officer = town.platform(), town.officer()
    partner = services.partner_add(platform=platform, organisation=town.hosts[1], start=date(2019, 1, 1), actor=officer)
    for organisation, sentence in ((town.hosts[0], "依托单位不能"), (town.hosts[1], "已是共建单位")):
        with pytest.raises(Refused, match=sentence):
            services.partner_add(platform=platform, organisation=organisation, start=date(2019, 1, 1), actor=officer)
    stranger = town.officer(town.departments[1])
    with pytest.raises(NotAllowed):
        services.partner_add(
            platform=platform, organisation=OrganisationFactory(), start=date(2019, 1, 1), actor=stranger
        )
    with pytest.raises(NotAllowed):
        services.partner_end(partner=partner, on=date(2020, 1, 1), actor=stranger)
    services.partner_end(partner=partner, on=date(2020, 1, 1), actor=officer)
    with pytest.raises(Refused, match="已经结束"):
        services.partner_end(partner=partner, on=date(2020, 2, 1), actor=officer)


def test_competence_passes_over_from_a_day_on(town):
    platform, untouched = town.platform(), town.platform(name="示例培育中心")
    town.recognise(platform, "municipal", date(2019, 1, 1))
    town.recognise(platform, "provincial", date(2021, 1, 1))
    competence = town.kinds[0].competences.get(level="municipal")
    office = town.actor("conference_office")
    with pytest.raises(NotAllowed):
        services.competence_transfer(
            competence=competence, department=town.departments[2], on=date(2020, 1, 1), document="文", actor=town.head()
        )
    moved = services.competence_transfer(
        competence=competence,
        department=town.departments[2],
        on=date(2020, 1, 1),
        document="示〔2020〕1号",
        actor=office,
    )

    assert moved == [platform]
    assert spans(platform, "level", "department") == [
        (date(2018, 1, 1), "cultivated", town.departments[0]),
        (date(2019, 1, 1), "municipal", town.departments[0]),
        (date(2020, 1, 1), "municipal", town.departments[2]),
        (date(2021, 1, 1), "provincial", town.departments[0]),
    ]
    assert spans(untouched, "department") == [(date(2018, 1, 1), town.departments[0])]
    kind = town.kinds[0]
    assert [
        selectors.competent_department(kind=kind, level="municipal", on=day)
        for day in (date(2019, 12, 31), date(2020, 1, 1))
    ] == [town.departments[0], town.departments[2]]


def test_check_finds_an_entry_and_a_count_that_were_tampered_with(town):
    platform = town.platform()
    assert services.register_check() == []
    RegisterEntry.objects.filter(platform=platform).update(name="篡改")
    RegisterDelta.objects.filter(grain=1).update(change=2)
    assert len(services.register_check()) == 2
    services.register_rebuild()
    assert services.register_check() == []
