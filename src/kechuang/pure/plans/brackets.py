"""Where in a paragraph responsibilities are printed: brackets, and 责任单位： phrases to its end."""
# ruff: noqa: PLR2004, RUF001 - small numbers count printed characters, rows or cells; full-width signs are what is read

import re
from typing import NamedTuple

from kechuang.pure.plans.duties import Phrase, add_words, all_strong, believable
from kechuang.pure.plans.folding import fold
from kechuang.pure.plans.labels import LABEL

_OPEN = "（(【[〔［{"
_CLOSE = "）)】]〕］}"
_STOPS = "。！？；;.!?：”"
_HINT = re.compile(r"部|委|办|局|厅|署|院|政府|单位|部门|市|县|区|州|会|处|科|司|股|公司|中心|学|行|联|协")
_MAX_BRACKET = 1200
_MAX_OPEN = 3
_NEAR = 60  # characters around a bracket that tell what it belongs to
# 主管部门（市科技局）: the bracket says which body is meant
_OF_BODIES = re.compile(
    r"(?:部|委|办|局|厅|署|院|府|会|所|站|中心|公司|大学|机构|单位|部门|室|小组|专班|成员|人|者|方|处|企业|集团|主体|等)$"
)
_MAX_LABELS = 40


class Stripped(NamedTuple):
    """A paragraph without its responsibilities, and the phrases found, in order.

    ``labelled`` is True where the whole paragraph is a 责任单位： line.
    """

    text: str
    phrases: tuple[Phrase, ...]
    labelled: bool
    printed: str = ""


def strip_duties(text: str) -> Stripped:
    """Take the responsibilities out of a paragraph."""
    if not _HINT.search(text):
        return Stripped(text, (), labelled=False, printed=text)
    kept, found = _take_brackets(text)
    rest, labels = _take_labels(kept)
    phrases = tuple(phrase for _, phrase in sorted(found, key=lambda item: item[0]))
    whole = bool(labels) and not rest.strip()
    return Stripped(_closed(rest) if phrases or labels else text, phrases + tuple(labels), whole, text)


def _closed(text: str) -> str:
    """Repair the stops around what was taken out: 攻关。。 and 攻关；。 keep one."""
    return re.sub(r"([。；！？：])\s*[。；]", r"\1", text.rstrip())


def _take_brackets(text: str) -> tuple[str, list[tuple[int, Phrase]]]:
    found: list[tuple[int, Phrase]] = []
    pieces: list[str] = []
    position = 0
    for start, end in _spans(text):
        phrase = _phrase_in(text, start, end)
        if phrase is not None:
            found.append((start, phrase))
            pieces.append(text[position:start])
            position = end
    pieces.append(text[position:])
    return "".join(pieces), found


def _spans(text: str) -> list[tuple[int, int]]:
    """Return the outermost brackets; one left open at the end runs to the end where it names who is responsible."""
    pairs: list[tuple[int, int]] = []
    opened: list[int] = []
    for place, sign in enumerate(text):
        if sign in _OPEN:
            opened.append(place)
        elif sign in _CLOSE and opened:
            start = opened.pop()
            while pairs and pairs[-1][0] > start:
                pairs.pop()
            pairs.append((start, place + 1))
    # （市科技局、各县（市、区人民政府）: the bracket inside took the closing sign of the one around it.
    for start in opened[-_MAX_OPEN:]:
        if LABEL.match(text, start + 1) or _closes_late(text, start):
            return [pair for pair in pairs if pair[1] <= start] + [(start, len(text))]
    return pairs


def _closes_late(text: str, start: int) -> bool:
    end = len(text.rstrip("。；; "))
    if text[end - 1] not in _CLOSE or "。" in text[start:end]:
        return False
    return _phrase_in(text, start, end) is not None


def opened_in(text: str) -> list[int]:
    """Return the places of the brackets that ``text`` opens and does not close, the outermost first."""
    opened: list[int] = []
    for place, sign in enumerate(text):
        if sign in _OPEN:
            opened.append(place)
        elif sign in _CLOSE and opened:
            opened.pop()
    return opened[-_MAX_OPEN:]


def closing_of(text: str, start: int) -> int:
    """Return the place after the sign that closes the bracket at ``start``, 0 where none does."""
    depth = 0
    for place in range(start, min(len(text), start + _MAX_BRACKET)):
        depth += (text[place] in _OPEN) - (text[place] in _CLOSE)
        if depth == 0:
            return place + 1
    return 0


def depth_after(text: str, depth: int) -> int:
    """Return how many brackets are open after ``text``; 0 as soon as the outermost closes."""
    for sign in text:
        depth += (sign in _OPEN) - (sign in _CLOSE)
        if depth <= 0 and sign in _CLOSE:
            return 0
    return depth


def names_who(text: str, start: int, end: int) -> bool:
    """Tell whether the bracket from ``start`` to ``end`` is a responsibility."""
    return _phrase_in(text, start, end) is not None


def _phrase_in(text: str, start: int, end: int) -> Phrase | None:
    inner = text[start + 1 : end - 1] if text[end - 1] in _CLOSE else text[start + 1 : end]
    if not 2 <= len(inner) <= _MAX_BRACKET or not _HINT.search(inner):
        return None
    phrase = Phrase(bracketed=True)
    add_words(phrase, inner, None)
    before = text[max(0, start - _NEAR) : start].rstrip()
    after = text[end : end + _NEAR].strip()
    alone = not before or before[-1] in _STOPS or not after or after[0] in "。；;"
    if believable(phrase, alone=alone):
        return phrase
    # 实施甲计划（市科技局），推进乙行动（市教育局、市财政局）: what is done, not a body, stands before the bracket.
    closes = after[:1] in set("，、,") and _OF_BODIES.search(before) is None
    return phrase if closes and all_strong(phrase) else None


def _take_labels(text: str) -> tuple[str, list[Phrase]]:
    """Take 责任单位：… phrases; one phrase holds 牵头单位 and 配合单位 that follow each other."""
    phrases: list[Phrase] = []
    pieces: list[str] = []
    position = 0
    tried = 0
    nameless = 0
    for found in LABEL.finditer(text):
        if tried >= _MAX_LABELS or found.start() < max(position, nameless) or not _stands_free(text, found.start()):
            continue
        tried += 1
        stop = text.find("。", found.end(), found.end() + _MAX_BRACKET)
        end = stop + 1 if stop >= 0 else min(len(text), found.end() + _MAX_BRACKET)
        phrase = Phrase()
        add_words(phrase, text[found.start() : end].rstrip("。"), None)
        if phrase.names() or phrase.with_others:
            phrases.append(phrase)
            pieces.append(text[position : found.start()])
            position = end
        else:
            nameless = end  # nor will a label further on in the same words find a name
    pieces.append(text[position:])
    return "".join(pieces), phrases


def _stands_free(text: str, start: int) -> bool:
    before = text[:start].rstrip("【[(（ \u3000")
    return not before or before[-1] in "。；;，,！、：:）)】]" or text[start - 1].isspace() or len(fold(before)) < 3
