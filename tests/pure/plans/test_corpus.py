"""The corpus: forty documents of many layouts, each read exactly as its gold says."""

from collections import Counter
from collections.abc import Callable

import pytest

from kechuang.pure.plans import read_bytes, read_text
from kechuang.pure.plans.blocks import Paragraph
from tests.pure.plans.gold import FRESH, Gold, load
from tests.pure.plans.printing import FORMATS, blocks_in
from tests.pure.plans.score import FIELDS, facts_of, facts_of_gold, score

DOCUMENTS = load() + load(FRESH)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_document_is_read_as_its_gold_says(document: Gold) -> None:
    reading = read_text(document.text)

    assert facts_of(reading) == facts_of_gold(document)
    assert {finding.kind for finding in reading.findings} == document.findings


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
@pytest.mark.parametrize("shape", tuple(FORMATS))
def test_every_format_reads_like_the_text(document: Gold, shape: str) -> None:
    printed = FORMATS[shape](document.text)

    assert facts_of(read_bytes(printed, name=f"plan.{shape}")) == facts_of(read_text(document.text))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_text_of_every_task_is_the_same_in_every_format(document: Gold) -> None:
    texts = [
        [(task.title, "".join(task.text.split())) for task in read_bytes(make(document.text)).tasks]
        for make in FORMATS.values()
    ]

    assert texts == [[(task.title, "".join(task.text.split())) for task in read_text(document.text).tasks]] * len(texts)


def _wrapped(text: str, width: int) -> str:
    lines: list[str] = []
    for paragraph in text.split("\n"):
        rest = f"　　{paragraph.strip()}"
        while rest:
            lines.append(rest[:width])
            rest = rest[width:]
    return "\n".join(lines)


@pytest.mark.parametrize("width", (30, 34, 41))
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_wrapped_paragraphs_read_like_whole_ones(document: Gold, width: int) -> None:
    prose = "\n".join(block.text for block in blocks_in(document.text) if isinstance(block, Paragraph))

    assert facts_of(read_text(_wrapped(prose, width))) == facts_of(read_text(prose))


HALF = str.maketrans({"（": "(", "）": ")", "，": ",", "：": ":", "；": ";"})
COPIES: dict[str, Callable[[str], str]] = {
    "half-width signs": lambda text: text.translate(HALF),
    "blank lines between": lambda text: text.replace("\n", "\n\n"),
    "no blank lines": lambda text: "\n".join(line for line in text.split("\n") if line.strip()),
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "invisible characters": lambda text: text.replace("。", "。\u200b"),
    "byte order mark": lambda text: f"\ufeff{text}",
}


@pytest.mark.parametrize("copy", tuple(COPIES))
def test_copying_changes_nothing_but_the_note(copy: str) -> None:
    # In a wrapped file the width of the lines carries meaning, so it has no copies of this kind.
    for document in (document for document in DOCUMENTS if "wrapped" not in document.name):
        facts, copied = facts_of(read_text(document.text)), facts_of(read_text(COPIES[copy](document.text)))
        for found in (facts, copied):  # the note stays as printed, its brackets too
            found["document"] = Counter({fact: n for fact, n in found["document"].items() if fact[0] != "note"})  # type: ignore[index]
        assert copied == facts, document.name


@pytest.mark.parametrize("encoding", ("utf-8", "utf-8-sig", "utf-16", "gb18030"))
def test_every_encoding_reads_the_same(encoding: str) -> None:
    for document in DOCUMENTS:
        assert read_bytes(document.text.encode(encoding)) == read_text(document.text)


def test_corpus_holds_forty_documents_and_scores_full_marks() -> None:
    assert len(DOCUMENTS) >= 40
    assert score(DOCUMENTS)["total"] == dict.fromkeys(FIELDS, 1.0)
