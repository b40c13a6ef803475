"""A file of sealed events: any byte altered, any line gone, come or moved is found and named."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kechuang.kernel import seals

pytestmark = [pytest.mark.capability("C122")]


def event(key: int, name: str = "示例") -> bytes:
    return seals.canonical({"id": key, "table": "directory_county", "after": {"name": f"{name}{key}"}})


def sealed(sizes: list[int]) -> list[tuple[seals.Seal, list[bytes]]]:
    """Return batches of ``sizes`` events with consecutive ids, each on the root before it."""
    batches, root, key = [], seals.GENESIS, 0
    for number, size in enumerate(sizes, start=1):
        lines = [event(key + place) for place in range(1, size + 1)]
        entries = tuple((key + place, seals.fingerprint(line)) for place, line in enumerate(lines, start=1))
        seal = seals.Seal(number, f"2026-11-0{number % 9 + 1}T00:00:00.000000Z", root, entries)
        batches.append((seal, lines))
        root, key = seal.root, key + size
    return batches


def written(batches) -> list[bytes]:
    return list(seals.file_lines({"site": "示例"}, batches))


def at(lines: list[bytes], key: int) -> int:
    return lines.index(event(key))


WHOLE = [2, 3, 1]


def test_a_sound_file_is_sound():
    verdict = seals.verify(written(sealed(WHOLE)))
    assert (verdict.fault, verdict.seals, verdict.events) == (None, 3, 6)
    assert verdict.root == sealed(WHOLE)[-1][0].root


def altered(lines):
    lines[at(lines, 4)] = event(4, "别的")


def altered_with_its_id(lines):
    lines[at(lines, 4)] = event(99)


def removed(lines):
    del lines[at(lines, 4)]


def removed_at_the_end_of_a_seal(lines):
    del lines[at(lines, 5)]


def inserted(lines):
    lines.insert(at(lines, 4), event(77))


def inserted_at_the_end_of_a_seal(lines):
    lines.insert(at(lines, 5) + 1, event(77))


def reordered(lines):
    one, other = at(lines, 3), at(lines, 4)
    lines[one], lines[other] = lines[other], lines[one]


def truncated(lines):
    del lines[at(lines, 4) :]


def truncated_after_a_seal(lines):
    del lines[at(lines, 5) + 1 :]


def unreadable(lines):
    lines[at(lines, 4)] = b"\xff\x00"


def torn(lines):
    lines[at(lines, 6)] = lines[at(lines, 6)][:5]


@pytest.mark.parametrize(
    ("tamper", "kind", "key"),
    (
        (altered, "altered", 4),
        (altered_with_its_id, "altered", 4),
        (removed, "removed", 4),
        (removed_at_the_end_of_a_seal, "removed", 5),
        (inserted, "inserted", 77),
        (inserted_at_the_end_of_a_seal, "inserted", 77),
        (reordered, "reordered", 4),
        (truncated, "truncated", 4),
        (truncated_after_a_seal, "truncated", None),
        (unreadable, "altered", 4),
        (torn, "altered", 6),
    ),
)
def test_the_first_bad_event_is_named(tamper, kind, key):
    lines = written(sealed(WHOLE))
    tamper(lines)
    fault = seals.verify(lines).fault
    assert fault is not None
    assert (fault.kind, fault.event) == (kind, key)
    assert key is None or f"#{key}" in fault.sentence


def test_a_seal_laid_anew_breaks_the_chain():
    batches = sealed(WHOLE)
    seal, lines = batches[1]
    lines[0] = event(3, "别的")
    entries = ((3, seals.fingerprint(lines[0])), *seal.entries[1:])
    batches[1] = (seals.Seal(seal.number, seal.at, seal.previous, entries), lines)
    fault = seals.verify(written(batches)).fault
    assert (fault.kind, fault.seal) == ("seal", 3)


def test_a_seal_whose_root_was_written_over_is_named():
    lines = written(sealed(WHOLE))
    root = sealed(WHOLE)[1][0].root
    lines[4] = lines[4].replace(root.encode(), b"0" * 64)
    fault = seals.verify(lines).fault
    assert (fault.kind, fault.seal) == ("seal", 2)


def test_a_chain_laid_anew_from_its_start_is_told_by_the_published_roots():
    honest = {seal.number: seal.root for seal, _lines in sealed(WHOLE)}
    forged, root = [], seals.GENESIS
    for seal, lines in sealed(WHOLE):
        other = [line.replace("示例".encode(), "假的".encode()) for line in lines]
        entries = tuple((key, seals.fingerprint(line)) for (key, _), line in zip(seal.entries, other, strict=True))
        anew = seals.Seal(seal.number, seal.at, root, entries)
        forged.append((anew, other))
        root = anew.root
    assert seals.verify(written(forged)).fault is None
    fault = seals.verify(written(forged), honest).fault
    assert (fault.kind, fault.seal) == ("published", 1)
    assert seals.verify(written(sealed(WHOLE)), honest).published == 3


def test_a_later_part_of_the_chain_is_checked_on_its_own():
    verdict = seals.verify(written(sealed(WHOLE)[1:]))
    assert (verdict.fault, verdict.first_seal, verdict.events) == (None, 2, 4)


def test_one_subjects_events_are_proved_without_showing_the_others():
    batches = [(seal, lines[:1]) for seal, lines in sealed(WHOLE)]
    lines = list(seals.file_lines({}, batches, whole=False))
    assert (seals.verify(lines).fault, seals.verify(lines).events) == (None, 3)
    lines[lines.index(event(3))] = event(3, "别的")
    assert (seals.verify(lines).fault.kind, seals.verify(lines).fault.event) == ("altered", 3)


@pytest.mark.parametrize("content", (b"", b"{}", b"\x00\x01", b'{"format":"other"}', b"[1]", b"[" * 100_000))
def test_what_is_no_audit_file_is_said_to_be_none(content):
    assert seals.verify([content]).fault.kind == "format"


@pytest.mark.parametrize(
    "bad", ({"number": "x"}, {"entries": ["1"]}, {"entries": ["-1:00"]}, {"root": 1}, {"at": None})
)
def test_a_seal_that_cannot_be_read_is_named(bad):
    seal = {"number": 1, "at": "", "previous": seals.GENESIS, "entries": [], "root": ""}
    lines = [seals.canonical({"format": seals.FORMAT, "whole": True}), seals.canonical({"seal": {**seal, **bad}})]
    assert seals.verify(lines).fault.kind == "seal"


@settings(max_examples=150, deadline=None)
@given(sizes=st.lists(st.integers(1, 4), min_size=1, max_size=4), data=st.data())
def test_any_one_byte_changed_anywhere_is_found(sizes, data):
    content = bytearray(b"\n".join(written(sealed(sizes))))
    start = content.index(b"\n") + 1  # what the head says of who took it is nobody's seal
    place = data.draw(st.integers(start, len(content) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[place]))
    content[place] = other
    assert seals.verify(bytes(content).split(b"\n")).fault is not None


@settings(max_examples=150, deadline=None)
@given(sizes=st.lists(st.integers(1, 4), min_size=1, max_size=4), data=st.data())
def test_any_line_gone_come_or_moved_is_found(sizes, data):
    honest = written(sealed(sizes))
    lines = honest.copy()
    act = data.draw(st.sampled_from(("gone", "come", "moved", "cut")))
    one = data.draw(st.integers(1, len(lines) - 1))
    other = data.draw(st.integers(1, len(lines) - 1))
    if act == "gone":
        del lines[one]
    elif act == "come":
        lines.insert(one, data.draw(st.sampled_from((event(1), event(999), b"", b"{}"))))
    elif act == "moved":
        lines[one], lines[other] = lines[other], lines[one]
    else:
        del lines[one:]
    assert (seals.verify(lines).fault is None) == (lines == honest)


@pytest.mark.parametrize("value", ({"a": {1}}, {"a": b"x"}))
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(TypeError, match="canonical"):
        seals.canonical(value)


def test_fractions_stay_as_the_database_wrote_them():
    assert seals.canonical(seals.row_of('{"b": 1.10, "a": 12345678901234567890, "c": null}')) == (
        b'{"a":12345678901234567890,"b":"1.10","c":null}'
    )


def test_entries_are_kept_and_read_again():
    entries = sealed([3])[0][0].entries
    assert seals.unpack(seals.pack(entries)) == entries


def test_a_hundred_thousand_events_are_checked_in_ten_seconds():
    lines = written(sealed([5_000] * 4))
    begun = time.monotonic()
    assert seals.verify(lines).fault is None
    assert time.monotonic() - begun < 2  # a fifth of them
