"""The corpus: forty documents of many layouts, each read exactly as its gold says."""

import pytest

from kechuang.pure.plans import read_bytes, read_text
from tests.pure.plans.gold import FRESH, Gold, load
from tests.pure.plans.printing import FORMATS
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


@pytest.mark.parametrize("encoding", ("utf-8", "utf-8-sig", "utf-16", "gb18030"))
def test_every_encoding_reads_the_same(encoding: str) -> None:
    for document in DOCUMENTS:
        assert read_bytes(document.text.encode(encoding)) == read_text(document.text)


def test_corpus_holds_forty_documents_and_scores_full_marks() -> None:
    assert len(DOCUMENTS) >= 40
    assert score(DOCUMENTS)["total"] == dict.fromkeys(FIELDS, 1.0)
