"""The read API: the register's own rows, for any day, and refusals in one form."""

from __future__ import annotations

import pytest
from django.test import Client

from kechuang.platforms.services import platform_conceal
from tests.factories import OrganisationFactory


@pytest.mark.capability("C92")
def test_the_register_is_read_in_pages_for_any_day(sample):
    client, found, at = Client(), [], ""
    while True:
        page = client.get("/api/v1/platforms/", {"on": "2020-12-31", "level": "national", "limit": 3, "at": at}).json()
        found += [row["name"] for row in page["items"]]
        at = page["next"]
        assert page["as_of"] == "2020-12-31"
        if not at:
            break
    assert sorted(found) == sorted(
        f"示例{host}{kind}"
        for host, kind in (
            ("长空航材", "企业技术中心"),
            ("飞梭轴承", "企业技术中心"),
            ("青峰药业", "企业技术中心"),
            ("合力液压", "企业技术中心"),
            ("长空航材", "博士后科研工作站"),
            ("青峰药业", "博士后科研工作站"),
        )
    )


def test_a_platform_is_read_by_its_number_and_not_before_it_was(sample):
    number = sample.platforms["etrc", "飞梭轴承"].number
    assert Client().get(f"/api/v1/platforms/{number}").json()["name"] == "示例飞梭轴承工程技术研究中心"
    assert Client().get(f"/api/v1/platforms/{number}", {"on": "2001-01-01"}).status_code == 404


def test_the_plan_and_its_indicators_are_read(sample):
    answer = Client().get("/api/v1/plan/indicators/", {"on": "2023-12-31"}).json()
    rows = answer["items"] if isinstance(answer, dict) else answer
    assert [(row["name"], int(row["value"])) for row in rows] == [
        ("院士工作站", 6),
        ("工程技术研究中心（技术创新中心）", 9),
        ("企业技术中心", 16),
        ("工业设计中心", 3),
        ("工程研究中心", 7),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status"),
    (
        ("/api/v1/platforms/?on=yesterday", 422),
        ("/api/v1/platforms/?limit=100000", 422),
        ("/api/v1/platforms/?limit=many", 422),
        ("/api/v1/platforms/?level=galactic", 422),
        ("/api/v1/platforms/?at=%00%00", 422),
        ("/api/v1/platforms/?q=%00", 422),
        ("/api/v1/platforms/PT-0000-0000", 404),
        ("/api/v1/organisations/999999", 404),
        ("/api/v1/organisations/abc", 404),
    ),
)
def test_bad_questions_are_answered_in_words(address, status):
    answer = Client().get(address)
    assert answer.status_code == status
    if status != 200:
        assert (answer["Content-Type"], answer.json()["status"]) == ("application/problem+json", status)
        assert len(answer.json()["detail"]) > 5


@pytest.mark.django_db
def test_organisations_are_listed():
    OrganisationFactory(name="示例接口企业")
    found = Client().get("/api/v1/organisations/", {"q": "示例接口企业"}).json()["items"]
    assert [row["name"] for row in found] == ["示例接口企业"]


@pytest.mark.django_db
def test_the_api_describes_itself():
    described = Client().get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert {"/api/v1/platforms/", "/api/v1/organisations/", "/api/v1/plan/indicators/"} <= set(described["paths"])


def test_a_number_of_the_plan_is_that_of_the_list_it_opens_for_whoever_asks(sample):
    """A platform the public must not see is in no number the public sees, and in the officers' numbers."""
    hidden = sample.platforms["etrc", "飞梭轴承"]
    head = sample.actors["department_head", "kjj"]
    platform_conceal(platform=hidden, sensitive=True, actor=head, reason="示例")
    leader = Client()
    leader.force_login(sample.users["lingdao"])
    found = []
    for client in (Client(), leader):
        rows = client.get("/api/v1/plan/indicators/", {"on": "2023-12-31"}).json()["items"]
        row = next(row for row in rows if row["code"] == "engineering_technology_centres")
        address = row["list_url"].replace("/platforms/", "/api/v1/platforms/")
        listed = client.get(f"{address}&limit=200").json()["items"]
        found.append((int(row["value"]), len(listed)))
    assert found == [(8, 8), (9, 9)]


def test_the_register_names_no_person(sample):
    row = Client().get("/api/v1/platforms/").json()["items"][0]
    assert "director" not in row
    described = Client().get("/api/v1/openapi.json").json()["components"]["schemas"]["RegisterEntryRow"]
    assert "director" not in described["properties"]


def test_pages_are_linked_and_tell_their_limit(sample):
    client = Client()
    first = client.get("/api/v1/platforms/?limit=2")
    body = first.json()
    assert (body["limit"], len(body["items"]), body["previous_url"]) == (2, 2, "")
    assert first["Link"] == f'<{body["next_url"]}>; rel="next"'
    second = client.get(body["next_url"].removeprefix("http://testserver")).json()
    assert second["items"][0] not in body["items"]
    back = client.get(second["previous_url"].removeprefix("http://testserver")).json()
    assert back["items"] == body["items"]


def test_what_is_unchanged_is_not_sent_again(sample):
    client = Client()
    first = client.get("/api/v1/platforms/?limit=2")
    again = client.get("/api/v1/platforms/?limit=2", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    head = sample.actors["department_head", "kjj"]
    entry = next(each for each in sample.platforms.values() if each.number == first.json()["items"][0]["number"])
    platform_conceal(platform=entry, sensitive=True, actor=sample_head(sample, entry, head), reason="示例")
    changed = client.get("/api/v1/platforms/?limit=2", headers={"If-None-Match": first["ETag"]})
    assert (changed.status_code, changed["ETag"] == first["ETag"]) == (200, False)


def sample_head(sample, platform, otherwise):
    """Return the head of the department that keeps the platform."""
    code = platform.entries.order_by("-start").first().department.code
    return sample.actors.get(("department_head", code), otherwise)


@pytest.mark.parametrize("size", (1, 3))
def test_a_page_costs_the_same_for_one_row_and_for_three(sample, django_assert_num_queries, size):
    client = Client()
    client.get("/api/v1/platforms/")
    with django_assert_num_queries(5):
        assert len(client.get(f"/api/v1/platforms/?limit={size}").json()["items"]) == size
