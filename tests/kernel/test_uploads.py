"""The one door: a hostile corpus is refused in sentences, honest files pass, and no way around the door is left."""

from __future__ import annotations

import ast
import re
import resource
from pathlib import Path

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from tools.hostile_corpus import corpus

import kechuang
from kechuang.kernel.errors import Refused
from kechuang.kernel.uploads import (
    DOCUMENTS,
    LONGEST_NAME,
    PAPERS,
    PDF,
    WORKBOOKS,
    UploadField,
    shown_name,
    upload_judged,
)
from tests.papers import BOOK, WORD, packed, pdf, picture, stream, word

SOURCE = Path(kechuang.__file__).parent
DOORS = {"paper": PAPERS, "table": WORKBOOKS}
GROWTH_MB = 200
CHINESE = re.compile(r"[\u4e00-\u9fff].*。$")
INVISIBLE = re.compile(r"[\x00-\x1f/\\\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
# Who reads request.FILES without a form, and the door the file passes there.
WITHOUT_A_FORM = {
    "calls/views/filling_tables.py": "upload_judged",
    "calls/views/filling_parts.py": "file_attach",
}


def sent(content: bytes, name: str = "认定.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.capability("C19")
def test_the_hostile_corpus_is_refused_in_a_sentence_or_kept_harmless():
    cases = corpus()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wrong = []
    for case in cases:
        try:
            media_type = upload_judged(sent(case.content), accept=DOORS[case.door])
        except Refused as refusal:
            is_right = case.expected == "refused" and CHINESE.search(str(refusal))
        else:
            name = shown_name(case.name, media_type)
            is_right = case.expected == "harmless" and len(name) <= LONGEST_NAME and not INVISIBLE.search(name)
        wrong += [] if is_right else [case.title]
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    assert (wrong, len(cases) >= 60, grown < GROWTH_MB) == ([], True, True)


@pytest.mark.parametrize(
    ("content", "accept"),
    (
        (pdf("honest"), PAPERS),
        (pdf("honest", more=(stream(b"/Type /EmbeddedFile", b"<?xml version='1.0'?><voucher/>"),)), PAPERS),
        (picture("JPEG", (300, 200)), PAPERS),
        (word(**{"word/embeddings/a.xlsx": packed(BOOK)}), PAPERS),
        (packed({**WORD, "word/document.xml": b"<w:p>" * 900_000}), PAPERS),
        (packed(BOOK), WORKBOOKS),
        ("名称,级别\n示例,市级\n".encode("gb18030"), WORKBOOKS),
        ("# 示例方案\n一、任务".encode(), DOCUMENTS),
        (b"<html><p>x</p></html>", DOCUMENTS),
    ),
)
def test_honest_files_pass(content, accept):
    assert upload_judged(sent(content), accept=accept) in accept


def test_names_are_shown_without_folders_marks_and_false_endings():
    assert [shown_name(name, PDF) for name in ("../a.PDF", "c:\\x\\b", "\u202efdp.exe", "", "...", "a\r\nb.pdf")] == [
        "a.PDF",
        "b.pdf",
        "fdp.exe.pdf",
        "附件.pdf",
        "附件.pdf",
        "ab.pdf",
    ]


def test_a_form_says_at_its_field_why_a_file_is_refused():
    class One(forms.Form):
        scan = UploadField(accept=(PDF,))

    form = One({}, {"scan": sent(b"<html>")})
    assert form.errors["scan"] == ["只接收这些文件：PDF；这个文件的内容不是其中之一。"]
    assert One({}, {"scan": sent(pdf())}).errors == {}


def test_every_upload_of_the_house_passes_the_door():
    guilty = []
    for path in SOURCE.rglob("*.py"):
        place = str(path.relative_to(SOURCE))
        text = path.read_text(encoding="utf-8")
        if place in {"kernel/uploads.py", "kernel/files.py", "kernel/models.py"} or "migrations" in place:
            continue
        tree = ast.parse(text)
        calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
        bases = [ast.unparse(base) for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for base in node.bases]
        guilty += [
            (place, name)
            for name in (*calls, *bases)
            if name in {"forms.FileField", "forms.ImageField", "Attachment", "Attachment.objects.create"}
        ]
        taken = [name for name in calls if name == "request.FILES.get"] or re.findall(r"request\.FILES\[", text)
        if taken and WITHOUT_A_FORM.get(place, "-") not in calls:
            guilty.append((place, "request.FILES"))
    assert guilty == [("ui/samples.py", "forms.FileField")]  # the style guide's picture of a form, never sent
