"""The life of a platform through its services: who may, what is refused, and what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from kechuang.facts.models import Fact
from kechuang.kernel.errors import NotAllowed, Refused, Stale
from kechuang.kernel.inbox import case_of
from kechuang.platforms import services
from kechuang.platforms.loading import life_rules_store
from kechuang.platforms.models import (
    AnnualReport,
    Ban,
    ChangeRequest,
    Evaluation,
    Hearing,
    LifeRule,
    PoolEntry,
    Recognition,
    RegisterEntry,
    ScoringRun,
)
from kechuang.platforms.selectors.life import barred, barred_sentence, form_of
from kechuang.platforms.selectors.rounds import movements, pipeline
from kechuang.platforms.services.life_steps import months_after
from tests.platforms.conftest import catalogue
from tests.platforms.living import FULL, YEAR, begun, declare, prepare, reported, rule, running, verify

pytestmark = pytest.mark.django_db
TODAY = date.today()


@pytest.fixture
def live(town):
    prepare(town)
    return town


def entered(town, **values):
    told = {"organisation": town.hosts[0], "kind": town.kinds[0], "level": "municipal", **values}
    return services.pool_enter(actor=town.officer(), **told)


# Rules


def test_rules_are_versions_that_stay_and_loading_again_changes_nothing(town):
    before = list(LifeRule.objects.values_list("pk", "number", "current"))
    life_rules_store(catalogue())
    assert list(LifeRule.objects.values_list("pk", "number", "current")) == before
    old = rule("report", "general")
    changed = catalogue().annual_reports[0].model_copy(update={"due": "03-31"})
    altered = catalogue().model_copy(update={"annual_reports": (changed, *catalogue().annual_reports[1:])})
    life_rules_store(altered)
    old.refresh_from_db()
    assert (old.number, old.current, form_of(old).due) == (1, False, "06-30")
    assert (rule("report", "general").number, form_of(rule("report", "general")).due) == (2, "03-31")


# Cultivation pool


@pytest.mark.capability("C19")
def test_a_pool_entry_goes_from_proposal_to_recognition(live):
    officer, host = live.officer(), live.hosts[0]
    entry = entered(live)
    assert (entry.state, entry.snapshots.get().occasion) == ("candidate", "推荐入库")
    services.pool_move(entry=entry, step="admit", actor=officer)
    assert (entry.state, entry.entered_on) == ("in_pool", TODAY)
    assert case_of(entry).title == f"{host} → 市级{live.kinds[0]}"
    assert case_of(entry).due_on == months_after(TODAY, 12)
    services.pool_move(entry=entry, step="apply", actor=officer)
    with pytest.raises(Refused, match="还没有登记"):
        services.pool_move(entry=entry, step="promote", actor=officer)
    live.recognise(live.platform())
    entry.refresh_from_db()
    assert (entry.state, entry.left_on) == ("promoted", TODAY)


@pytest.mark.capability("C107")
def test_the_gap_names_every_clause_with_evidence_and_the_cheapest_path(live):
    declare(live, live.hosts[0], rd_expense=250, revenue=10000, equipment_original_value=150)
    entry = entered(live)
    first = entry.snapshots.get()
    assert first.rule_code == "recognition.etrc.municipal"
    assert (first.met + first.unmet + first.unknown, entry.asked) == (len(first.clauses), len(first.clauses))
    equipment = next(one for one in first.clauses if "设备" in one["text"])
    assert (equipment["verdict"], equipment["numbers"]) == ("unmet", {f"科研仪器设备原值（{YEAR} 年）": "150"})
    assert equipment["path"] == f"科研仪器设备原值（{YEAR} 年）由 150 增加到 200 万元"
    assert equipment["sources"] == {f"科研仪器设备原值（{YEAR} 年）": "示例来源"}
    staff = next(one for one in first.clauses if "人员" in one["text"])
    assert (staff["verdict"], bool(staff["missing"])) == ("unknown", True)

    with pytest.raises(Refused, match="未满足"):
        services.pool_move(entry=entry, step="admit", actor=live.officer())
        services.pool_move(entry=entry, step="mature", actor=live.officer())
    declare(live, live.hosts[0], equipment_original_value=260)
    second = services.gap_take(entry=entry, occasion="更新", actor=live.officer())
    assert second.met == first.met + 1


@pytest.mark.capability("C128")
def test_a_session_shows_what_changed_in_the_gap_of_who_attended(live):
    declare(live, live.hosts[0], equipment_original_value=100)
    entry = entered(live)
    session = services.session_hold(
        title="示例政策宣讲", held_on=TODAY, department=live.departments[0], actor=live.officer()
    )
    attended = services.session_attend(session=session, entry=entry, people="示例人员 2 人", actor=live.officer())
    declare(live, live.hosts[0], equipment_original_value=500)
    services.gap_take(entry=entry, occasion="更新", actor=live.officer())
    attended.refresh_from_db()
    assert attended.after.met - attended.before.met == 1
    with pytest.raises(Refused, match="已登记参加"):
        services.session_attend(session=session, entry=entry, people="示例", actor=live.officer())
    with pytest.raises(NotAllowed):
        services.session_attend(session=session, entry=entry, people="示例", actor=live.officer(live.departments[2]))


def test_coaching_and_the_yearly_review_are_written_down_once_and_for_all(live):
    entry = entered(live, admit=True)
    PoolEntry.objects.filter(pk=entry.pk).update(entered_on=TODAY - timedelta(days=400))
    services.pool_note(entry=entry, kind="visit", held_on=TODAY, text="示例走访", actor=live.officer())
    services.pool_note(entry=entry, kind="review", held_on=TODAY, text="示例年审", actor=live.officer())
    entry.refresh_from_db()
    assert case_of(entry).due_on == months_after(TODAY, 12)
    assert (entry.reviewed_on, [one.occasion for one in entry.snapshots.all()]) == (TODAY, ["推荐入库", "年度审核"])
    county = live.actor("county_officer", county=live.counties[0])
    services.pool_note(entry=entry, kind="advice", held_on=TODAY, text="示例辅导", actor=county)
    with pytest.raises(NotAllowed):
        services.pool_note(entry=entry, kind="review", held_on=TODAY, text="示例", actor=county)
    with pytest.raises(Refused, match="情况"):
        services.pool_note(entry=entry, kind="visit", held_on=TODAY, text=" ", actor=live.officer())


def test_the_pool_takes_no_stranger_no_double_and_nobody_who_is_there_already(live):
    entered(live)
    with pytest.raises(Refused, match="已在培育库"):
        entered(live)
    with pytest.raises(NotAllowed):
        services.pool_enter(actor=live.host_admin(), organisation=live.hosts[1], kind=live.kinds[0], level="municipal")
    elsewhere = live.actor("county_officer", county=live.counties[2])
    with pytest.raises(NotAllowed):
        services.pool_enter(actor=elsewhere, organisation=live.hosts[1], kind=live.kinds[0], level="municipal")
    running(live, 1)
    with pytest.raises(Refused, match="已是市级"):
        entered(live, organisation=live.hosts[1])
    assert pipeline(kinds=["etrc"], levels=["municipal"]).waiting == 0


def test_the_pipeline_counts_who_may_still_become_a_platform(live):
    entry = entered(live, level="provincial")
    services.pool_move(entry=entry, step="admit", actor=live.officer())
    found = pipeline(kinds=["etrc"], levels=["provincial", "national"])
    assert (found.in_pool, found.waiting, found.promoted) == (1, 1, 0)


# Annual reports


@pytest.mark.capability("C20")
def test_a_report_asks_only_for_what_is_not_known_and_is_filed_with_its_figures(live):
    platform, host = running(live), live.host_admin()
    assert services.reports_open(year=YEAR, department=live.departments[0], actor=live.officer()) == 1
    assert services.reports_open(year=YEAR, department=live.departments[0], actor=live.officer()) == 0
    report = AnnualReport.objects.get(platform=platform)
    assert (report.form.code, report.due_on) == ("engineering_centre", date(YEAR + 1, 6, 30))
    assert case_of(report).due_on == report.due_on
    declare(live, live.hosts[0], **{code: value for code, value in FULL.items() if code != "rd_expense"})
    figures = services.report_figures(report)
    assert [code for code, (_label, value) in figures.items() if value is None] == ["rd_expense", "rd_projects"]
    with pytest.raises(Refused, match="研发费用"):
        services.annual_report_file(report=report, actor=host)
    answers = dict.fromkeys(form_of(report.form).questions, "示例说明")
    services.annual_report_fill(
        report=report, answers=answers, figures={"rd_expense": "800", "rd_projects": "3"}, actor=host
    )
    services.annual_report_file(report=report, actor=host)
    assert (report.state, report.figures["rd_expense"], report.filed_on) == ("filed", "800", TODAY)
    with pytest.raises(Refused, match="已报送"):
        services.annual_report_fill(report=report, answers={}, figures={}, actor=host)
    services.annual_report_move(report=report, step="check", actor=live.officer())
    assert report.state == "checked"
    with pytest.raises(NotAllowed):
        services.annual_report_move(report=report, step="reopen", actor=live.officer(), reason="示例")


@pytest.mark.capability("C40")
def test_an_overdue_report_is_reminded_of_and_then_its_platform_proposed_for_cancellation(live):
    running(live)
    services.reports_open(year=YEAR, department=live.departments[0], actor=live.officer())
    report, officer = AnnualReport.objects.get(), live.officer()
    early = replace(officer, today=report.due_on)
    assert services.reports_remind(actor=early) == 0
    with pytest.raises(Refused, match="未到"):
        services.annual_report_move(report=report, step="remind", actor=early)
    late = replace(officer, today=report.due_on + timedelta(days=1))
    assert services.reports_remind(actor=replace(live.officer(live.departments[2]), today=late.today)) == 0
    assert services.reports_remind(actor=late) == 1
    report.refresh_from_db()
    with pytest.raises(Refused, match="宽限期"):
        services.annual_report_move(report=report, step="propose", actor=replace(late, today=late.today))
    services.annual_report_move(
        report=report, step="propose", actor=replace(late, today=late.today + timedelta(days=31))
    )
    assert report.state == "proposed"
    assert RegisterEntry.objects.get(end=date.max).standing == "active"


def test_reports_are_opened_by_the_competent_department_alone(live):
    running(live)
    for actor in (live.host_admin(), live.officer(live.departments[1])):
        with pytest.raises(NotAllowed):
            services.reports_open(year=YEAR, department=live.departments[0], actor=actor)


# Evaluation


@pytest.mark.capability("C21")
def test_a_round_is_scored_from_audited_facts_and_a_second_run_says_who_moved(live):
    first, second = running(live, 0), running(live, 1)
    declare(live, live.hosts[0], **FULL)
    declare(live, live.hosts[1], **{**FULL, "equipment_original_value": 1500})
    round_ = begun(live)
    one, other = reported(live, round_, first), reported(live, round_, second)
    before = services.round_compute(round_=round_, actor=live.officer())
    one.refresh_from_db()
    assert (one.total, one.place, one.proposed) == (Decimal("89.40"), 2, "优秀")
    with pytest.raises(Refused, match="尚未核定"):
        services.evaluation_move(evaluation=one, step="score", actor=live.officer())

    rows = {row.metric.code: row for row in Fact.objects.filter(subject_id=live.hosts[1].pk).select_related("metric")}
    audited = {row.pk: ("600" if code == "equipment_original_value" else None) for code, row in rows.items()}
    services.evaluation_audit(
        evaluation=other, by_hand={}, audited=audited, reason="示例：发票不符", actor=live.officer()
    )
    after = services.round_compute(round_=round_, actor=live.officer(), reason="示例")
    moved = {row.subject: (row.before, row.after, float(row.points)) for row in movements(before, after)}
    assert moved == {one.pk: (2, 1, 0.0), other.pk: (1, 2, -4.5)}
    detail = after.results.get(evaluation=other).detail
    equipment = next(item for item in detail["items"] if item["id"] == "equipment")
    assert (equipment["reported"], equipment["value"], equipment["points"]) == ("1500", "600", "10.5")
    assert detail["total"] == "87.9"
    assert ScoringRun.objects.count() == 2


def test_what_is_missing_keeps_the_grade_back(live):
    platform = running(live)
    declare(live, live.hosts[0], rd_expense=1000)
    round_ = begun(live)
    evaluation = reported(live, round_, platform)
    services.round_compute(round_=round_, actor=live.officer())
    evaluation.refresh_from_db()
    assert (evaluation.total, evaluation.proposed, evaluation.why[:3]) == (Decimal("15.00"), "", "尚缺：")
    with pytest.raises(Refused, match="尚缺"):
        services.evaluation_move(evaluation=evaluation, step="score", actor=live.officer())


def graded(live, grade, **facts):
    platform = running(live)
    declare(live, live.hosts[0], **{**FULL, **facts})
    evaluation = reported(live, begun(live), platform)
    verify(live, live.hosts[0])
    services.evaluation_move(evaluation=evaluation, step="score", actor=live.officer())
    services.evaluation_grade(
        evaluation=evaluation, grade=grade, document_number="示〔2026〕1号", on=TODAY, actor=live.head()
    )
    platform.refresh_from_db()
    return platform, evaluation


def test_a_bottom_grade_proposes_revocation_and_ends_nothing_before_the_host_was_heard(live):
    platform, evaluation = graded(live, "不合格", full_time_rd_staff=9)
    assert evaluation.why == "不再符合认定门槛：专职研发人员不少于 10 人"
    hearing = Hearing.objects.get()
    assert (platform.state, hearing.state, hearing.ground, hearing.ban_months) == (
        "active",
        "drafted",
        "evaluation_failed",
        36,
    )


def test_a_grade_that_asks_for_rectification_sets_its_term(live):
    platform, evaluation = graded(
        live,
        "基本合格",
        rd_expense=150,
        revenue=5000,
        new_ip=1,
        invention_patents=1,
        conversion_income=0,
        services=0,
        full_time_rd_staff=10,
        equipment_original_value=300,
        rd_staff=30,
        qualified_rd_staff=15,
    )
    assert (evaluation.total, platform.state) == (Decimal(51), "rectifying")
    assert evaluation.rectify_by == months_after(TODAY, 12)
    assert case_of(platform).due_on == evaluation.rectify_by


def test_another_grade_than_the_computed_one_needs_a_reason_and_a_known_name(live):
    platform = running(live)
    declare(live, live.hosts[0], **FULL)
    evaluation = reported(live, begun(live), platform)
    verify(live, live.hosts[0])
    services.evaluation_move(evaluation=evaluation, step="score", actor=live.officer())
    told = {"evaluation": evaluation, "document_number": "示〔2026〕1号", "on": TODAY}
    with pytest.raises(Refused, match="不是这一办法的等级"):
        services.evaluation_grade(grade="一般", actor=live.head(), **told)
    with pytest.raises(Refused, match="理由"):
        services.evaluation_grade(grade="良好", actor=live.head(), **told)
    with pytest.raises(NotAllowed):
        services.evaluation_grade(grade="优秀", actor=live.officer(), **told)
    with pytest.raises(NotAllowed):
        services.evaluation_grade(grade="优秀", actor=live.head(live.departments[2]), **told)


def test_an_appeal_is_answered_and_a_changed_grade_takes_its_proposal_back(live):
    _platform, evaluation = graded(live, "不合格", full_time_rd_staff=9)
    late = replace(live.host_admin(), today=TODAY + timedelta(days=40))
    with pytest.raises(Refused, match="10 个工作日"):
        services.evaluation_appeal(evaluation=evaluation, text="示例", actor=late)
    services.evaluation_appeal(evaluation=evaluation, text="示例：人员统计有误", actor=live.host_admin())
    services.evaluation_regrade(
        evaluation=evaluation, grade="合格", document_number="示〔2026〕2号", on=TODAY, actor=live.head(), reason="属实"
    )
    assert (evaluation.state, evaluation.grade, Hearing.objects.get().state) == ("graded", "合格", "dropped")


def test_who_did_not_report_gets_the_absent_grade(live):
    platform = running(live)
    round_ = begun(live)
    evaluation = round_.evaluations.get(platform=platform)
    with pytest.raises(Refused, match="截止后"):
        services.evaluation_move(evaluation=evaluation, step="absent", actor=live.officer(), reason="示例")
    later = replace(live.officer(), today=TODAY + timedelta(days=1))
    services.evaluation_move(evaluation=evaluation, step="absent", actor=later, reason="未提交")
    assert (evaluation.proposed, evaluation.is_absent, evaluation.total) == ("不合格", True, None)
    with pytest.raises(Refused, match="无可计分"):
        services.round_compute(round_=round_, actor=live.officer())


def test_a_round_stays_on_the_versions_it_was_begun_with(live):
    running(live)
    round_ = begun(live)
    system = catalogue().index_systems[1]
    altered = system.model_copy(update={"title": "改名后的体系"})
    systems = tuple(altered if one.code == system.code else one for one in catalogue().index_systems)
    life_rules_store(catalogue().model_copy(update={"index_systems": systems}))
    round_.refresh_from_db()
    assert (round_.system.title, round_.system.current) == (system.title, False)
    with pytest.raises(NotAllowed):
        begun(live, department=live.departments[1])


# Change


@pytest.mark.capability("C125")
def test_a_change_is_verified_by_the_county_and_filed_into_the_register(live):
    platform, host = running(live), live.host_admin()
    request = services.change_ask(
        platform=platform, kind="rename", on=TODAY, values={"name": "示例新名"}, reason="依托单位更名", actor=host
    )
    with pytest.raises(Stale):
        services.change_move(request=request, step="file", actor=live.officer())
    with pytest.raises(NotAllowed):
        county = live.actor("county_officer", county=live.counties[1])
        services.change_move(request=request, step="verify", actor=county)
    services.change_move(request=request, step="verify", actor=live.actor("county_officer", county=live.counties[0]))
    with pytest.raises(Refused, match="不必核准"):
        services.change_move(request=request, step="approve", actor=live.head())
    services.change_move(request=request, step="file", actor=live.officer())
    assert RegisterEntry.objects.get(platform=platform, end=date.max).name == "示例新名"
    assert platform.amendments.get().reason == "平台更名：依托单位更名"


def test_a_change_touches_only_the_fields_of_its_kind_and_belongs_to_the_host(live):
    platform = running(live)
    told = {"platform": platform, "kind": "director", "on": TODAY, "reason": "示例"}
    with pytest.raises(Refused, match="变更后的内容"):
        services.change_ask(values={"name": "示例新名"}, actor=live.host_admin(), **told)
    with pytest.raises(NotAllowed):
        services.change_ask(values={"director": "示例人"}, actor=live.host_admin(live.hosts[1]), **told)
    with pytest.raises(Refused, match="没有这种"):
        services.change_ask(**{**told, "kind": "colour"}, values={}, actor=live.host_admin())
    assert not ChangeRequest.objects.exists()


# Endings


@pytest.mark.capability("C125")
def test_revocation_hears_the_host_and_answers_it_and_bars_who_must_be_barred(live):
    platform = running(live, director="示例主任")
    with pytest.raises(Refused, match="陈述申辩"):
        services.platform_move(platform=platform, step="revoke", on=TODAY, actor=live.head(), reason="示例")
    hearing = services.hearing_begin(
        platform=platform, act="revoke", ground="false_material", facts="示例：材料不实", actor=live.officer()
    )
    with pytest.raises(Stale):
        services.hearing_decide(
            hearing=hearing, answer="", document_number="示〔2026〕3号", on=TODAY, actor=live.head()
        )
    with pytest.raises(NotAllowed):
        services.hearing_notify(hearing=hearing, on=TODAY, actor=live.officer())
    services.hearing_notify(hearing=hearing, on=TODAY, actor=live.head())
    assert (hearing.state, case_of(hearing).due_on) == ("noticed", hearing.due_on)
    with pytest.raises(Refused, match="尚未届满"):
        services.hearing_lapse(hearing=hearing, actor=live.officer())
    with pytest.raises(NotAllowed):
        services.hearing_state(hearing=hearing, views="示例", actor=live.host_admin(live.hosts[1]))
    services.hearing_state(hearing=hearing, views="示例：系笔误", actor=live.host_admin())
    decide = {"hearing": hearing, "document_number": "示〔2026〕3号", "on": TODAY, "actor": live.head()}
    with pytest.raises(Refused, match="逐条答复"):
        services.hearing_decide(answer="", **decide)
    services.hearing_decide(answer="示例：不是笔误", **decide)
    platform.refresh_from_db()
    assert (platform.state, Recognition.objects.get().ending) == ("revoked", "revoked")
    assert sorted(str(one.organisation or one.person_name) for one in Ban.objects.all()) == sorted(
        [str(live.hosts[0]), "示例主任"]
    )
    assert barred_sentence(live.hosts[0], TODAY).startswith("因“示例中心0：提供虚假材料”限制申报至")
    assert barred(organisation=None, people=["示例主任"], on=TODAY).document_number == "示〔2026〕3号"
    assert barred(organisation=live.hosts[1], on=TODAY) is None
    with pytest.raises(Refused, match="限制申报"):
        services.recommendation_make(
            organisation=live.hosts[0],
            kind=live.kinds[0],
            level="provincial",
            recommended_on=TODAY,
            actor=live.officer(),
        )


def test_a_host_may_ask_for_deregistration_and_is_heard_by_its_own_request(live):
    platform = running(live)
    with pytest.raises(NotAllowed):
        services.hearing_begin(
            platform=platform, act="deregister", ground="relocation", facts="示例", actor=live.host_admin()
        )
    hearing = services.hearing_begin(
        platform=platform, act="deregister", ground="own_request", facts="示例：不再运行", actor=live.host_admin()
    )
    with pytest.raises(Refused, match="未办结"):
        services.hearing_begin(
            platform=platform, act="deregister", ground="relocation", facts="示例", actor=live.officer()
        )
    services.hearing_accept(hearing=hearing, actor=live.head())
    services.hearing_decide(hearing=hearing, answer="同意", document_number="", on=TODAY, actor=live.head())
    platform.refresh_from_db()
    assert (platform.state, Ban.objects.count()) == ("deregistered", 0)


def test_a_paper_hearing_must_have_kept_its_term(live):
    platform = running(live)
    told = {"reason": "示例", "document_number": "示〔2021〕1号", "views": "示例：不同意"}
    with pytest.raises(Refused, match="届满后"):
        live.end(platform, "revoke", date(2021, 3, 1), noticed_on=date(2021, 2, 26), **told)
    live.end(platform, "revoke", date(2021, 3, 31), noticed_on=date(2021, 2, 26), **told)
    platform.refresh_from_db()
    assert platform.state == "revoked"


def test_the_proposal_is_dropped_with_a_reason_and_the_term_may_lapse(live):
    platform = running(live)
    told = {"platform": platform, "act": "revoke", "ground": "evaluation_failed", "facts": "示例"}
    hearing = services.hearing_begin(**told, actor=live.officer())
    services.hearing_drop(hearing=hearing, reason="证据不足", actor=live.head())
    hearing = services.hearing_begin(**told, actor=live.officer())
    services.hearing_notify(hearing=hearing, on=TODAY, actor=live.head())
    services.hearing_lapse(hearing=hearing, actor=replace(live.officer(), today=hearing.due_on + timedelta(days=1)))
    assert (hearing.state, hearing.views) == ("heard", "逾期未陈述")
    services.hearing_drop(hearing=hearing, reason="已整改", actor=live.head())
    platform.refresh_from_db()
    assert (hearing.state, platform.state) == ("dropped", "active")


def test_a_ban_may_be_lifted_before_its_day(live):
    ban = services.ban_record(organisation=live.hosts[0], start=TODAY, months=36, reason="示例", actor=live.head())
    assert ban.end == months_after(TODAY, 36)
    with pytest.raises(NotAllowed):
        services.ban_lift(ban=ban, on=TODAY, reason="示例", actor=live.officer())
    services.ban_lift(ban=ban, on=TODAY, reason="复核成立", actor=live.head())
    assert barred(organisation=live.hosts[0], on=TODAY) is None
    with pytest.raises(NotAllowed):
        services.ban_record(organisation=live.hosts[0], start=TODAY, months=1, reason="示例", actor=live.officer())


# Recommendation and decisions


@pytest.mark.capability("C130")
def test_an_outside_decision_is_recorded_and_its_recognition_awaits_a_second_person(live):
    platform, officer = running(live), live.officer()
    row = services.recommendation_make(
        organisation=live.hosts[0],
        platform=platform,
        kind=live.kinds[0],
        level="provincial",
        recommended_on=date(2026, 1, 5),
        actor=officer,
    )
    told = {"recommendation": row, "recognised": True, "decided_on": date(2026, 3, 1), "actor": officer}
    with pytest.raises(Refused, match="决定文号"):
        services.recommendation_record(**told)
    with pytest.raises(Refused, match="早于推荐"):
        services.recommendation_record(**{**told, "decided_on": date(2025, 1, 1)})
    services.recommendation_record(**told, decided_by="示例省厅", decision_number="示省〔2026〕9号")
    recognition = Recognition.objects.get(level="provincial")
    assert (row.state, recognition.state, recognition.document_number) == ("recognised", "submitted", "示省〔2026〕9号")
    with pytest.raises(NotAllowed):
        services.recommendation_make(
            organisation=live.hosts[0],
            programme="示例人才计划",
            department=live.departments[0],
            recommended_on=TODAY,
            actor=live.officer(live.departments[2]),
        )


def test_a_programme_that_is_no_type_can_be_recommended_too(live):
    row = services.recommendation_make(
        organisation=live.hosts[0],
        programme="示例人才计划",
        department=live.departments[0],
        recommended_on=TODAY,
        actor=live.officer(),
    )
    services.recommendation_record(
        recommendation=row, recognised=False, decided_on=TODAY, reason="未入选", actor=live.officer()
    )
    assert row.state == "refused"
    with pytest.raises(Refused, match="二者取其一"):
        services.recommendation_make(
            organisation=live.hosts[0], recommended_on=TODAY, department=live.departments[0], actor=live.officer()
        )


def test_a_decision_of_this_city_stands_at_once_and_the_pool_lets_go(live):
    entry = entered(live)
    services.pool_move(entry=entry, step="admit", actor=live.officer())
    anybody = live.actor("conference_office")
    platform = services.platform_from_decision(
        actor=anybody, name="示例新中心", kind=live.kinds[0], host=live.hosts[0], since=TODAY
    )
    services.recognition_from_decision(
        platform=platform, level="municipal", recognised_on=TODAY, document_number="示〔2026〕7号", actor=anybody
    )
    today = RegisterEntry.objects.get(platform=platform, end=date.max)
    assert (today.level, today.standing, today.document_number) == ("municipal", "active", "示〔2026〕7号")
    assert PoolEntry.objects.get().state == "promoted"
    with pytest.raises(Refused, match="同一级别"):
        services.recognition_from_decision(
            platform=platform, level="municipal", recognised_on=TODAY, document_number="示〔2026〕8号", actor=anybody
        )
    assert Evaluation.objects.count() == 0
