"""The pages of a platform's life as hosts, officers and strangers meet them."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from kechuang.platforms import services
from kechuang.platforms.models import (
    AnnualReport,
    Ban,
    ChangeRequest,
    EvaluationRound,
    Hearing,
    PoolEntry,
    Recommendation,
)
from tests.platforms.living import FULL, YEAR, begun, declare, prepare, reported, running, verify
from tests.platforms.test_views import page, signed_in, text

pytestmark = pytest.mark.django_db
TODAY = date.today()
LISTS = (
    "pool",
    "sessions",
    "annual_reports",
    "rounds",
    "evaluations",
    "change_requests",
    "hearings",
    "recommendations",
    "bans",
)


@pytest.fixture
def live(town):
    prepare(town)
    return town


@pytest.fixture
def officer(live):
    return signed_in("department_officer", department=live.departments[0])


@pytest.fixture
def head(live):
    return signed_in("department_head", department=live.departments[0])


@pytest.fixture
def host(live):
    return signed_in("host_admin", organisation=live.hosts[0])


@pytest.fixture
def stranger(live):
    return signed_in("host_admin", organisation=live.hosts[2])


def post(client, name, /, *args, **values):
    return client.post(reverse(f"platforms:{name}", args=args), values)


def step(client, name, key, step_name, **values):
    return post(client, "life_step", name, key, step_name, **values)


def sheet(answer):
    return CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_for_those_who_signed_in_and_export_what_they_show(live, officer, name):
    assert page(Client(), name).status_code == 302
    assert page(officer, name).status_code == 200
    assert page(officer, name, format="csv").status_code == 200


def test_a_member_is_proposed_admitted_coached_and_measured_on_its_pages(live, officer, stranger):
    declare(live, live.hosts[0], equipment_original_value=100)
    answer = post(
        officer,
        "pool_new",
        organisation=live.hosts[0].name,
        kind=live.kinds[0].pk,
        level="municipal",
        reason="示例理由",
    )
    entry = PoolEntry.objects.get()
    assert answer.url == reverse("platforms:pool_entry", args=[entry.pk])
    step(officer, "pool_entry", entry.pk, "admit")
    post(officer, "pool_note", entry.pk, kind="visit", held_on=TODAY.isoformat(), text="示例走访情况")
    post(officer, "pool_gap", entry.pk)
    post(officer, "pool_coach", entry.pk, goal_on="2027-12-31")
    shown = text(page(officer, "pool_entry", entry.pk))
    assert [words in shown for words in ("由 100 增加到 200 万元", "示例走访情况", "2027-12-31", "培育中")] == [
        True
    ] * 4
    rows = sheet(page(officer, "pool_entry", entry.pk, format="xlsx"))
    assert (rows[0][0], len(rows)) == ("条件", entry.snapshots.last().asked + 1)
    assert "已满足的条件" in text(page(officer, "pool"))
    for client in (stranger, Client()):
        assert page(client, "pool_entry", entry.pk).status_code in (302, 404)
    assert [post(stranger, name, entry.pk).status_code for name in ("pool_gap", "pool_note", "pool_coach")] == [404] * 3
    assert page(stranger, "pool_new").status_code == 404


def test_a_session_is_held_and_attended_on_its_pages(live, officer, stranger):
    entry = services.pool_enter(actor=live.officer(), organisation=live.hosts[0], kind=live.kinds[0], level="municipal")
    answer = post(
        officer, "session_new", title="示例宣讲", held_on=TODAY.isoformat(), department=live.departments[0].pk
    )
    key = int(answer.url.rstrip("/").rsplit("/", 1)[1])
    post(officer, "session_attend", key, entry=entry.pk, people="示例 3 人")
    assert "示例 3 人" in text(page(officer, "session", key))
    assert "示例 3 人" not in text(page(stranger, "session", key))
    assert [
        page(stranger, name, *args).status_code for name, args in (("session_new", ()), ("session_attend", (key,)))
    ] == [404, 404]


def test_a_report_is_opened_filled_filed_and_checked_on_its_pages(live, officer, host, stranger):
    running(live)
    post(officer, "reports_open", year=YEAR, department=live.departments[0].pk)
    report = AnnualReport.objects.get()
    declare(live, live.hosts[0], **{code: value for code, value in FULL.items() if code != "rd_expense"})
    form = page(host, "report_fill", report.pk).context["form"]
    assert form.asked == ["rd_expense", "rd_projects"]
    answers = {f"answer_{place}": "示例说明" for place in range(4)}
    post(host, "report_fill", report.pk, figure_rd_expense="880", figure_rd_projects="4", **answers)
    step(host, "annual_report", report.pk, "file")
    report.refresh_from_db()
    assert (report.state, report.figures["rd_expense"]) == ("filed", "880")
    assert "880" in text(page(officer, "annual_report", report.pk))
    step(officer, "annual_report", report.pk, "check")
    report.refresh_from_db()
    assert report.state == "checked"
    assert [page(stranger, name, report.pk).status_code for name in ("annual_report", "report_fill")] == [404, 404]
    assert [page(stranger, name).status_code for name in ("reports_open", "reports_remind")] == [404, 404]
    assert step(stranger, "annual_report", report.pk, "reopen").status_code == 404


def test_overdue_reports_are_reminded_of_at_once(live, officer):
    running(live)
    services.reports_open(year=YEAR, department=live.departments[0], actor=live.officer())
    AnnualReport.objects.update(due_on=TODAY - timedelta(days=1))
    assert "逾期未报" in text(page(officer, "annual_reports"))
    assert "1 份" in text(page(officer, "reports_remind"))
    post(officer, "reports_remind")
    assert AnnualReport.objects.get().state == "reminded"


def test_a_round_is_begun_audited_scored_and_graded_on_its_pages(live, officer, head, host, stranger):
    first, second = running(live, 0), running(live, 1)
    declare(live, live.hosts[0], **FULL)
    declare(live, live.hosts[1], **{**FULL, "rd_expense": 300})
    round_ = begun(live)
    one = round_.evaluations.get(platform=first)
    step(host, "evaluation", one.pk, "report", statement="示例自评")
    reported(live, round_, second)
    audit = page(officer, "evaluation_audit", one.pk).context["form"]
    post(officer, "evaluation_audit", one.pk, **dict.fromkeys(audit.fields, ""))
    post(officer, "round_compute", round_.pk)
    verify(live, live.hosts[1])
    post(officer, "round_compute", round_.pk)
    step(officer, "evaluation", one.pk, "score")
    # Until the grade is decided the points are the officers' alone.
    assert [("89.4" in text(page(client, "evaluation", one.pk))) for client in (officer, host)] == [True, False]
    assert "89.4" not in text(page(host, "round", round_.pk))
    step(head, "evaluation", one.pk, "grade", grade="优秀", document_number="示〔2026〕1号", on=TODAY.isoformat())
    one.refresh_from_db()
    assert (one.state, one.grade, float(one.total), one.place) == ("graded", "优秀", 89.4, 1)
    shown = text(page(officer, "evaluation", one.pk))
    assert [words in shown for words in ("89.4", "达到满分要求 1000 得满分", "认定门槛复核", "示〔2026〕1号")] == [
        True
    ] * 4
    assert "89.4" in text(page(host, "evaluation", one.pk))
    ranking = page(officer, "round", round_.pk)
    assert [words in text(ranking) for words in ("等级分布", "没有平台的名次或分数变化", "外地模板")] == [True] * 3
    rows = sheet(page(officer, "round", round_.pk, format="xlsx"))
    assert [row[1] for row in rows] == ["平台", "示例中心0", "示例中心1"]
    # A host sees the place of its own platform and nobody else's.
    assert [words in text(page(host, "round", round_.pk)) for words in ("示例中心0", "示例中心1")] == [True, False]
    for name, key in (("evaluation", one.pk), ("evaluation_audit", one.pk), ("round_compute", round_.pk)):
        assert page(stranger, name, key).status_code == 404
    assert page(stranger, "round_new").status_code == 404
    assert step(stranger, "evaluation", one.pk, "appeal", reason="示例").status_code == 404


def test_a_round_begins_with_a_form(live, officer):
    running(live)
    form = page(officer, "round_new").context["form"]
    pick = {name: form.fields[name].queryset.get(code="engineering_centre_outline").pk for name in ("scheme", "system")}
    told = {"title": "示例评价", "kind": live.kinds[0].pk, "level": "municipal", "department": live.departments[0].pk}
    days = {"opens_on": TODAY.isoformat(), "closes_on": (TODAY - timedelta(days=1)).isoformat()}
    answer = post(officer, "round_new", year=YEAR, **told, **pick, **days)
    assert "自评截止不能早于自评开始" in text(answer)
    post(officer, "round_new", year=YEAR, **told, **pick, **{**days, "closes_on": days["opens_on"]})
    assert EvaluationRound.objects.get().evaluations.count() == 1
    assert "无可计分" in text(
        officer.post(reverse("platforms:round_compute", args=[EvaluationRound.objects.get().pk]), follow=True)
    )


def test_a_host_asks_for_a_change_from_its_platforms_page(live, officer, host, stranger):
    platform = running(live)
    shown = text(page(host, "detail", platform.number))
    assert [words in shown for words in ("申请变更", "申请注销", "撤销或注销")] == [True, True, False]
    assert "平台更名" in text(page(host, "change_kinds", platform.number))
    answer = post(host, "change_ask", platform.number, "rename", on=TODAY.isoformat(), reason="示例")
    assert "须填写变更后的内容" in text(answer)
    post(host, "change_ask", platform.number, "rename", name="示例新名", on=TODAY.isoformat(), reason="示例")
    request = ChangeRequest.objects.get()
    county = signed_in("county_officer", county=live.counties[0])
    step(county, "change_request", request.pk, "verify", reason="")
    step(officer, "change_request", request.pk, "file")
    assert "示例新名" in text(page(Client(), "detail", platform.number))
    assert "已报备" in text(page(host, "detail", platform.number))
    for name, args in (
        ("change_kinds", (platform.number,)),
        ("change_ask", (platform.number, "rename")),
        ("change_request", (request.pk,)),
    ):
        assert page(stranger, name, *args).status_code == 404
    assert page(host, "change_ask", platform.number, "nothing").status_code == 404


def test_a_platform_is_revoked_only_through_notice_views_and_answer(live, officer, head, host, stranger):
    platform = running(live, director="示例主任")
    assert page(stranger, "ending", platform.number).status_code == 404
    post(officer, "ending", platform.number, ground="revoke:serious_dishonesty", facts="示例事实")
    hearing = Hearing.objects.get()
    assert page(host, "hearing", hearing.pk).status_code == 404
    step(head, "hearing", hearing.pk, "notify", on=TODAY.isoformat())
    assert "示例事实" in text(page(host, "hearing", hearing.pk))
    step(host, "hearing", hearing.pk, "state", views="示例意见")
    answer = step(head, "hearing", hearing.pk, "decide", on=TODAY.isoformat(), document_number="示〔2026〕3号")
    assert "逐条答复" in text(answer)
    step(
        head, "hearing", hearing.pk, "decide", on=TODAY.isoformat(), document_number="示〔2026〕3号", answer="示例答复"
    )
    platform.refresh_from_db()
    assert (platform.state, Ban.objects.count()) == ("revoked", 2)
    ban = Ban.objects.get(person_name="示例主任")
    assert "示〔2026〕3号" in text(page(officer, "ban", ban.pk))
    post(head, "ban_lift", ban.pk, on=TODAY.isoformat(), reason="示例")
    ban.refresh_from_db()
    assert ban.lifted_on == TODAY
    assert [page(stranger, name, ban.pk).status_code for name in ("ban", "ban_lift")] == [404, 404]
    assert [page(stranger, name, hearing.pk).status_code for name in ("hearing", "hearing_scan")] == [404, 404]
    assert page(host, "hearing_scan", hearing.pk).status_code == 404


def test_a_host_asks_for_deregistration_itself(live, head, host):
    platform = running(live)
    form = page(host, "ending", platform.number).context["form"]
    assert [key for key, _label in form.fields["ground"].choices] == ["deregister:own_request"]
    post(host, "ending", platform.number, ground="deregister:own_request", facts="不再运行")
    hearing = Hearing.objects.get()
    step(head, "hearing", hearing.pk, "own_request")
    step(head, "hearing", hearing.pk, "decide", on=TODAY.isoformat(), answer="同意")
    platform.refresh_from_db()
    assert platform.state == "deregistered"


def test_a_recommendation_and_its_outside_decision_are_recorded_on_its_pages(live, officer, stranger):
    platform = running(live)
    post(
        officer,
        "recommendation_new",
        organisation=live.hosts[0].name,
        platform=platform.number,
        kind=live.kinds[0].pk,
        level="provincial",
        recommended_on="2026-01-05",
    )
    row = Recommendation.objects.get()
    told = {"decided_on": "2026-03-01", "decided_by": "示例省厅", "decision_number": "示省〔2026〕9号"}
    assert page(stranger, "recommendation", row.pk).status_code == 404
    assert step(stranger, "recommendation", row.pk, "recognise", **told).status_code == 404
    step(officer, "recommendation", row.pk, "recognise", **told)
    assert "示省〔2026〕9号" in text(page(officer, "recommendation", row.pk))
    assert page(officer, "recommendation_scan", row.pk).status_code == 404
    assert page(stranger, "recommendation_new").status_code == 404


def test_unknown_cases_and_steps_have_no_page(live, officer):
    entry = services.pool_enter(actor=live.officer(), organisation=live.hosts[0], kind=live.kinds[0], level="municipal")
    assert step(officer, "pool_entry", entry.pk, "fly").status_code == 404
    assert step(officer, "colour", entry.pk, "admit").status_code == 404
    assert step(officer, "pool_entry", entry.pk + 1, "admit").status_code == 404
    assert page(officer, "pool_entry", entry.pk + 1).status_code == 404


def queries(client, name, *args):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert page(client, name, *args).status_code == 200
    return len(seen)


def test_lists_and_pages_cost_the_same_for_one_row_and_three(live, officer):
    platforms = [running(live, 0)]
    entry = services.pool_enter(
        actor=live.officer(), organisation=live.hosts[0], kind=live.kinds[0], level="provincial"
    )
    round_ = begun(live)
    reported(live, round_, platforms[0])
    services.round_compute(round_=round_, actor=live.officer())
    services.reports_open(year=YEAR, department=live.departments[0], actor=live.officer())
    pages = (("pool",), ("pool_entry", entry.pk), ("rounds",), ("round", round_.pk), ("detail", platforms[0].number))
    for one in pages:
        page(officer, *one)
    before = [queries(officer, *one) for one in pages]
    for place in (1, 2):
        services.pool_enter(
            actor=live.officer(), organisation=live.hosts[place], kind=live.kinds[0], level="provincial"
        )
        services.gap_take(entry=entry, occasion="更新", actor=live.officer())
        services.pool_note(entry=entry, kind="visit", held_on=TODAY, text="示例", actor=live.officer())
    services.reports_open(year=YEAR - 1, department=live.departments[0], actor=live.officer())
    assert [queries(officer, *one) for one in pages] == before
