"""Finding by words, parts, pinyin, initials and numbers; the order; facets; what was meant."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from django.db import connection

from kechuang.brain import facets
from kechuang.brain.asking import Wanted
from kechuang.brain.models import OutOfStep, SearchRow
from kechuang.brain.selectors.finding import find
from kechuang.brain.services import keeping
from kechuang.brain.services.keeping import WRITE, catch_up_all, rebuild, row_of
from kechuang.brain.services.looking import look
from kechuang.directory.models import Organisation
from kechuang.kernel.access import ANONYMOUS
from kechuang.kernel.search import Document, registered
from kechuang.platforms.models import Platform
from kechuang.site.commands.search import search as command
from tests.brain.conftest import Ground
from tests.factories import OrganisationFactory


def titles(text: str, **wanted: object) -> list[str]:
    return [row.title for row in find(text, actor=ANONYMOUS, wanted=Wanted(**wanted)).rows]


def store(*documents: Document, scopes: tuple[str, ...] = ("public",)) -> None:
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [json.dumps([row_of("metric", one, list(scopes)) for one in documents])])


@pytest.mark.django_db
def test_a_unit_is_found_by_words_parts_spelling_initials_and_code(ground: Ground):
    asked = [
        "示例安顺学院",
        "安顺学院",
        "顺学",
        "学院 安顺",
        "anshunxueyuan",
        "slasxy",
        "asxy",
        "91520402MA6TEST00X",
        "6TEST00",
    ]

    assert [text for text in asked if "示例安顺学院" not in titles(text)] == []


@pytest.mark.django_db
def test_a_platform_is_found_by_number_and_by_a_former_name(ground: Ground):
    assert titles(ground.open.number) == ["示例大数据工程技术研究中心"]


@pytest.mark.django_db
def test_exact_comes_before_beginning_before_words_before_parts(db):
    store(
        Document(1, "示例数据", "/"),
        Document(2, "示例数据中心联合会", "/"),
        Document(3, "示例数据中心", "/"),
        Document(4, "大示例省数据开放中心", "/"),
        Document(5, "无关", "/", body="示例数据中心在正文里"),
    )

    assert titles("示例数据中心") == ["示例数据中心", "示例数据中心联合会", "无关"]
    assert titles("数据中心") == ["示例数据中心", "示例数据中心联合会", "无关"]


@pytest.mark.django_db
def test_spelling_of_the_whole_name_is_as_good_as_the_name(db):
    store(Document(1, "安顺学院附属医院", "/"), Document(2, "安顺学院", "/"), Document(3, "贵州安顺学院路", "/"))

    assert titles("asxy") == ["安顺学院", "安顺学院附属医院", "贵州安顺学院路"]
    assert titles("anshunxueyuan") == ["安顺学院", "安顺学院附属医院", "贵州安顺学院路"]


@pytest.mark.django_db
def test_facets_narrow_and_count(ground: Ground):
    found = find("示例", actor=ANONYMOUS)
    county = f"c:{ground.university.county_id}"

    assert found.facets["k:platform"] == 1
    narrowed = find("示例", actor=ANONYMOUS, wanted=Wanted((county, "k:platform")))
    assert [row.title for row in narrowed.rows] == ["示例大数据工程技术研究中心"]
    assert find("示例", actor=ANONYMOUS, wanted=Wanted(("k:unheard",))).count == 0


@pytest.mark.django_db
def test_counts_stop_at_what_was_ranked(db):
    store(*(Document(number, f"示例第{number}号指标", "/") for number in range(1, 31)))
    found = find("示例", actor=ANONYMOUS, wanted=Wanted(most=10))

    assert found.capped
    assert len(found.rows) == 20
    assert facets.counted(10, capped=True) == "10+"
    assert facets.counted(1001) == "1000+"
    assert facets.counted(1000) == "1000"


@pytest.mark.django_db
def test_pages_follow_one_another_without_a_gap(db):
    store(*(Document(number, f"示例第{number}号指标", "/") for number in range(1, 31)))
    pages = [titles("示例", page=page, size=10) for page in (1, 2, 3, 4)]

    assert [len(page) for page in pages] == [10, 10, 10, 0]
    assert len({title for page in pages for title in page}) == 30


@pytest.mark.django_db
def test_what_sounds_alike_was_meant(ground: Ground):
    assert find("安顺学员", actor=ANONYMOUS).instead == ("安顺学院",)
    assert find("安顺大院", actor=ANONYMOUS).instead == ("安顺学院",), "a syllable is another one"
    assert find("anshunxueyuna", actor=ANONYMOUS).instead == ("安顺学院",), "two letters changed places"
    assert find("绝无此物", actor=ANONYMOUS).instead == ()


@pytest.mark.django_db
def test_what_may_not_be_seen_is_not_meant_either(ground: Ground):
    assert find("精蜜制造", actor=ANONYMOUS).instead == ()
    assert find("精蜜制造", actor=ground.actor("leader")).instead == ("精密制造",)


@pytest.mark.django_db
def test_a_changed_row_is_found_at_once_and_not_by_its_old_name(ground: Ground):
    Organisation.objects.filter(pk=ground.university.pk).update(name="示例改名大学")  # past every service

    assert [row.title for row in look("改名大学", actor=ANONYMOUS).rows] == ["示例改名大学"]
    assert OutOfStep.objects.count() == 0


@pytest.mark.django_db
def test_a_row_that_was_just_closed_is_not_found_even_before_it_is_in_step(ground: Ground):
    ground.open.sensitive = True
    ground.open.save()

    assert titles("大数据工程技术") == []
    catch_up_all()
    assert titles("大数据工程技术") == []
    leader = find("大数据工程技术", actor=ground.actor("leader"))
    assert [row.title for row in leader.rows] == ["示例大数据工程技术研究中心"]


@pytest.mark.django_db
def test_a_row_that_is_gone_is_not_found(ground: Ground):
    gone = OrganisationFactory(name="示例将撤单位")
    assert [row.title for row in look("将撤", actor=ANONYMOUS).rows] == ["示例将撤单位"]

    gone.delete()
    assert titles("将撤") == []
    catch_up_all()
    assert SearchRow.objects.filter(kind="organisation", object_id=gone.pk).count() == 0


@pytest.mark.django_db
def test_rebuilding_changes_nothing_that_was_in_step(ground: Ground):
    catch_up_all()
    fields = ("kind", "object_id", "title", "url", "scopes", "facets", "vector")
    before = sorted(SearchRow.objects.values_list(*fields))
    counts = rebuild()

    assert sorted(SearchRow.objects.values_list(*fields)) == before
    assert sum(counts.values()) == len(before)


@pytest.mark.django_db
def test_a_search_costs_the_same_for_one_and_for_three(ground: Ground, django_assert_num_queries):
    for text in ("大数据工程", "示例"):
        with django_assert_num_queries(6):
            assert find(text, actor=ANONYMOUS).count


@pytest.mark.django_db
def test_nothing_that_is_typed_breaks_the_question(db):
    typed = ["", "  ", "？！…", "'", "\\", "%", "a'b:*&|!()<->", "示例' | '", "=:*", "\x00", "示例" * 200]

    assert [find(text, actor=ANONYMOUS).count for text in typed] == [0] * len(typed)


@pytest.mark.django_db
def test_a_room_that_cannot_be_read_holds_up_no_other(ground: Ground, monkeypatch, caplog):
    def broken(keys: list[int]) -> list[Document]:
        raise RuntimeError(keys)

    known = registered()
    monkeypatch.setattr(
        keeping, "registered", lambda: known | {"platform": replace(known["platform"], documents=broken)}
    )
    Platform.objects.filter(pk=ground.open.pk).update(is_sample=True)
    OrganisationFactory(name="示例照常单位", county=ground.town.counties[0])

    assert [row.title for row in look("照常", actor=ANONYMOUS).rows] == ["示例照常单位"]
    assert titles("大数据工程") == [], "what is not in step is not shown"
    assert "rows of platform cannot be brought in step" in caplog.text


@pytest.mark.django_db
def test_the_command_rebuilds_and_says_what_it_wrote(ground: Ground):
    SearchRow.objects.all().delete()
    done = CliRunner().invoke(command, ["rebuild", "--kind", "platform"])

    assert done.exit_code == 0
    assert "平台：2 条" in done.output
    assert titles("大数据工程") == ["示例大数据工程技术研究中心"]
    assert "平台：2 条" in CliRunner().invoke(command, ["status"]).output
    assert "没有这些类型：不存在" in CliRunner().invoke(command, ["rebuild", "--kind", "不存在"]).output
