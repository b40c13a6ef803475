"""Reads of the register: counts, gap, the way upwards, counters offered to the plan."""

from __future__ import annotations

from datetime import date

import pytest

from kechuang.kernel.access import ANONYMOUS
from kechuang.kernel.inbox import waiting_for
from kechuang.plan import counters
from kechuang.platforms import access, selectors, services
from kechuang.platforms.counting import Question
from kechuang.platforms.models import Platform, Recognition
from kechuang.pure.process import Process

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("base", "registered", "sentence"),
    (
        (11, 9, "基期 11 家，登记 9 家，待补录 2 家"),
        (11, 11, "基期 11 家，已全部登记"),
        (11, 12, "基期 11 家，登记 12 家，多出 1 家待核对"),
    ),
)
def test_base_gap_says_what_is_missing_and_makes_nothing_up(base, registered, sentence):
    assert selectors.base_gap(base=base, registered=registered) == sentence


@pytest.mark.parametrize(("table", "model"), ((access.PLATFORMS, Platform), (access.RECOGNITIONS, Recognition)))
def test_every_step_of_the_process_is_granted_to_its_roles(processes, table, model):
    from kechuang.kernel.processes import current_version, process_of  # noqa: PLC0415

    process: Process = process_of(current_version(model.process).pk)
    granted = {(action, line.role) for line in table.lines for action in line.actions}
    assert {(step.name, role) for step in process.steps for role in step.by} <= granted


def test_next_level_passes_over_what_is_no_longer_recognised(town):
    kind = town.kinds[0]
    kind.competences.filter(level="provincial").update(closed=True)
    found = selectors.next_level(kind=kind, level="municipal", on=date(2020, 1, 1))
    assert (found.level, found.competence.department) == ("national", town.departments[0])
    assert selectors.next_level(kind=kind, level="national", on=date(2020, 1, 1)) is None


def test_counts_narrow_by_type_level_county_department_and_openness(town):
    first, second = town.platform(), town.platform(host=town.hosts[1], sensitive=True)
    town.recognise(first), town.recognise(second, "provincial")
    kind, on = town.kinds[0].code, date(2020, 1, 1)
    counts = selectors.platform_counts
    assert counts(on) == {(kind, "municipal"): 1, (kind, "provincial"): 1}
    assert counts(on, levels=["provincial"]) == {(kind, "provincial"): 1}
    assert counts(on, kinds=[town.kinds[1].code]) == {}
    assert counts(on, county_id=town.counties[0].pk) == {(kind, "municipal"): 1}
    assert counts(on, department_id=town.departments[1].pk) == {}
    assert counts(on, open_only=True) == {(kind, "municipal"): 1}


def test_many_days_cost_one_query(town, django_assert_num_queries):
    town.platform()
    with django_assert_num_queries(1):
        found = selectors.stocks([date(2019, month, 1) for month in range(1, 13)])
    assert [counted.total() for counted in found.values()] == [1] * 12


def test_only_a_change_of_reckoning_is_taken_out_of_progress(town):
    platform, other = town.platform(), town.platform(name="示例他中心")
    question = Question((town.kinds[0].code,), ("municipal",))
    for found, ending in ((platform, "restated"), (other, "expired")):
        row = town.recognise(found)
        services.recognition_end(
            recognition=row, on=date(2021, 1, 1), ending=ending, actor=town.officer(), reason="示例理由"
        )
    assert question(date(2020, 12, 31)).total - question(date(2021, 1, 1)).total == 2
    assert question.restated(date(2020, 12, 31), date(2021, 1, 1)) == -1
    assert question.restated(date(2021, 1, 1), date(2021, 12, 31)) == 0


def test_every_indicator_and_type_of_the_catalogue_is_counted(processes):
    offered = counters.registered()
    assert {"academician_workstations", "platforms.etrc"} <= offered
    count = counters.count("academician_workstations", date(2023, 12, 31))
    assert (count.total, count.parts) == (0, {"national": 0, "provincial": 0})
    assert "kind__code=academician_workstation" in count.url


def test_a_submitted_record_lies_on_its_heads_desk(town):
    platform, officer, head = town.platform(), town.officer(), town.head()
    row = services.recognition_draft(
        platform=platform,
        actor=officer,
        level="municipal",
        recognised_on=date(2019, 1, 1),
        document_number="示科发〔2019〕1号",
        recognised_by="示例机关",
    )
    services.recognition_move(recognition=row, step="submit", actor=officer)
    assert [item.url for item in waiting_for(head)] == [f"/platforms/recognitions/{row.pk}/"]
    assert waiting_for(town.head(town.departments[1])) == []


def test_steps_before_an_actor_are_those_the_access_table_grants(town):
    platform = town.platform()
    town.recognise(platform)
    platform.refresh_from_db()
    steps, beside = selectors.open_steps(platform, access=access.PLATFORMS, actor=town.head(), beside=access.BESIDE)
    assert ([step.name for step in steps], beside) == (
        ["warn", "rectify", "revoke", "deregister"],
        {"conceal", "end_propose"},
    )
    for nobody in (ANONYMOUS, town.head(town.departments[1])):
        assert selectors.open_steps(platform, access=access.PLATFORMS, actor=nobody) == ([], frozenset())


def test_timeline_tells_renames_of_the_host_and_mergers_once(town):
    from kechuang.directory import services as directory  # noqa: PLC0415

    platform = town.platform()
    old = town.hosts[0].name
    directory.organisation_change(
        organisation=town.hosts[0], on=date(2020, 1, 1), actor=town.officer(), name="示例更名企业"
    )
    directory.organisation_merge(absorbed=town.hosts[0], into=town.hosts[1], on=date(2021, 1, 1), actor=town.officer())
    entries = selectors.entries_seen(actor=ANONYMOUS, number=platform.number, on=date.today())
    told = selectors.chronicle(platform=platform, entries=entries, actor=ANONYMOUS, on=date.today())
    assert [(one.at, one.title, one.text) for one in told.happenings] == [
        (date(2021, 1, 1), "变更", f"依托单位：示例更名企业 → {town.hosts[1].name}"),
        (date(2020, 1, 1), "依托单位更名", f"{old} → 示例更名企业"),
    ]


def test_the_public_reads_what_changed_and_not_who_why_or_what_was_hidden(town):
    platform, officer = town.platform(), town.officer()
    services.platform_change(platform=platform, on=date(2020, 1, 1), actor=officer, reason="内部理由", name="示例新名")
    for hidden in (True, False):
        services.platform_conceal(platform=platform, sensitive=hidden, actor=town.head(), reason="内部理由")

    def told(actor):
        entries = selectors.entries_seen(actor=actor, number=platform.number, on=date.today())
        found = selectors.chronicle(platform=platform, entries=entries, actor=actor, on=date.today())
        return [(one.title, one.text, bool(one.who)) for one in found.happenings]

    assert told(ANONYMOUS) == [("变更", "名称：示例中心 → 示例新名", False)]
    assert told(officer) == [
        ("更正", "公开范围：不公开 → 公开（内部理由）", True),
        ("更正", "公开范围：公开 → 不公开（内部理由）", True),
        ("变更", "名称：示例中心 → 示例新名（内部理由）", True),
    ]
