"""The wall, the families of platforms, two days side by side: what they say, to whom, at what cost."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse

from kechuang.cockpit.genealogy import Life, Stretch, lives, tree
from kechuang.kernel.access import ANONYMOUS
from kechuang.platforms.models import Platform
from kechuang.ui.charts import WIDE
from kechuang.ui.drawing import LABEL_HEIGHT, draw_path
from tests.cockpit.conftest import signed_in
from tests.cockpit.test_pages import queries

pytestmark = pytest.mark.django_db
DAY = date(2022, 12, 31)


@pytest.fixture
def family(city):
    """乙 grew out of 甲, 丙 out of 乙, and the hidden 戊 out of 甲."""
    for child, parent in (("乙", "甲"), ("丙", "乙"), ("戊", "甲")):
        Platform.objects.filter(pk=city.platforms[child].pk).update(parent=city.platforms[parent])
    return city


def test_a_family_is_told_parents_first_with_every_level_it_had(family):
    found = lives(actor=ANONYMOUS, on=DAY)
    assert [(life.name, life.depth, life.parent) for life in found] == [("甲", 0, ""), ("乙", 1, "甲"), ("丙", 2, "乙")]
    assert [part.level for part in found[1].stretches] == ["cultivated", "municipal", "provincial"]
    assert found[1].stretches[-1].end == DAY
    assert [part.start for part in found[1].stretches][1:] == [part.end for part in found[1].stretches][:-1]


def test_what_is_hidden_is_no_part_of_the_family_for_others(family):
    assert "戊" not in Client().get(reverse("cockpit:genealogy")).content.decode()
    assert "戊" in signed_in("leader").get(reverse("cockpit:genealogy")).content.decode()


def test_the_drawing_and_the_table_have_the_same_lives(family):
    page = Client().get(f"{reverse('cockpit:genealogy')}?on=2022-12-31")
    drawn = page.context["family"].tree
    assert [line.life for line in drawn.lines] == list(drawn.lives)
    assert [bool(line.branch) for line in drawn.lines] == [False, True, True]
    assert page.content.decode().count("c-branch") == 2


def test_without_a_family_the_page_says_how_to_begin_one(city):
    assert "还没有由别的平台孵化而来的平台" in Client().get(reverse("cockpit:genealogy")).content.decode()


def test_no_family_is_cut_in_two_where_there_is_no_room():
    part = (Stretch(date(2020, 1, 1), DAY, "municipal"),)
    rows = [Life(key, None if key % 100 == 0 else key - 1, "", "", "", part, key % 100) for key in range(300)]
    drawn = tree(rows, DAY)
    assert (len(drawn.lines), len(drawn.lives)) == (200, 300)


def test_two_days_say_what_came_what_rose_and_what_was_restated(city):
    page = Client().get(f"{reverse('cockpit:compare')}?since=2021-12-31&on=2022-12-31")
    every, *rows = page.context["rows"]
    assert (every["before"], every["net"], every["after"]) == (5, -1, 4)
    assert [number for _word, number in every["parts"]] == [0, 0, 2, 0, 1, 0]
    assert [row["before"] + row["net"] for row in rows] == [row["after"] for row in rows]
    assert page.context["counted"] == 3
    words = page.content.decode()
    assert all(name in words for name in ("乙", "丙", "丁", "口径调整"))
    one = Client().get(f"{reverse('cockpit:compare')}?since=2021-12-31&on=2022-12-31&part=restated")
    assert one.context["counted"] == 1


@pytest.mark.parametrize("asked", ("since=2023-01-01&on=2022-01-01", "part=wrong"))
def test_what_cannot_be_compared_is_not_found(city, asked):
    assert Client().get(f"{reverse('cockpit:compare')}?{asked}").status_code == 404


def test_the_wall_has_every_indicator_and_its_slider_asks_for_a_year(city):
    page = Client().get(f"{reverse('cockpit:wall')}?year=2022")
    assert page.context["day"] == DAY
    words = page.content.decode()
    assert words.count('class="w-card"') == 5
    assert 'min="2020"' in words
    assert Client().get(f"{reverse('cockpit:wall')}?year=2190").context["day"] == date.today()
    assert Client().get(f"{reverse('cockpit:wall')}?year=x").context["day"] == date.today()


def test_the_pages_cost_the_same_for_any_number(family):
    paths = [reverse(f"cockpit:{name}") for name in ("wall", "genealogy", "compare")]
    before = [queries(Client(), path) for path in paths]
    child = family.add("新", "erc", 2, ("municipal", "2022-03-01"), since=date(2022, 1, 1))
    Platform.objects.filter(pk=child.pk).update(parent=family.platforms["己"])
    assert [queries(Client(), path) for path in paths] == before
    assert before == [10, 1, 6]


def test_the_word_beside_the_last_target_stands_clear_of_readings_that_run_on():
    targets = [(date(2020, 12, 31), 30.0), (date(2023, 12, 31), 42.0)]
    through = [(date(2020, 12, 31), 30.0), (date(2026, 11, 23), 42.0)]
    level = [(date(2023, 12, 31), 42.0), (date(2026, 11, 23), 42.0)]
    alone = draw_path(WIDE, targets, through[:1], None)
    crossed = draw_path(WIDE, targets, level, None)
    assert alone.end.label_y == alone.end.y + 4
    assert abs(crossed.end.label_y - crossed.end.y - 4) >= LABEL_HEIGHT / 2
    assert crossed.end.x > crossed.targets[-1].x


def test_the_families_are_taken_away_as_picture_and_table(family):
    page = reverse("cockpit:genealogy")
    drawn = Client().get(page, {"chart": "genealogy", "as": "svg"})
    assert drawn["Content-Type"] == "image/svg+xml"
    words = "".join(ET.fromstring(drawn.content).itertext())  # noqa: S314 - our own
    told = Client().get(page, {"chart": "genealogy", "as": "csv"}).content.decode("utf-8-sig").splitlines()
    lives = Client().get(page).context["family"].tree.lives
    assert told == ["平台,孵化自,类别,级别,自"] + [
        f"{one.name},{one.parent or '无'},{one.kind},{one.level},{one.since}" for one in lives
    ]
    assert [one.name for one in lives if one.name not in words] == []
