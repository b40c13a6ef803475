"""The frame: seven words, modes that need no script, and nobody's link to what is not built."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from kechuang.kernel.access import Actor
from kechuang.ui import navigation
from kechuang.ui.context import Look

WORDS = ["工作台", "规划", "平台", "事项", "资源", "监督", "数据"]


@pytest.fixture
def rail(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty rail that is put back as it was."""
    monkeypatch.setattr(navigation, "_entries", [])
    return


def test_the_rail_has_seven_words_and_no_eighth() -> None:
    assert [str(word) for word, _icon in navigation.ROOMS.values()] == WORDS
    with pytest.raises(ValueError, match="not one of the rail's rooms"):
        navigation.register("more", "更多", "ui:mode")


@pytest.mark.usefixtures("rail")
def test_a_room_without_a_page_is_not_shown() -> None:
    navigation.register("plan", "目标进度", "ui:mode", order=2)
    navigation.register("plan", "条款", "ui:styleguide", order=1)
    navigation.register("data", "还没有建", "ui:not_built")
    navigation.register("platforms", "名录", "ui:mode", visible=lambda actor: False)
    (room,) = navigation.rooms_for(None, view_name="ui:mode")
    assert (room.key, room.url, room.current) == ("plan", "/ui/styleguide/", True)
    assert [(link.label, link.current) for link in room.links] == [("条款", False), ("目标进度", True)]


@pytest.mark.usefixtures("rail")
def test_the_current_word_is_found_by_namespace_or_said_by_the_view() -> None:
    navigation.register("plan", "目标进度", "ui:styleguide")
    assert [room.current for room in navigation.rooms_for(None, view_name="ui:mode")] == [True]
    assert [room.current for room in navigation.rooms_for(None, view_name="other:page")] == [False]
    assert [room.current for room in navigation.rooms_for(None, view_name="ui:mode", room="data")] == [False]


def test_registering_again_replaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_entries", [])
    navigation.register("plan", "旧", "ui:mode")
    navigation.register("plan", "新", "ui:mode")
    assert [entry.label for entry in navigation.entries("plan")] == ["新"]


@pytest.mark.parametrize(
    ("cookies", "theme", "choice", "elder"),
    (
        ({}, "light", "light", False),
        ({"kc_theme": "dark"}, "dark", "dark", False),
        ({"kc_theme": "auto", "kc_elder": "1"}, "light", "auto", True),
        ({"kc_theme": "pink", "kc_elder": "yes"}, "light", "light", False),
    ),
)
def test_the_modes_are_read_from_cookies(*, cookies: dict[str, str], theme: str, choice: str, elder: bool) -> None:
    request = RequestFactory().get("/")
    request.COOKIES.update(cookies)
    look = Look(request)
    assert (look.theme, look.choice, look.elder) == (theme, choice, elder)


@pytest.mark.django_db
def test_a_mode_is_remembered_and_the_way_back_stays_on_this_site(client: Client) -> None:
    answer = client.post("/ui/mode/", {"theme": "dark", "elder": "1", "language": "en", "next": "/platforms/?q=1"})
    assert (answer.status_code, answer["Location"]) == (302, "/platforms/?q=1")
    assert {name: morsel.value for name, morsel in answer.cookies.items()} == {
        "kc_theme": "dark",
        "kc_elder": "1",
        "django_language": "en",
    }
    away = client.post("/ui/mode/", {"theme": "neon", "next": "https://example.org/"})
    assert (away["Location"], dict(away.cookies)) == ("/", {})
    assert client.get("/ui/mode/").status_code == 405


def test_visitors_see_no_rail_and_the_large_print_reaches_the_page() -> None:
    request = RequestFactory().get("/")
    request.COOKIES["kc_elder"] = "1"
    request.actor = Actor(user_id=None, offices=())  # type: ignore[attr-defined]
    text = render_to_string("ui/base.html", {"heading": "示例"}, request)
    assert 'data-elder="true"' in text
    assert "k-railless" in text
    assert '<nav class="k-rail"' not in text
    assert "<h1>示例</h1>" in text


@pytest.mark.parametrize("code", ("400", "403", "403_csrf", "404", "409", "500", "503"))
def test_every_refusal_has_its_page_in_plain_words(code: str) -> None:
    text = render_to_string(f"{code}.html")
    assert "回首页" in text
    assert "k-plain-code" in text


@pytest.mark.parametrize("code", ("400", "500", "503"))
def test_pages_for_a_broken_server_need_nothing_of_it(code: str) -> None:
    source = render_to_string(f"{code}.html")
    assert "/static/kechuang/kechuang.css" in source
    assert "<script" not in source


def test_a_refusal_shows_its_reason() -> None:
    assert "岗位已于昨日到期" in render_to_string("403.html", {"exception": "岗位已于昨日到期"})
    assert "另一人已推荐" in render_to_string("409.html", {"reason": "另一人已推荐"})
