"""The index of the optional engine (tantivy): how it lies on the disk, what of a row it holds, how far it has come.

It holds the very lexemes, keys of rights and facets of ``SearchRow``, so that both engines answer alike. A folder holds
generations; the file ``current`` names the one in use, so that a new one replaces it at once. One document of its own
kind, the mark, says up to which ``Rewritten`` the generation has come: it changes in the same commit as the rows do.

No database here. Without the package everything but ``is_installed`` is out of use.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

try:
    import tantivy
except ModuleNotFoundError:  # the extra "search" is not installed
    tantivy = None  # type: ignore[assignment,unused-ignore]

LENGTH_SHIFT = 48
"""``place`` orders equals: the length of the title's key first, the row's number (below 2 ** 48) after it."""
LEXEME_FIELDS = ("titled", "named", "held")
FORM = "a"
"""Of what a document holds; a generation of another form is built anew."""
LONGEST_BEGINNING = 12
"""Names begin with each of these many signs as one term: a common beginning is the beginning of 100,000 names."""
HEAP = 64_000_000
MARK = "mark"


class Broken(Exception):
    """The index cannot be used; the sentence says why."""


class Stand(NamedTuple):
    """How far something has come: the last ``Rewritten``, and its moment in microseconds. (0, 0) is the beginning."""

    number: int = 0
    moment: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index holds of one row.

    ``titled`` are the lexemes of weight A, ``named`` of A and B, ``held`` all; they and ``scopes`` stand in one text
    with blanks between, which no lexeme and no key of rights has.
    """

    row: int
    kind: str
    object_id: int
    key: str
    scopes: str
    facets: list[str]
    titled: str
    named: str
    held: str


@dataclass(slots=True)
class Generation:
    """One index on the disk, as one process has it open."""

    folder: Path
    index: tantivy.Index
    stand: Stand = field(default_factory=Stand)

    def reload(self) -> Stand:
        """Take in what was committed; return how far it has come."""
        self.index.reload()
        searcher = self.index.searcher()
        marks = searcher.search(tantivy.Query.term_query(self.index.schema, "of", MARK), limit=1, count=False).hits
        places = [place for _rank, place in marks]
        if not places:
            raise Broken(_("索引没有写完"))
        (number,), (moment,) = (searcher.fast_field_values(name, places) for name in ("row", "place"))
        self.stand = Stand(int(number or 0), int(moment or 0))
        return self.stand


def is_installed() -> bool:
    """Tell whether the package is there."""
    return tantivy is not None


def schema() -> tantivy.Schema:
    """Return the fields of a document. Lexemes, keys and facets are whole words; nothing but numbers is read back."""
    builder = tantivy.SchemaBuilder()
    for name in (*LEXEME_FIELDS, "scopes", "title_begins", "name_begins"):
        builder.add_text_field(name, tokenizer_name="lexemes", index_option="basic")
    for name in ("of", "key"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("facets", tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("row", "object_id", "place"):
        builder.add_unsigned_field(name, fast=True)
    return builder.build()


def create(folder: Path) -> Generation:
    """Begin an empty generation."""
    folder.mkdir(parents=True)
    return Generation(folder, _with_words(tantivy.Index(schema(), path=str(folder), reuse=False)))


def current(root: Path) -> Path:
    """Return the folder of the generation in use. Raises ``Broken`` where there is none."""
    try:
        name = (root / "current").read_text(encoding="ascii").strip()
    except OSError:
        raise Broken(_("还没有建立索引")) from None
    folder = root / name
    if name and name[0] != FORM:
        raise Broken(_("索引是旧版本的"))
    if not name or folder.parent != root or not (folder / "meta.json").is_file():
        raise Broken(_("索引文件不全"))
    return folder


def opened(folder: Path) -> Generation:
    """Open a generation. Raises ``Broken``."""
    try:
        generation = Generation(folder, _with_words(tantivy.Index.open(str(folder))))
        generation.index.config_reader("manual")
        generation.reload()
    except (ValueError, OSError) as error:
        raise Broken(_("索引打不开：%(error)s") % {"error": error}) from None
    return generation


def use(root: Path, folder: Path) -> None:
    """Have every process use ``folder`` from its next question on, and remove the others."""
    fresh = root / "current.new"
    fresh.write_text(folder.name, encoding="ascii")
    fresh.replace(root / "current")
    for other in root.iterdir():
        if other.is_dir() and other != folder:
            shutil.rmtree(other, ignore_errors=True)


def write(
    writer: tantivy.IndexWriter, *, entries: Iterable[Entry], gone: Iterable[tuple[str, int]], stand: Stand | None
) -> None:
    """Replace what is known of ``gone`` by ``entries`` and, where it is given, move the mark; nothing is committed."""
    for kind, object_id in gone:
        writer.delete_documents_by_term("of", f"{kind}:{object_id}")
    for entry in entries:
        writer.add_document(_document(entry))
    if stand is not None:
        writer.delete_documents_by_term("of", MARK)
        writer.add_document(_mark(stand))


def _document(entry: Entry) -> tantivy.Document:
    document = tantivy.Document()
    document.add_text("of", f"{entry.kind}:{entry.object_id}")
    document.add_text("key", entry.key)
    document.add_text("scopes", entry.scopes)
    for name, lexemes in zip(LEXEME_FIELDS, (entry.titled, entry.named, entry.held), strict=True):
        document.add_text(name, lexemes)
    document.add_text("title_begins", " ".join(_beginnings([entry.key])))
    names = (lexeme[1:] for lexeme in entry.held.split() if lexeme[0] == "=")
    document.add_text("name_begins", " ".join(_beginnings(names)))
    for facet in entry.facets:
        document.add_text("facets", facet)
    document.add_unsigned("row", entry.row)
    document.add_unsigned("object_id", entry.object_id)
    document.add_unsigned("place", len(entry.key) << LENGTH_SHIFT | entry.row)
    return document


def _beginnings(names: Iterable[str]) -> set[str]:
    return {name[:length] for name in names for length in range(1, LONGEST_BEGINNING + 1)}


def _mark(stand: Stand) -> tantivy.Document:
    document = tantivy.Document()
    document.add_text("of", MARK)
    document.add_unsigned("row", stand.number)
    document.add_unsigned("place", stand.moment)
    return document


def _with_words(index: tantivy.Index) -> tantivy.Index:
    index.register_tokenizer("lexemes", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index
