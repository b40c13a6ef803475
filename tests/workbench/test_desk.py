"""The desk's pages: five tabs, filters, saved filters, exports, several at once with preview and undo."""

from __future__ import annotations

import io
from datetime import date, timedelta
from urllib.parse import urlencode

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from kechuang.kernel import calendar_days
from kechuang.kernel.models import Case, CaseAct, CaseCopy, CaseWatch, SavedView
from kechuang.plan import services as plan_services
from kechuang.plan.access import REPORTS
from kechuang.plan.models import Duty, ProgressReport
from kechuang.platforms.models import Platform
from kechuang.ui.case_panel import panel_of
from tests.kernel.matters import build_matters, case_of, submitted_recognition, submitted_report
from tests.plan.conftest import city

pytestmark = pytest.mark.django_db
TODAY = date.today()
DESK, ACT = "workbench:desk", "workbench:act"


@pytest.fixture
def matters():
    calendar_days.forget()
    calendar_days.load(city())
    yield build_matters()
    calendar_days.forget()


def at(matters, role: str, place: int = 0) -> Client:
    client = Client()
    client.force_login(matters.user(role, place))
    return client


def shown(client: Client, **query: object) -> list[str]:
    return [row["item"].title for row in client.get(reverse(DESK), query).context["rows"]]


@pytest.mark.capability("C86")
@pytest.mark.parametrize("tab", ("todo", "done", "started", "copied", "supervised"))
def test_every_tab_answers_every_role(matters, tab):
    for role, place in matters.people:
        answer = at(matters, role, place).get(reverse(DESK), {"tab": tab})
        assert (role, answer.status_code, answer.context["tab"]) == (role, 200, tab)


def test_the_tabs_count_what_they_hold(matters):
    answer = at(matters, "conference_office").get(reverse(DESK), {"tab": "todo"})
    counts = {str(tab["label"]): tab["count"] for tab in answer.context["tabs"]}
    assert counts == {"待办": 2, "已办": 2, "我发起": 0, "抄送": 0, "督办": 0}
    assert "有 2 件事在等您办理" in answer.content.decode()


def test_a_row_says_light_unit_step_days_left_and_days_held(matters):
    client = at(matters, "conference_office")
    row = client.get(reverse(DESK), {"tab": "todo"}).context["rows"][0]
    cells = {str(cell.label): str(cell.text) for group in row["cells"] for cell in group}
    assert cells["状态"] == "正常"
    assert cells["环节"] == "待审定"
    assert cells["单位"] == str(matters.town.departments[0])
    assert cells["剩余"].startswith("剩")
    assert cells["已停留"] == "0 个工作日"


def test_a_deadline_in_a_year_without_notice_says_it_is_an_estimate(matters):
    case = case_of(submitted_report())
    Case.objects.filter(pk=case.pk).update(
        due_on=date(2027, 6, 8), warn_on=date(2027, 6, 1), ranked_on=date(2027, 6, 8)
    )
    text = at(matters, "conference_office").get(reverse(DESK), {"tab": "todo"}).content.decode()
    assert text.count("暂按法定假日估算") == 1


def test_filters_stand_in_the_address(matters):
    client, report = at(matters, "department_officer"), ProgressReport.objects.filter(state="draft").first()
    assert report is not None
    everything = shown(client, tab="todo")
    duty = case_of(Duty.objects.filter(department=matters.town.departments[0]).get())
    assert shown(client, tab="todo", q="示例分工0") == [duty.title]
    assert shown(client, tab="todo", kind=duty.content_type_id) == [duty.title]
    assert shown(client, tab="todo", step="plan_duty:doing") == [duty.title]
    assert shown(client, tab="todo", light="overdue") == []
    assert shown(client, tab="todo", org="没有的单位") == []
    assert shown(client, tab="todo", due="week") == []
    assert set(shown(client, tab="todo", org=matters.town.hosts[0].name)) < set(everything)


@pytest.mark.parametrize(
    "query", ("kind=x", "step=;--", "unit=department:", "light=blue", "sort=drop", "at=%00", "tab=no")
)
def test_nonsense_in_the_address_is_read_as_nothing(matters, query):
    assert at(matters, "department_officer").get(f"{reverse(DESK)}?{query}").status_code == 200


def test_columns_are_chosen_and_the_name_stays(matters):
    heads = at(matters, "department_officer").get(reverse(DESK), {"tab": "todo", "columns": ["kind"]}).context["heads"]
    assert [str(head.label) for head in heads] == ["名称", "类型"]


@pytest.mark.parametrize("kind", ("csv", "xlsx"))
def test_a_tab_is_taken_away_as_it_is_read(matters, kind):
    Case.objects.filter(pk=case_of(submitted_report()).pk).update(number="=1+1")
    answer = at(matters, "conference_office").get(reverse(DESK), {"tab": "todo", "format": kind})
    if kind == "csv":
        lines = answer.content.decode("utf-8-sig").splitlines()
        assert lines[0].startswith("状态,编号,名称,单位")
        assert len(lines) == 3
        assert "'=1+1" in lines[1] + lines[2]
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        assert [cell.value for cell in sheet[1]][:4] == ["状态", "编号", "名称", "单位"]
        assert sheet.max_row == 3


def test_filters_are_saved_used_by_default_shared_and_removed(matters):
    client = at(matters, "department_officer")
    query = f"tab=todo&{urlencode({'q': '示例分工'})}"
    client.post(
        reverse("workbench:save_view"), {"name": "示例筛选", "query": query, "is_default": "on", "shared": "on"}
    )
    view = SavedView.objects.get()
    assert (view.is_default, view.shared_with) == (True, matters.town.departments[0].pk)
    assert client.get(reverse(DESK)).url == f"{reverse(DESK)}?{query}"
    assert client.get(reverse(DESK), {"tab": "todo"}).status_code == 200

    colleague, stranger = Client(), at(matters, "department_officer", 1)
    colleague.force_login(matters.colleague("department_officer"))
    seen = [[row["name"] for row in c.get(reverse("workbench:views")).context["found"]] for c in (colleague, stranger)]
    assert seen == [["示例筛选"], []]
    assert colleague.get(reverse(DESK)).status_code == 200
    for thief in (colleague, stranger):
        assert thief.post(reverse("workbench:remove_view", args=[view.pk])).status_code == 404
    client.post(reverse("workbench:remove_view", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_a_second_default_replaces_the_first(matters):
    client = at(matters, "leader")
    for name in ("示例一", "示例二"):
        client.post(reverse("workbench:save_view"), {"name": name, "query": "tab=done", "is_default": "on"})
    assert list(SavedView.objects.filter(is_default=True).values_list("name", flat=True)) == ["示例二"]
    refused = client.post(reverse("workbench:save_view"), {"name": "示例", "query": "", "shared": "on"}, follow=True)
    assert "没有部门岗位" in refused.content.decode()


@pytest.mark.capability("C86")
def test_several_reports_are_approved_with_one_press_after_a_preview(matters):
    client = at(matters, "conference_office")
    keys = [case_of(submitted_report(place)).pk for place in range(2)]
    offered = dict(client.get(reverse(DESK), {"tab": "todo"}).context["acts"])
    assert offered["step:approve"] == "审定"

    preview = client.get(reverse(ACT), {"act": "step:approve", "case": keys})
    assert [(one.effect, one.refusal) for one in preview.context["outcomes"]] == [("待审定 → 已审定", "")] * 2
    assert ProgressReport.objects.filter(state="submitted").count() == 2

    done = client.post(reverse(ACT), {"act": "step:approve", "case": keys})
    assert [one.refusal for one in done.context["outcomes"]] == ["", ""]
    assert ProgressReport.objects.filter(state="submitted").count() == 0
    assert done.context["batch"] is None


def test_what_cannot_be_done_is_told_row_by_row_and_the_rest_is_done(matters):
    client = at(matters, "department_officer")
    fit, unfit = case_of(submitted_recognition()), case_of(Platform.objects.filter(state="active").first())
    answer = client.post(reverse(ACT), {"act": "remind", "case": [fit.pk, unfit.pk], "reason": ""})
    refusals = [one.refusal for one in answer.context["outcomes"]]
    assert [bool(refusal) for refusal in refusals] == [False, True]
    assert CaseAct.objects.filter(kind="remind").count() == 1


def test_cases_are_handed_over_and_taken_back(matters):
    client, to = at(matters, "conference_office"), matters.colleague("conference_office")
    keys = [case_of(submitted_report(place)).pk for place in range(2)]
    page = client.get(reverse(ACT), {"act": "assign", "case": keys})
    assert page.context["form"].fields["to"].choices == [(str(to.pk), str(to))]
    done = client.post(reverse(ACT), {"act": "assign", "case": keys, "to": to.pk, "reason": "示例"})
    assert set(Case.objects.filter(pk__in=keys).values_list("holder_id", flat=True)) == {to.pk}
    client.post(reverse("workbench:undo", args=[done.context["batch"]]))
    assert set(Case.objects.filter(pk__in=keys).values_list("holder_id", flat=True)) == {None}


def test_an_act_without_its_reason_is_asked_again(matters):
    client, to = at(matters, "conference_office"), matters.colleague("conference_office")
    answer = client.post(reverse(ACT), {"act": "assign", "case": case_of(submitted_report()).pk, "to": to.pk})
    assert list(answer.context["form"].errors) == ["reason"]
    assert not CaseAct.objects.exists()


def test_a_case_is_copied_and_supervised_from_the_desk(matters):
    client, case = at(matters, "conference_office"), case_of(submitted_report())
    leader = matters.user("leader")
    client.post(reverse(ACT), {"act": "copy", "case": case.pk, "person": leader.username, "reason": "示例附言"})
    until = TODAY + timedelta(days=3)
    client.post(reverse(ACT), {"act": "supervise", "case": case.pk, "words": "示例要求", "until": until.isoformat()})
    assert (CaseCopy.objects.get().person, CaseWatch.objects.get().until) == (leader, until)
    assert shown(at(matters, "leader"), tab="copied") == [case.title]
    assert "示例要求" in at(matters, "leader").get(reverse(DESK), {"tab": "supervised"}).content.decode()
    client.post(reverse(ACT), {"act": "release", "case": case.pk})
    assert shown(at(matters, "leader"), tab="supervised") == []


@pytest.mark.parametrize("act", ("assign", "remind", "copy", "supervise", "release", "step:approve"))
def test_a_stranger_can_do_nothing_to_a_case_not_his_to_see(matters, act):
    case = case_of(submitted_recognition())
    stranger = at(matters, "department_officer", 1)
    for answer in (
        stranger.get(reverse(ACT), {"act": act, "case": case.pk}),
        stranger.post(reverse(ACT), {"act": act, "case": case.pk, "reason": "示例", "words": "示例"}),
    ):
        assert (answer.status_code, answer.url) == (302, f"{reverse(DESK)}?tab=todo")
    assert not CaseAct.objects.exists()


def test_an_unknown_act_is_no_page_and_a_foreign_batch_is_refused(matters):
    client = at(matters, "conference_office")
    assert client.get(reverse(ACT), {"act": "step:burn", "case": case_of(submitted_report()).pk}).status_code == 404
    answer = client.post(reverse("workbench:undo", args=["00000000-0000-0000-0000-000000000000"]), follow=True)
    assert "没有可以撤销的操作" in answer.content.decode()


def test_the_panel_tells_holder_time_next_steps_and_the_way(matters):
    report, keeper = submitted_report(), matters.actor("conference_office")
    panel = panel_of(report, access=REPORTS, actor=keeper)
    assert (panel.step, str(panel.waits_for), panel.holder, panel.held) == ("待审定", "联席会议办公室", "", 0)
    assert panel.next_steps == ["退回修改", "审定"]
    assert panel.clock_lines[0] == "本环节已用 0 个工作日，规定 5 个工作日"
    assert [str(act.label) for act in panel.acts] == ["移交", "督办", "抄送"]
    assert [event.title for event in panel.timeline] == ["提交"]
    stranger = panel_of(report, access=REPORTS, actor=matters.actor("expert"))
    assert (stranger.next_steps, [str(act.label) for act in stranger.acts]) == ([], ["抄送"])


@pytest.mark.parametrize("number", (1, 3))
def test_the_desk_costs_the_same_for_any_number_of_rows(matters, number, django_assert_num_queries):
    client, clause = at(matters, "department_officer"), Duty.objects.first().clause
    for place in range(number):
        plan_services.duty_add(
            clause=clause,
            actor=matters.actor("conference_office"),
            department=matters.town.departments[0],
            what=f"示例整批{place}",
        )
    query = {"tab": "todo", "q": "示例整批"}
    client.get(reverse(DESK), query)
    with django_assert_num_queries(15):
        answer = client.get(reverse(DESK), query)
    assert len(answer.context["rows"]) == number
