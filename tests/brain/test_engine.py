"""The optional engine: it answers as PostgreSQL does, only while it is in step, and never instead of a broken index."""

from __future__ import annotations

import json
import random
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.checks.registry import registry
from django.db import connection

from kechuang.brain import checks, tantivy_index, words
from kechuang.brain.asking import Wanted
from kechuang.brain.models import Rewritten, SearchRow
from kechuang.brain.selectors import engine, finding, indexed, postgres
from kechuang.brain.selectors.finding import find
from kechuang.brain.services import indexing
from kechuang.brain.services.keeping import WRITE, row_of
from kechuang.brain.services.looking import look
from kechuang.brain.tantivy_index import Broken
from kechuang.kernel.access import ANONYMOUS
from kechuang.kernel.search import Document
from kechuang.site.commands.check import _search
from kechuang.site.commands.search import search as command

pytestmark = [pytest.mark.django_db, pytest.mark.capability("C91")]

SYLLABLES = "安顺学院大数据科技创新中心示例工程研究西秀平坝"
SCOPES = (["public"], ["leader", "applicant:o1"], ["leader", "county_officer:c1"])


@pytest.fixture
def root(settings, tmp_path: Path) -> Path:
    """Have the optional engine chosen, its index in a folder of the test."""
    settings.SEARCH = {"engine": "tantivy", "folder": tmp_path / "search"}
    engine.told.clear()
    return tmp_path / "search"


def store(*documents: tuple[Document, list[str]], kind: str = "metric") -> None:
    rows = [row_of(kind, document, scopes) for document, scopes in documents]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [json.dumps(rows)])


def town(count: int) -> list[Document]:
    """Return documents whose names share their words, characters, sounds and numbers."""
    draw = random.Random(5)  # noqa: S311 (invented names)
    names = ["".join(draw.choices(SYLLABLES, k=draw.randint(2, 9))) for _ in range(count)]
    return [
        Document(
            number,
            name if number % 7 else f"{name}AB-{number} xyz",
            "/",
            note=draw.choice(names),
            body=draw.choice(names) if number % 3 else "",
            aliases=(draw.choice(names),) if number % 4 == 0 else (),
            numbers=(f"PT-{2010 + number % 9}-{number:04d}",),
            county_id=number % 3 or None,
            year=2010 + number % 9,
        )
        for number, name in enumerate(names, 1)
    ]


def questions(documents: list[Document]) -> list[str]:
    draw, asked = random.Random(9), []  # noqa: S311
    for document in draw.sample(documents, 12):
        title = document.title
        start = draw.randrange(len(title))
        spelling, initials = words.spelled(title), words.initials_of(title)
        asked += [title, title[:2], title[start : start + 3], f"{title[-2:]} {title[:1]}"]
        asked += [spelling, spelling[:5], initials, initials[1:4], document.numbers[0], document.numbers[0][:7]]
    return [*asked, "a", "安", "ab-7", "ab7", "xyz", "2012", "安顺 2013", "pt", "=", "绝无", "示.例^#~"]


def test_both_engines_find_the_same_rows_in_the_same_order_with_the_same_numbers(root: Path):
    documents = town(120)
    store(*((one, SCOPES[one.key % 3]) for one in documents))
    indexing.build()
    generation = engine.ready()
    assert generation is not None
    holds = [["public"], ["public", "leader"], ["public", "county_officer:c1", "applicant:o1"], ["nobody"]]
    narrowed = [(), ("c:1",), ("k:metric", "y:2012"), ("k:unheard",)]

    different, answered = [], 0
    for text in dict.fromkeys(questions(documents)):
        question = words.asked(text)
        for place, (scopes, facets) in enumerate(product(holds, narrowed)):
            if not question or (place + len(text)) % 7:
                continue
            wanted = Wanted(facets, page=1 + place % 2, size=7)
            ours = postgres.hits(question, scopes=scopes, wanted=wanted)
            theirs = indexed.hits(generation, question, scopes=scopes, wanted=wanted)
            answered += ours.count
            if (ours.keys, ours.count, ours.facets) != (theirs.keys, theirs.count, theirs.facets):
                different.append((text, scopes, facets))
    assert different == []
    assert answered > 150, "the questions asked something"


def test_what_changed_is_answered_by_the_rows_until_the_index_has_taken_it_in(root: Path):
    store(*((one, ["public"]) for one in town(5)))
    indexing.build()
    (row,) = SearchRow.objects.filter(object_id=3)

    store((Document(3, "璀璨改名", "/"), ["public"]), (Document(9, "新来的", "/"), ["leader"]))
    SearchRow.objects.filter(object_id=4).delete()

    assert engine.ready() is None, "behind"
    assert [one.title for one in look("璀璨改名", actor=ANONYMOUS).rows] == ["璀璨改名"]
    assert indexing.catch_up() == 3
    generation = engine.ready()
    assert generation is not None

    def keys(text: str, *scopes: str) -> list[list[int]]:
        return indexed.hits(generation, words.asked(text), scopes=list(scopes), wanted=Wanted()).keys

    assert keys("璀璨改名", "public") == [[row.pk, 3]]
    assert [row.pk, 3] not in keys(row.title, "public")
    assert keys("新来的", "public") == []
    assert [object_id for _row, object_id in keys("新来的", "leader")] == [9]
    assert 4 not in [object_id for _row, object_id in keys("pt", "public")]
    assert indexing.catch_up_all() == 0


def test_the_index_answers_when_it_is_in_step(root: Path, monkeypatch: pytest.MonkeyPatch):
    store((Document(1, "示例数据", "/"), ["public"]))
    indexing.build()
    asked: list[str] = []
    monkeypatch.setattr(
        finding.indexed, "hits", lambda *a, _hits=indexed.hits, **k: asked.append(a[1].text) or _hits(*a, **k)
    )

    assert [row.title for row in find("shuju", actor=ANONYMOUS).rows] == ["示例数据"]
    assert asked == ["shuju"]


def test_without_an_index_or_with_a_broken_one_the_rows_answer_and_a_warning_says_so(root: Path, caplog):
    store((Document(1, "示例数据", "/"), ["public"]))

    def answers() -> list[str]:
        return [row.title for row in find("数据", actor=ANONYMOUS).rows]

    def warnings() -> list[str]:
        return [one.msg for one in checks.index_answers(databases=["default"])]

    assert checks.index_answers in registry.get_checks()
    assert checks.index_answers(databases=None) == []
    assert answers() == ["示例数据"]
    assert "还没有建立索引" in caplog.text
    assert "还没有建立索引" in warnings()[0]
    indexing.build()
    assert warnings() == []
    for file in tantivy_index.current(root).glob("*.*"):
        file.write_bytes(b"broken")
    engine.held.clear()
    assert answers() == ["示例数据"]
    assert "索引打不开" in warnings()[0]
    (root / "current").write_text("b1", encoding="ascii")
    assert "旧版本" in warnings()[0]
    indexing.build()
    assert (warnings(), len([one for one in root.iterdir() if one.is_dir()])) == ([], 1)


def test_an_index_of_another_day_or_database_is_not_believed(root: Path):
    store((Document(1, "示例数据", "/"), ["public"]))
    indexing.build()
    last = Rewritten.objects.order_by("-pk").first()
    assert last is not None
    last.written_at = last.written_at.replace(year=2001)
    last.save()

    assert engine.ready() is None
    with pytest.raises(Broken, match="对不上"):
        indexing.catch_up()
    assert "对不上" in engine.trouble()


def test_without_the_package_the_rows_answer(root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tantivy_index, "tantivy", None)

    assert engine.ready() is None
    assert "pip install" in engine.trouble()
    with pytest.raises(Broken):
        indexing.build()


def test_only_one_writes_and_the_other_leaves_it(root: Path):
    store((Document(1, "示例数据", "/"), ["public"]))
    indexing.build()
    store((Document(2, "示例科技", "/"), ["public"]))
    writer = engine.opened().index.writer(indexing.SMALL_HEAP, 1)

    assert indexing.catch_up() == 0
    del writer
    assert indexing.catch_up() == 1


def test_the_command_builds_the_index_and_says_who_answers(root: Path, settings):
    store((Document(1, "示例数据", "/"), ["public"]))

    assert "索引：1 条" in CliRunner().invoke(command, ["index"]).output
    assert "引擎：tantivy" in CliRunner().invoke(command, ["status"]).output
    assert [(one.text, one.wrong) for one in _search()] == [("检索引擎：tantivy", False)]
    settings.SEARCH = {**settings.SEARCH, "engine": "postgresql"}
    assert "引擎：PostgreSQL" in CliRunner().invoke(command, ["status"]).output
    assert engine.trouble() == ""
    assert "KECHUANG_SEARCH_ENGINE=tantivy" in CliRunner().invoke(command, ["index"]).output


def test_what_every_index_has_taken_in_long_ago_is_forgotten_but_for_the_last(root: Path):
    store((Document(1, "示例数据", "/"), ["public"]), (Document(2, "示例科技", "/"), ["public"]))
    Rewritten.objects.update(written_at="2001-01-01T00:00:00Z")

    assert (indexing.forget(), Rewritten.objects.count()) == (1, 1)
