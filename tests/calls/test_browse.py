"""What may be applied for is read by anybody; beginning is for those who may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kechuang.calls.form.boxes import boxes_of
from kechuang.calls.models import Application, ServiceItem
from kechuang.calls.selectors.offers import way_ahead
from kechuang.calls.services.calls import call_amend, call_draft
from tests.factories import OrganisationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.capability("C34")]

ITEM = "recognition.etrc.municipal"


def page(client, name, *args, **query):
    answer = client.get(reverse(f"calls:{name}", args=args), query)
    return answer.status_code, answer.content.decode()


def test_anybody_reads_what_is_open_and_what_is_always_open(client, bureau):
    call = bureau.call()
    status, text = page(client, "items")
    assert status == 200
    assert call.title in text
    assert "创新平台变更" in text


def test_a_draft_of_a_call_is_shown_to_nobody(client, bureau):
    now = timezone.now()
    drafted = call_draft(
        item=ServiceItem.objects.get(code=ITEM), actor=bureau.actor("department_officer"), body="草稿正文",
        title="未发布的通知", year=2025, opens_at=now, closes_at=now + timedelta(days=9),
    )  # fmt: skip
    assert "未发布的通知" not in page(client, "items")[1]
    assert page(client, "notice", drafted.pk)[0] == 404


def test_a_call_says_its_windows_limits_materials_and_process(client, bureau):
    status, text = page(client, "notice", bureau.call().pk)
    assert status == 200
    for said in ("示例通知正文", "同一单位同时只能有一项", "登记证书", "形式审查", "个工作日", "下载 Excel 模板"):
        assert said in text


def test_every_question_and_its_bounds_are_seen_before_starting(client, bureau, loaded):
    text = page(client, "notice", bureau.call().pk)[1]
    for box in boxes_of(loaded.items[ITEM], year=2025):
        assert box.label in text
    assert "最多 3000 字" in text


@pytest.mark.capability("C26")
def test_every_version_of_a_notice_stays_with_what_changed(client, bureau):
    call = bureau.call()
    call_amend(call=call, actor=bureau.actor("department_head"), body="修改后的正文", change="延长了时间")
    text = page(client, "notice", call.pk)[1]
    assert "延长了时间" in text
    assert "修改后的正文" in text
    assert "第 2 版" in text


@pytest.mark.capability("C33")
def test_the_self_check_says_what_is_missing(client, bureau):
    pk = bureau.call().pk
    fits = {"q0": "yes", "q1": "no", "q2": "no", "q3": "yes", "q4": "yes"}
    assert "您符合" in page(client, "notice", pk, **fits)[1]
    text = page(client, "notice", pk, **(fits | {"q1": "yes", "q3": "no"}))[1]
    assert "缺少 2 项" in text
    assert "请先完成审计" in text
    assert "缺少" not in page(client, "notice", pk, q0="no")[1]


def test_calendar_blank_form_and_workbook_are_given(client, bureau):
    pk = bureau.call().pk
    assert b"BEGIN:VCALENDAR" in client.get(reverse("calls:notice_ics", args=[pk])).content
    assert client.get(reverse("calls:item_blank", args=[ITEM])).content.startswith(b"PK")
    assert client.get(reverse("calls:item_table", args=[ITEM, "equipment"])).content.startswith(b"PK")
    assert client.get(reverse("calls:item_table", args=[ITEM, "nothing"])).status_code == 404
    assert page(client, "item", "no.such.item")[0] == 404


@pytest.mark.capability("C33")
def test_who_has_signed_in_reads_what_the_rule_says_of_the_own_organisation(client, bureau):
    client.force_login(bureau.person("applicant"))
    text = page(client, "notice", bureau.call().pk)[1]
    assert f"按已有数据核对：{bureau.organisation.name}" in text


def test_beginning_asks_to_sign_in(client, bureau):
    answer = client.get(reverse("calls:start", args=[bureau.call().pk]))
    assert answer.status_code == 302
    assert "login" in answer.url


def test_an_application_is_begun_with_what_is_known(client, bureau):
    client.force_login(bureau.person("applicant"))
    call = bureau.call()
    assert "同一单位同时只能有一项" in page(client, "start", call.pk)[1]
    answer = client.post(reverse("calls:start", args=[call.pk]), {"organisation": bureau.organisation.pk})
    (begun,) = Application.objects.all()
    assert (answer.status_code, answer.url) == (302, reverse("calls:fill", args=[begun.pk]))
    assert (begun.title, begun.year) == ("示例制造有限公司：市级工程技术研究中心认定", 2025)


def test_a_second_one_is_refused_before_anything_is_typed(client, bureau):
    client.force_login(bureau.person("applicant"))
    call = bureau.call()
    bureau.started(call)
    assert 'role="alert"' in page(client, "start", call.pk)[1]
    client.post(reverse("calls:start", args=[call.pk]), {"organisation": bureau.organisation.pk})
    assert Application.objects.count() == 1


def test_who_is_nobodys_applicant_cannot_begin(client, bureau):
    client.force_login(bureau.person("county_officer"))
    call = bureau.call()
    assert "不能申报" in page(client, "start", call.pk)[1]
    client.post(reverse("calls:start", args=[call.pk]), {"organisation": bureau.organisation.pk})
    assert Application.objects.count() == 0


def test_nobody_begins_for_another_organisation(client, bureau):
    client.force_login(bureau.person("applicant"))
    other = OrganisationFactory(kind="enterprise")
    client.post(reverse("calls:start", args=[bureau.call().pk]), {"organisation": other.pk})
    assert Application.objects.count() == 0


def test_an_item_that_waits_for_calls_cannot_be_begun_without_one(client, bureau):
    client.force_login(bureau.person("applicant"))
    assert page(client, "start_item", ITEM)[0] == 404
    assert page(client, "start_item", "cultivation.pool_entry.science")[0] == 200


def test_the_list_costs_the_same_with_one_call_and_with_three(client, bureau):
    def cost():
        client.get(reverse("calls:items"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("calls:items"))
        return len(queries)

    bureau.call()
    one = cost()
    bureau.call()
    bureau.call()
    assert cost() == one


def test_an_item_about_a_platform_says_when_there_is_none(client, bureau):
    client.force_login(bureau.person("applicant"))
    status, text = page(client, "start_item", "platform.change")
    assert status == 200
    assert "没有可以办理本事项的平台" in text
    client.post(reverse("calls:start_item", args=["platform.change"]), {"organisation": bureau.organisation.pk})
    assert Application.objects.count() == 0


def test_the_way_ahead_is_the_one_on_which_all_goes_well(loaded):
    process = loaded.processes["recognition"]
    names = [state.name for state in way_ahead(process, process.states[0])]
    assert names == [
        "draft", "host_review", "recommendation", "examination", "accepted", "review", "ranked", "meeting",
        "publicity", "approved",
    ]  # fmt: skip
