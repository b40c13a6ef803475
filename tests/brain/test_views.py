"""The pages: answers, suggestions, saved searches; what strangers get; how many queries a page costs."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kechuang.brain import guide
from kechuang.brain.models import SavedSearch
from kechuang.directory.models import Organisation
from tests.brain.conftest import Ground
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


def page(client: Client, name: str = "search", **query: object) -> str:
    answer = client.get(reverse(f"brain:{name}"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)
    return client


def linked(html: str) -> list[str]:
    """Return the text of every answer's heading link, in order."""
    found = re.findall(r"<h2><a href=\"[^\"]+\">(.*?)</a></h2>", html)
    return [re.sub(r"<[^>]+>", "", one) for one in found]


def test_the_page_shows_answers_with_marks_and_ways_to_narrow(client, ground: Ground):
    html = page(client, q="大数据")

    assert linked(html) == ["示例大数据工程技术研究中心"]
    assert "示例<mark>大数据</mark>工程技术研究中心" in html
    assert "1 条结果" in html


def test_chosen_facets_stay_and_can_be_taken_off(client, ground: Ground):
    html = page(client, q="示例", f=["k:platform"])

    assert linked(html) == ["示例大数据工程技术研究中心"]
    assert 'name="f" value="k:platform"' in html
    assert f'href="{reverse("brain:search")}?q=%E7%A4%BA%E4%BE%8B"' in html


def test_nothing_found_says_what_was_meant_and_nothing_else(client, ground: Ground):
    html = page(client, q="安顺学员")

    assert "没有找到“安顺学员”" in html
    assert ">安顺学院</a>" in html


def test_odd_questions_are_answered_with_a_page(client, db):
    odd = [{}, {"q": ""}, {"q": "？"}, {"q": "示例", "p": "x"}, {"q": "示例", "f": "z:1"}, {"q": "例" * 500}]

    assert all("k-find" in page(client, **query) for query in odd)


def test_what_is_typed_is_printed_as_text(client, ground: Ground):
    assert "<script>alert" not in page(client, q="<script>alert(1)</script>示例")


def test_a_page_beyond_the_last_says_so(client, ground: Ground):
    assert "这一页没有结果" in page(client, q="示例", p="40")


def test_a_sensitive_platform_is_on_the_page_of_its_department_alone(client, ground: Ground):
    officer = signed_in(ground.person("department_officer", department=ground.town.departments[0]))

    assert linked(page(client, q="精密制造")) == []
    assert linked(page(officer, q="精密制造")) == ["示例精密制造工程技术研究中心"]
    assert "精密制造" not in page(client, "suggest", q="jmzz")
    assert "精密制造" in page(officer, "suggest", q="jmzz")


def test_suggestions_are_a_list_of_links(client, ground: Ground):
    html = page(client, "suggest", q="asxy")

    assert reverse("directory:organisation", args=[ground.university.pk]) in html
    assert "<html" not in html
    assert page(client, "suggest", q="").strip() == ""


def test_pages_of_the_program_are_offered_to_those_who_have_them(client, ground: Ground):
    leader = signed_in(ground.person("leader"))

    assert f'data-url="{reverse("notify:inbox")}"' in page(leader, "suggest", q="xiaoxi")
    assert reverse("workbench:audit") not in page(leader, "suggest", q="审计记录")
    assert reverse("notify:inbox") not in page(client, "suggest", q="消息")


def test_a_page_costs_the_same_for_one_and_for_three(client, ground: Ground):
    costs = []
    for count in (1, 3):
        while Organisation.objects.filter(name__contains="独特").count() < count:
            OrganisationFactory(name="示例独特单位", county=ground.town.counties[0])
        page(client, q="独特")  # brings the new ones in step
        with CaptureQueriesContext(connection) as queries:
            assert len(linked(page(client, q="独特"))) == count
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 10


def test_every_page_has_the_box(client, ground: Ground):
    assert f'action="{reverse("brain:search")}"' in client.get("/").content.decode()


@pytest.mark.capability("C91")
def test_a_search_is_saved_found_again_silenced_and_dropped(ground: Ground):
    person = ground.person("leader")
    client = signed_in(person)
    client.post(reverse("brain:save"), {"q": " 大数据 ", "f": ["k:platform"]})
    saved = SavedSearch.objects.get(person=person)

    assert (saved.text, saved.facets, saved.alerts) == ("大数据", ["k:platform"], True)
    assert ">大数据</a>" in page(client, "saved")
    assert "已保存，查看" in page(client, q="大数据", f=["k:platform"])
    client.post(reverse("brain:alert", args=[saved.token]), {"alerts": "0"})
    saved.refresh_from_db()
    assert saved.alerts is False
    client.post(reverse("brain:drop", args=[saved.token]))
    assert SavedSearch.objects.count() == 0


def test_another_persons_saved_search_is_not_there(ground: Ground):
    mine = SavedSearch.objects.create(person=ground.person("leader"), text="大数据")
    stranger = signed_in(ground.person("leader"))

    assert "大数据" not in page(stranger, "saved")
    for name in ("alert", "drop"):
        assert stranger.post(reverse(f"brain:{name}", args=[mine.token])).status_code == 404
    assert SavedSearch.objects.filter(pk=mine.pk).exists()


def test_the_public_is_asked_to_sign_in_before_saving(client, ground: Ground):
    answer = client.post(reverse("brain:save"), {"q": "大数据"})

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


def test_a_question_that_asks_nothing_is_not_saved(ground: Ground):
    client = signed_in(ground.person("leader"))
    answer = client.post(reverse("brain:save"), {"q": "？"}, follow=True)

    assert "没有可检索的文字，不能保存" in answer.content.decode()
    assert SavedSearch.objects.count() == 0


def test_the_guide_is_found_by_its_headings_and_words_and_read_by_everybody(client, db):
    html = page(client, q="出差")
    (address,) = re.findall(r'href="([^"]+#h\d+)">使用说明：出差', html)

    assert address.startswith(reverse("brain:guide"))
    shown = page(client, "guide")
    assert f'<h2 id="{address.partition("#")[2]}">出差、休假时请人代办</h2>' in shown
    assert "<strong>每个数都能点开。</strong>" in shown
    assert "](" not in shown
    assert "**" not in shown


def test_chapters_are_found_by_what_they_are_called_and_by_what_they_say():
    chinese, english = guide.chapters("zh-hans"), guide.chapters("en")

    assert {block.kind for one in chinese for block in one.blocks} == {"text", "dots", "steps", "table"}
    assert len(chinese) > len(english) > 0
    assert len({one.anchor for one in chinese}) == len(chinese)
    assert [one.title for one in guide.found("denglu", "zh-hans")][:1] == ["登录"]
    assert guide.found("登", "zh-hans") == guide.found("", "zh-hans") == []
