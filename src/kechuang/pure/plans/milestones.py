"""Dated duties: 于2019年2月底前…, （2022年6月底前完成）, stages of a timetable."""
# ruff: noqa: PLR2004 - small numbers count printed characters, rows or cells

import re

from kechuang.pure.plans.folding import ascii_digits
from kechuang.pure.plans.labels import DEADLINE, LABEL
from kechuang.pure.plans.results import Milestone

_DAY = r"(?P<y>20\d\d)\s*年(?:\s*(?P<m>\d{1,2})\s*月(?:\s*(?P<d>\d{1,2})\s*日)?)?"
# A date inside a phrase (支撑2030年前…) is no deadline; one that begins a clause is.
_BEFORE = re.compile(
    rf"(?:(?:于|在|到|至|力争|确保|争取|原则上)\s*|(?<![\u4e00-\u9fff])){_DAY}\s*(?:底|末|上旬|中旬|下旬|年底|年末)?\s*(?:之前|以前|前)"
)
_SAME_YEAR = re.compile(
    r"(?<![年\d])(?P<m>\d{1,2})\s*月(?:\s*(?P<d>\d{1,2})\s*日)?\s*(?:底|末|上旬|中旬|下旬)?\s*(?:之前|以前|前)"
)
_UNTIL = re.compile(
    rf"(?:20\d\d\s*年\s*(?:\d{{1,2}}\s*月)?(?:\d{{1,2}}日)?)\s*[-—–－~～至到]+\s*(?:{_DAY}|(?P<m2>\d{{1,2}})\s*月(?:(?P<d2>\d{{1,2}})\s*日)?)"
)
_ONLY_DONE = re.compile(
    r"^(?:须|要|应|基本|全面|全部|均)*(?:完成|建成|启动|实施|到位|出台|落实|见效|取得(?:明显|阶段性)?(?:进展|成效))?$"
)
_TRIM = "，,、；;：:（）() 。"


def milestones_in(text: str, line: int, title: str = "") -> list[Milestone]:
    """Return the dated duties of one paragraph; ``title`` says what is due where only the date is printed."""
    text = ascii_digits(text)
    if not re.search(r"20\d\d\s*年", text):
        return []
    result = _labelled(text, line, title)
    if "前" not in text:
        return result
    text = "。".join(_up_to_label(sentence) for sentence in text.split("。"))
    previous = ""
    year: str | None = None
    for sentence in re.split(r"[。；;]", text):
        dated = _in_sentence(sentence, year)
        for when, what, named in dated:
            year = named
            own = what if what and not _ONLY_DONE.match(what) else ""
            # A bracket of its own (…，2018年底前完成) dates the whole task.
            due = own or (title if sentence.lstrip().startswith(("（", "(")) and title else previous or title)
            if due:
                result.append(Milestone(when, due, line))
        previous = sentence.strip(_TRIM) or previous
    return result


def _labelled(text: str, line: int, title: str) -> list[Milestone]:
    """Read 完成时限：2023年6月; what is due is the task, or the sentence before the labels."""
    result: list[Milestone] = []
    start = 0
    for found in DEADLINE.finditer(text):
        stop = re.search(r"[；;，,。）)】]|$", text[found.end() :])
        value = text[found.end() : found.end() + (stop.start() if stop else 0)]
        when = due_in(value)
        due = title or _first_words(text[start : found.start()])
        if when and due:
            result.append(Milestone(when, due, line))
        start = found.end() + len(value)
    return result


def _first_words(text: str) -> str:
    return re.split(r"[。；（(]", LABEL.split(text)[0].strip(_TRIM))[0].strip(_TRIM)


def _up_to_label(sentence: str) -> str:
    found = DEADLINE.search(sentence)
    return sentence[: found.start()] if found else sentence


def _in_sentence(sentence: str, year: str | None) -> list[tuple[str, str, str | None]]:
    found = list(_BEFORE.finditer(sentence))
    marks = [(mark.start(), mark.end(), mark["y"], mark["m"], mark["d"]) for mark in found]
    inherited = marks[0][2] if marks else year
    if inherited:
        taken = [(mark.start(), mark.end()) for mark in found]
        for mark in _SAME_YEAR.finditer(sentence):
            inside = any(start <= mark.start() < end for start, end in taken)
            if not inside and (not marks or mark.start() > marks[0][0]):
                marks.append((mark.start(), mark.end(), inherited, mark["m"], mark["d"]))
    marks.sort()
    result: list[tuple[str, str, str | None]] = []
    for place, (start, end, years, month, day) in enumerate(marks):
        stop = marks[place + 1][0] if place + 1 < len(marks) else len(sentence)
        what = sentence[end:stop].strip(_TRIM)
        if _ONLY_DONE.match(what) or not what:
            before = sentence[:start] if place == 0 else ""
            what = re.split(r"[（(](?!.*[）)])", before)[0].strip(_TRIM) or what
        when = _when(years, month, day)
        if when:
            result.append((when, what, years))
    return result


def due_in(cell: str) -> str | None:
    """Return the date of a deadline cell (2022年12月底前, 2022年), None for 持续推进."""
    text = ascii_digits(cell).strip()
    until = _UNTIL.search(text)
    if until:
        first = re.match(r"20\d\d", until[0])
        year = until["y"] or (first[0] if first else None)
        return _when(year, until["m"] or until["m2"], until["d"] or until["d2"])
    found = re.search(_DAY, text)
    return _when(found["y"], found["m"], found["d"]) if found else None


def stage_in(text: str, line: int, what: str) -> Milestone | None:
    """Return the end of a stage of a timetable (2022年1月—6月) as a milestone."""
    found = _UNTIL.search(ascii_digits(text))
    if found is None:
        return None
    first = re.match(r"20\d\d", found[0])
    year = found["y"] or (first[0] if first else None)
    when = _when(year, found["m"] or found["m2"], found["d"] or found["d2"])
    return Milestone(when, what, line) if when and what else None


def _when(year: str | None, month: str | None, day: str | None) -> str | None:
    if year is None:
        return None
    if month is None:
        return year
    if not 1 <= int(month) <= 12:
        return None
    if day is None:
        return f"{year}-{int(month):02}"
    return f"{year}-{int(month):02}-{int(day):02}" if 1 <= int(day) <= 31 else None
