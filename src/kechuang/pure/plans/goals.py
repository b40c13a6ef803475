"""Goals in prose that carry a figure, a unit and a year together: 到2025年，…达到500家."""
# ruff: noqa: PLR2004 - small numbers count printed characters, rows or cells

import re
from typing import Literal, NamedTuple

from kechuang.pure.plans.folding import ascii_digits, fold, halfwidth
from kechuang.pure.plans.indicators import Period, growth_of, rounded
from kechuang.pure.plans.results import Base, Indicator, Target
from kechuang.pure.plans.values import UNIT, number_of, op_of

_YEAR = re.compile(
    r"(?<![截])(?:到|至|力争|力争到|确保)\s*(?P<y>20\d\d)\s*年\s*(?:底|末|年底|年末)?(?:之前|以前|前|时)?|(?P<y2>20\d\d)\s*年\s*(?:底|末)?(?:之前|以前|前)"
    r"|(?<![截])(?:到|至)“?十(?P<p>[一二三四五六])五”?(?:时期|期间)?(?:末|结束)"
)
_ANY_YEAR = re.compile(r"(?<![由从比较])(?:19|20)\d\d\s*年")
_FIGURE = re.compile(
    rf"(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>{UNIT})(?P<tail>及以上|以上|及以下|以下|以内|之内|左右|上下)?"
)
_REACH = re.compile(
    r"(?:(?:累计|分别|均|年均|力争|争取|预计|稳定|保持|控制|全部|总体|基本|将|要|也|再)*"
    r"(?:达到|增长到|增加到|提高到|提升到|提高至|提升至|增长至|增至|增加至|扩大到|发展到|下降到|下降至|降低到|降低至|降至|突破|超过|不低于|不少于|不超过|不高于|至少|大于|高于|低于|小于|少于|保持在|稳定在|控制在|达|超|约|为|至|到|在)+)$"
)
_KEEP_VERB = re.compile(r"(?:增长|提高|提升|下降|降低|减少|增加|新增|完成|引进|新建|转化)$")
_LEADING = re.compile(
    r"^(?:和|与|及|以及|并|其中|同时|全面|基本|累计|力争|争取|确保|实现|努力|着力|再|共|分别|推动|促进|带动|达到|使|预计|总计|合计)+"
)
_MAKE = re.compile(
    r"^(?:建成|建设|打造|形成|培育|培养|组建|搭建|认定|布局|拥有|创建|建立|培育发展|培育壮大|遴选|支持|实施|突破|攻克|推广|发展|集聚|聚集|设立|开展|举办|取得|获批|争创|新认定|壮大|推进|制定|完善|选派|选育|培训|吸引|备案|入库|培植|扶持)+(?:发展|壮大|形成|和|引进|一批)*"
)
_CLAUSE = re.compile(r"[，,；;、](?!\d{3}(?!\d))")
_BAD_NAME = re.compile(
    r"^(?:的|了|在|为|对|每(?!万|千|百|亿)|按|一次性|最高|不超过)|奖励|补助|补贴|资助|罚款|处以|给予|不得|分别为|每(?:个|家|项|年)|以来|目前|已|现有"
)
_RISEN = re.compile(r"^(?P<name>.+?)(?:由|从)(?:(?P<year>(?:19|20)\d\d)年的?)?$")
_LISTED = "、"  # a list goes on: 打造3个集群、5个园区
_MAX_SENTENCE = 1200
_REACHING = r"(?:达到|达|为|突破|超过|增长到|增加到|提高到|提升到|增至|不低于|不少于|完成|实现)"
_ONE_FIGURE = rf"\d[\d,]*(?:\.\d+)?\s*(?:{UNIT})?(?:及以上|以上|以下|以内|左右)?"
_YEARS = r"20\d\d\s*年?\s*(?:底|末)?(?:[、，,和及与]20\d\d\s*年?\s*(?:底|末)?){1,9}"
_FIGURES = rf"{_ONE_FIGURE}(?:[、，,和及与]{_ONE_FIGURE}){{1,9}}"
_OUT = rf"(?P<name>[^，,；;、\d]{{2,40}}?)分别(?P<verb>{_REACHING})(?P<figures>{_FIGURES})"
# 到2023年、2025年，…分别达到300家和500家
_SHARED = re.compile(rf"(?P<to>到|至|力争|确保)?(?P<years>{_YEARS})[，,]?{_OUT}")
_SHARED_ON = re.compile(rf"[，,；;、]{_OUT}")
_AIMED = re.compile(r"^\s*(?P<y>20\d\d)\s*年(?:底|末)?[，,](?!比|同比)")
_BOUND = re.compile(rf"\d(?:{UNIT})?\s*[-—–~－至]+\s*$")  # the lower end of 3—5家
_GROWN = re.compile(r"(?:年均)?(?:增长|提高|提升|下降|降低|增加)$")


class Goal(NamedTuple):
    """A goal with what is needed to compare it with an annex."""

    indicator: Indicator
    sentence: str


def goals_in(text: str, line: int, period: Period, *, aim: bool = False) -> list[Goal]:
    """Return the goals of one paragraph, in order; ``aim``: it stands among the aims, so its years are to come."""
    text = ascii_digits(text)
    if not re.search(r"20\d\d|十[一二三四五六]五", text) or not re.search(r"\d", text):
        return []
    goals: list[Goal] = []
    for sentence in re.split(r"[。！？]", halfwidth(text).replace("(", "（").replace(")", "）")):
        if len(sentence) <= _MAX_SENTENCE:
            goals += _with_shared(sentence, line, period, aim=aim)
    return goals


def _with_shared(sentence: str, line: int, period: Period, *, aim: bool) -> list[Goal]:
    """Read figures shared out to years by 分别, and the rest of the sentence around them."""
    shared = _SHARED.search(sentence)
    if shared is None:
        return _in_sentence(sentence, line, period)
    years = [int(year) for year in re.findall(r"20\d\d", shared["years"])]
    ahead = shared["to"] or aim or (period.first is not None and years[0] >= period.first)
    goals = _in_sentence(sentence[: shared.start()], line, period)
    part: re.Match[str] | None = shared
    end = shared.end()
    while part is not None:
        goals += [Goal(indicator, sentence) for indicator in (_shared_out(part, years, line) if ahead else ())]
        end = part.end()
        part = _SHARED_ON.match(sentence, end)
    return goals + _in_sentence(sentence[end:], line, period)


def _shared_out(part: re.Match[str], years: list[int], line: int) -> list[Indicator]:
    figures = [found[0] for found in re.finditer(_ONE_FIGURE, part["figures"])]
    read = [_FIGURE.fullmatch(figure) for figure in figures]
    units = {found["unit"] for found in read if found}
    name = _clean(part["name"])
    if len(figures) != len(years) or len(units) != 1 or not _is_name(name) or "和" in name:
        return []
    unit = units.pop().replace("％", "%")
    basis: Literal["cumulative"] | None = "cumulative" if "累计" in part["name"] else None
    result: list[Indicator] = []
    for year, figure in zip(years, figures, strict=True):
        found = re.match(r"[\d,.]*\d", figure)
        tail = re.search(r"(?:及以上|以上|以下|以内|左右)$", figure)
        if found:
            op = op_of(part["verb"], tail[0] if tail else "")
            targets = (Target(year, op, number_of(found[0]), None),)
            result.append(Indicator(fold(name), unit, basis, None, targets, None, None, None, (), line))
    return result


def _marks(sentence: str, period: Period) -> list[re.Match[str]]:
    """Return where years to come are named; a sentence of a dated plan may begin with the bare year."""
    found = list(_YEAR.finditer(sentence))
    aimed = _AIMED.match(sentence)
    inside = aimed and period.first is not None and period.first <= int(aimed["y"]) <= (period.last or 0)
    if aimed and inside and (not found or found[0].start() >= aimed.end()):
        return [aimed, *found]
    return found


def _in_sentence(sentence: str, line: int, period: Period) -> list[Goal]:
    found = _marks(sentence, period)
    goals: list[Goal] = []
    for place, mark in enumerate(found):
        year = _year(mark)
        if period.first is not None and year < period.first:
            continue
        end = found[place + 1].start() if place + 1 < len(found) else len(sentence)
        span = sentence[mark.end() : end]
        foreign = _ANY_YEAR.search(span)
        if foreign:
            span = span[: foreign.start()]
        goals += [Goal(indicator, sentence) for indicator in _in_clauses(span, year, line)]
    return goals


def _year(mark: re.Match[str]) -> int:
    named = mark.groupdict()
    if named.get("p"):
        return 2005 + 5 * ("一二三四五六".index(mark["p"]) + 1)
    return int(named["y"] or named["y2"])


def _in_clauses(span: str, year: int, line: int) -> list[Indicator]:
    result: list[Indicator] = []
    pending = ""
    grown = ""
    for printed in _CLAUSE.split(_without_notes(span)):
        clause = grown + printed if grown and _REACH.match(printed.strip()[: _start(printed)]) else printed
        figures = [found for found in _FIGURE.finditer(clause) if not _is_year(found)]
        if clause.strip().startswith("其中"):
            pending = "其中"
        if pending == "其中" and not _REACH.search(clause[: figures[0].start()] if figures else ""):
            continue  # 其中国家级5家、省级30家 part the figure before
        if not figures:
            # 高新技术企业、科技型中小企业分别达到…: names without a figure are not guessed at.
            pending = clause
            continue
        indicator = _indicator(clause, figures, pending, year, line)
        grown = ""
        if indicator is not None:
            result.append(indicator)
            # 成交额年均增长20%，突破100亿元: the second figure is of the same thing.
            grown = _GROWN.sub("", indicator.name) if _GROWN.search(indicator.name) else ""
        pending = _LISTED if _is_made(clause[: figures[0].start()]) or pending == _LISTED else ""
    return result


def _start(clause: str) -> int:
    """Return where the first figure of a clause begins, leading blanks left out."""
    found = re.search(r"\d", clause.strip())
    return found.start() if found else 0


def _is_year(found: re.Match[str]) -> bool:
    return found["unit"] == "年" and len(found["number"]) == 4


def _without_notes(span: str) -> str:
    # 台（套）, 县（市）: a bracket of one or two characters inside a word belongs to the word.
    return re.sub(r"（(?![\u4e00-\u9fff]{1,2}）[\u4e00-\u9fff\d])[^（）]*）", "", span)


def _indicator(clause: str, figures: list[re.Match[str]], pending: str, year: int, line: int) -> Indicator | None:
    if "分别" in clause or "分别" in pending:
        return None
    figure = figures[-1]
    base: Base | None = None
    before = clause[: figure.start()].strip()
    if _BOUND.search(before):
        return None
    name: str | None
    if len(figures) > 1 and not _is_in_name(clause, figures):
        risen = _RISEN.match(clause[: figures[0].start()])
        if risen is None:
            return None
        name = _clean(risen["name"])
        base = Base(int(risen["year"]), number_of(figures[0]["number"])) if risen["year"] else None
    else:
        name = _name(before, clause[figure.end() :].strip(), listed=pending == _LISTED)
    if name is None or not _is_name(name):
        return None
    op = op_of(re.sub(r"(?:到|至|在)$", "", before), figure["tail"] or "")
    targets = (Target(year, op, number_of(figure["number"]), None),)
    basis: Literal["cumulative", "yearly"] | None = (
        "yearly" if re.search(r"每年|当年", before) else "cumulative" if "累计" in before else None
    )
    unit = figure["unit"].replace("％", "%")
    growth = rounded(growth_of(base, targets))
    return Indicator(fold(name), unit, basis, base, targets, None, growth, None, (), line)


def _is_in_name(clause: str, figures: list[re.Match[str]]) -> bool:
    """Tell whether the first of two figures only says which things are counted: 50万元以上仪器入网率达到95%."""
    first, last = figures[0], figures[-1]
    between = clause[first.end() : last.start()].strip()
    reach = _REACH.search(between)
    noun = between[: reach.start()] if reach else ""
    return bool(len(figures) == 2 and first["tail"] and len(noun) > 1 and not _REACH.search(clause[: first.start()]))


def _name(before: str, after: str, *, listed: bool) -> str | None:
    """Return what is counted: the words before the figure, or the noun after it (培育100家企业)."""
    reach = _REACH.search(before)
    name = _clean(before[: reach.start()] if reach else before)
    made = _is_made(before)
    if not name or _MAKE.sub("", name) in {"", "各类"} or (not reach and _only_verb(name)):
        name = _noun_after(after) or ""
        if not before and not listed:
            return None
    elif reach is None and after and not _KEEP_VERB.search(before) and not made:
        return None
    bare = _MAKE.sub("", name)
    return bare if len(bare) > 2 else name


def _is_name(name: str) -> bool:
    return 2 <= len(name) <= 40 and not _BAD_NAME.search(name) and re.search(r"[\u4e00-\u9fff]{2}", name) is not None


def _clean(name: str) -> str:
    return _LEADING.sub("", name.strip(" “”，、：:")).strip()


def _only_verb(name: str) -> bool:
    return _KEEP_VERB.fullmatch(name) is not None or _MAKE.fullmatch(name) is not None


def _is_made(before: str) -> bool:
    return _MAKE.match(_clean(before)) is not None or _only_verb(_clean(before))


def _noun_after(after: str) -> str | None:
    found = re.match(r"^(?:的)?([\u4e00-\u9fffA-Za-z“”]{2,30})$", after.split("，", maxsplit=1)[0])
    return found[1] if found else None
