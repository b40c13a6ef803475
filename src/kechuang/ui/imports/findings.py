"""What a check found, as it is kept beside the file and shown: figures, faults, differences, rows left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kechuang.ui.imports.checking import Checked
from kechuang.ui.imports.declaration import Field
from kechuang.ui.imports.keeping import folder_of
from kechuang.ui.imports.models import ImportRun

PREVIEWED = 200


def summary_of(checked: Checked) -> dict[str, Any]:
    """Return the figures of a check: rows, new, changed, the same, joined, wrong, wrong cells, left out."""
    return {
        "total": checked.total,
        "create": len(checked.creates),
        "change": len(checked.changes),
        "same": checked.same,
        "joined": len(checked.batch.joined),
        "wrong": len(checked.batch.wrong),
        "faults": len(checked.faults),
        "skipped": len(checked.skipped),
    }


def found_keep(run: ImportRun, checked: Checked) -> None:
    """Lay the findings beside the file: every fault, the first differences, what was left out."""
    fields = checked.batch.fields
    words = {name: words_of(one) for name, one in fields.items()}
    found = {
        "faults": [[one.row, one.column, one.label, one.value, one.sentence] for one in checked.faults],
        "changes": [
            [
                checked.batch.numbers[one.place],
                one.stood.label,
                [
                    [
                        str(fields[name].label),
                        in_words(words[name], one.stood.values[name]),
                        in_words(words[name], value),
                    ]
                    for name, value in one.values.items()
                ],
            ]
            for one in checked.changes[:PREVIEWED]
        ],
        "skipped": [[one.row, str(one.why), one.text] for one in checked.skipped[:PREVIEWED]],
    }
    (folder_of(run) / "found.json").write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    (folder_of(run) / "marked.xlsx").unlink(missing_ok=True)


def words_of(field: Field) -> dict[Any, str]:
    """Return value → word of a field whose words are chosen from."""
    return {value: word for word, value in field.choices().items()} if field.choices else {}


def in_words(words: Mapping[Any, str], value: Any) -> str:
    """Return a field's value as the sheet says it."""
    return "" if value in (None, "") else words.get(value, str(value))
