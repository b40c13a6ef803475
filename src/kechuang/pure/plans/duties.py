"""One responsibility phrase, from its words to a record: who leads, who cooperates, who is meant.

A phrase is read only where all of it can be accounted for; a bracket that explains
something (（PPP）, （董事会）) is not a responsibility.
"""

import re
from dataclasses import dataclass, field

from kechuang.pure.plans.bodies import is_body, is_listed, is_local, is_others, is_stem, is_strong, split_names
from kechuang.pure.plans.folding import fold
from kechuang.pure.plans.labels import (
    BARE_DUTY,
    CALLED,
    DEADLINE,
    ET_AL,
    LABEL,
    PERSON,
    SCOPE,
    TAIL,
    Side,
    is_time,
    side_of,
)
from kechuang.pure.plans.results import Responsibility

_MAX_PHRASE = 1500
_OFFICE = re.compile(r"^(?!.*(?:办事处|管理处|公司))[\u4e00-\u9fff（）]{1,9}(?:处|科|股|司)$")
_NOTED = re.compile(r"^(?P<name>.+)（(?P<side>牵头|主办|配合|参与|协办)(?:单位|部门)?）$")
# 列首位的为牵头单位，下同: a note on all brackets; being named first is no lead in the data
_RANK_NOTE = re.compile(
    r"(?:[。；，,]|(?<=：))?(?:以上)?(?:列|排|排名|位列)(?:在)?(?:首位|第一位?|首个|前)[^；。：）)]{0,20}(?:单位|部门)|[，,]?(?:以下均|以下|下)(?:同|相同)$"
)
_MARKS = "★☆▲△●○◎■□◆◇※*\uff0a✳#"
_PUBLIC = re.compile(r"^(?:(?:省|市|州|县|区|旗|国家|自治区).*(?:局|委|厅|办|办公室|政府|委员会|部)|.{2,10}部)$")
_LEVELLED = re.compile(r"^(?:省|市|州|县|区|国家|各)")
_WITH_OFFICE = re.compile(
    r"^(?P<body>[\u4e00-\u9fff]{2,20}?(?:局|厅|委|部|会))(?:（(?P<in>[\u4e00-\u9fff、]{2,20}(?:处|科|股|司))）|(?P<office>[\u4e00-\u9fff]{2,9}(?:处|科|股|司)))$"
)
_BEGIN = re.compile(
    r"^(?:由|请|具体由|并由|其中由|统一由|以上由|以上工作由|该项工作由|此项工作由|本项工作由|以上任务由)"
)
_OTHERS_BESIDE = re.compile(
    r"(?:会同|及|和|与|、|并|商)(?:市|省|国务院|市直|省直|市级|省级|县|各)*(?:其他|其它|有关|相关|各有关|各相关)(?:市级|市直|省直)?(?:部门|单位|方面)(?:和单位|、单位|单位)?$"
)


@dataclass
class Phrase:
    """What has been gathered of one responsibility phrase so far."""

    sides: dict[Side, list[str]] = field(default_factory=lambda: {"lead": [], "cooperating": [], "plain": []})
    offices: dict[Side, list[str]] = field(default_factory=lambda: {"lead": [], "cooperating": [], "plain": []})
    told: set[Side] = field(default_factory=set)
    local: list[str] = field(default_factory=list)
    role: str | None = None
    et_al: bool = False
    by_duty: bool = False
    with_others: bool = False
    scope: str | None = None
    labelled: bool = False
    bracketed: bool = False
    by_office: bool = False
    unknown: int = 0

    def names(self) -> list[str]:
        """Return every name gathered, offices included."""
        gathered = [name for names in (*self.sides.values(), *self.offices.values()) for name in names]
        return gathered + self.local

    def joined(self, other: "Phrase") -> "Phrase":
        """Return both phrases as one: 牵头单位：… and 配合单位：… printed one after the other."""
        scope = self.scope or other.scope
        return Phrase(
            sides={side: names + other.sides[side] for side, names in self.sides.items()},
            offices={side: names + other.offices[side] for side, names in self.offices.items()},
            told=self.told | other.told,
            local=self.local + other.local,
            role=self.role or other.role,
            et_al=self.et_al or other.et_al,
            by_duty=self.by_duty or other.by_duty,
            with_others=self.with_others or other.with_others,
            scope=scope,
            labelled=True,
        )

    def record(self) -> Responsibility:
        """Return the finished record; sides are kept apart only where the words did."""
        self._move_offices()
        sides, offices = self.sides, self.offices
        apart = "lead" in self.told or {"cooperating", "plain"} <= self.told
        if apart:
            main: Side = "lead" if "lead" in self.told else "plain"
            rest = sides["cooperating"] if main == "plain" else _in_order(sides["cooperating"], sides["plain"])
            departments, lead, cooperating = [], sides[main], rest
        else:
            departments, lead, cooperating = sides["plain"] + sides["cooperating"], [], []
        return Responsibility(
            role=None if apart else self.role,
            departments=_once(departments),
            lead=_once(lead),
            cooperating=_once(cooperating),
            et_al=self.et_al,
            by_duty=self.by_duty,
            with_others=self.with_others,
            local=_once(self.local),
            scope=self.scope,
            lead_offices=_once(offices["lead"] + offices["plain"]),
            cooperating_offices=_once(offices["cooperating"]),
        )

    def _move_offices(self) -> None:
        """Count 办公室 as an office where it stands among offices of one body."""
        if any(self.offices.values()):
            for side, names in self.sides.items():
                self.offices[side] = [name for name in names if name == "办公室"] + self.offices[side]
                self.sides[side] = [name for name in names if name != "办公室"]


def _once(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _in_order(cooperating: list[str], plain: list[str]) -> list[str]:
    return cooperating + plain if cooperating else plain


def read_phrase(text: str, *, side: Side | None = None) -> Phrase:
    """Gather the names of ``text``; ``side`` is what a column or label has said already."""
    phrase = Phrase(labelled=side is not None)
    if side is not None:
        phrase.told.add(side)
    add_words(phrase, text, side)
    return phrase


def add_words(phrase: Phrase, text: str, side: Side | None) -> None:
    """Add the names of ``text`` to ``phrase``; labels inside it change the side."""
    text = _without_scope(phrase, PERSON.sub("", _RANK_NOTE.sub("", text[:_MAX_PHRASE])))
    start = 0
    for found in LABEL.finditer(text):
        _add_clauses(phrase, text[start : found.start()], side)
        side = _labelled(phrase, found)
        start = found.end()
    _add_clauses(phrase, text[start:], side)


def _labelled(phrase: Phrase, found: re.Match[str]) -> Side:
    word = found["side"] or found["bare"] or "责任"
    side = side_of(word)
    phrase.labelled = True
    phrase.by_office = re.search("处室|科室|股室|处（室）|处\\(室\\)|司局|[处司]\\s*[：:]", found[0]) is not None
    phrase.told.add(side)
    if phrase.role is None and found["neutral"] is None:
        phrase.role = re.sub(r"（[^）]*）", "", fold(found[0])).rstrip("：为是")
    return side


def _without_scope(phrase: Phrase, text: str) -> str:
    found = SCOPE.search(text)
    if found is None:
        return text
    phrase.scope = fold(found["scope"]).rstrip("。；")
    return text[: found.start()].rstrip("，,；; ") + text[found.end() :]


def _add_clauses(phrase: Phrase, text: str, side: Side | None) -> None:
    deadline = DEADLINE.search(text)
    if deadline is not None:
        text = text[: deadline.start()]
    waiting: list[str] = []
    for clause in re.split(r"[；;。]", text):
        for part in _role_clauses(clause):
            if not _add_part(phrase, part, side, waiting):
                waiting.append(part)
        if waiting:
            _place(phrase, "，".join(waiting), side or "plain")
            waiting.clear()


def _role_clauses(clause: str) -> list[str]:
    # 牵头会同 and 牵头、… part the leading body from the others within one clause.
    clause = re.sub(r"牵头(负责|组织)?(?:，|、|并)?会同", r"牵头\1，", clause)
    clause = re.sub(r"(牵头(?:负责)?|配合|参与|指导)、(?=[\u4e00-\u9fff])", r"\1，", clause)
    return [part for part in re.split(r"(?<!\d)[，,]|[，,](?!\d{3})", clause) if part.strip(" 、\n\t\u3000")]


def _add_part(phrase: Phrase, part: str, side: Side | None, waiting: list[str]) -> bool:
    """Read one comma clause; False where it holds only names whose role comes later."""
    text = part.strip()
    folded = fold(text)
    tail = CALLED.search(folded) or TAIL.search(folded)
    if is_time(folded) and not (tail and is_strong(folded[: tail.start()])):
        return True  # 市财政局实施 names a body, 全面实施 only says when
    duty = None if tail else BARE_DUTY.search(folded)
    if tail is None and duty is None:
        return False
    found = tail or duty
    if found is None:
        return False
    names = folded[: found.start()] if "\n" not in text and " " not in text else _raw_head(text, found[0])
    if found["duty"] if tail else True:
        phrase.by_duty = True
    own = _side_in(phrase, found["verb"] if tail else None, side)
    if names.strip("、，") or waiting:
        _place(phrase, "，".join([*waiting, names]), own)
    waiting.clear()
    return True


def _raw_head(text: str, tail: str) -> str:
    """Cut a folded tail off the printed text, whose spaces and line ends part names."""
    position = len(text)
    left = len(tail)
    while left and position:
        position -= 1
        left -= not text[position].isspace()
    return text[:position]


def _side_in(phrase: Phrase, verb: str | None, side: Side | None) -> Side:
    if verb is None:
        return side or "plain"
    own = side_of(verb)
    if own == "plain" and side is not None:
        own = side
    phrase.told.add(own)
    if phrase.role is None:
        phrase.role = "负责" if verb.startswith("负责") else verb
    return own


def _place(phrase: Phrase, text: str, side: Side) -> None:
    for name in _cleaned(phrase, text):
        if is_others(name):
            phrase.with_others = True
        elif is_local(name):
            phrase.local.append(name)
        else:
            _place_body(phrase, name, side)


def _place_body(phrase: Phrase, name: str, side: Side) -> None:
    noted = _NOTED.match(name)
    if noted:  # 市科技局（牵头）、市财政局
        name, side = noted["name"], side_of(noted["side"])
        phrase.told.add(side)
    inner = _WITH_OFFICE.match(name)
    if phrase.by_office:
        phrase.offices[side].append(name)
    elif inner and not name.endswith(("政府办公室", "委办公室")):
        phrase.sides[side].append(inner["body"])
        phrase.offices[side] += (inner["in"] or inner["office"]).split("、")
    elif _OFFICE.match(name) and not _LEVELLED.match(name):
        phrase.offices[side].append(name)
    elif is_body(name):
        phrase.sides[side].append(name)
    else:
        phrase.unknown += 1
        if is_stem(name) or (phrase.labelled and is_listed(name)):
            phrase.sides[side].append(name)


def _plain(name: str) -> str:
    """Drop the marks that rank a body (★, *) and a closing bracket that was never opened."""
    name = name.strip(_MARKS)
    while name.endswith("）") and name.count("）") > name.count("（"):
        name = name[:-1]
    return name


def _cleaned(phrase: Phrase, text: str) -> list[str]:
    names = []
    for name in split_names(_BEGIN.sub("", text.strip(" 、，\n\t\u3000"))):
        name = _plain(_BEGIN.sub("", name))  # noqa: PLW2901 - the printed words around a name fall off one by one
        beside = _OTHERS_BESIDE.search(name)
        if beside:
            phrase.with_others = True
            name = name[: beside.start()]  # noqa: PLW2901
        others = ET_AL.search(name)
        if (others and others.start() > 0) or name == "等":
            phrase.et_al = True
            name = name[: others.start()] if others else ""  # noqa: PLW2901
        elif others:
            phrase.et_al = True
            continue
        if name.strip("、，（）"):
            names.append(name)
    return names


def believable(phrase: Phrase, *, alone: bool) -> bool:
    """Tell whether a bracket's phrase names bodies and nothing else.

    ``alone`` is True where the bracket stands after a full stop or ends its paragraph.
    """
    names = phrase.names()
    if not names:
        return phrase.with_others and (phrase.by_duty or phrase.labelled or (alone and phrase.role is not None))
    if phrase.labelled:
        return True
    offices = sum(len(found) for found in phrase.offices.values())
    strong = sum(1 for name in names if is_strong(name))
    if phrase.unknown and alone and strong > phrase.unknown:
        return True
    if phrase.unknown:
        # 科技、财政等部门: fields stand for bodies only where the words say so.
        return phrase.role is not None and (phrase.et_al or phrase.by_duty or strong * 2 >= len(names))
    if phrase.role is not None or phrase.by_duty:
        # 项目承担单位负责落实: a body by its duty, where the bracket stands for itself.
        plain = alone and phrase.role in {"负责", "牵头", "牵头负责"}
        return strong > 0 or offices > 0 or phrase.et_al or phrase.by_duty or plain
    return alone and (strong > 0 or offices > 0)


def all_strong(phrase: Phrase) -> bool:
    """Tell whether a phrase holds nothing but names that could hardly be anything but public bodies."""
    names = phrase.names()
    return bool(names) and not phrase.unknown and all(is_local(name) or _PUBLIC.search(name) for name in names)
