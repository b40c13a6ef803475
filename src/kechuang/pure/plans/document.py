"""The head of a file: its title, the plan it issues, number, issuers, dates and note."""
# ruff: noqa: PLR2004, RUF001 - a list of printed words stays on one line; small numbers count printed characters, rows or cells; full-width signs are what is read

import re
from itertools import pairwise

from kechuang.pure.plans.blocks import Block, Grid, Paragraph
from kechuang.pure.plans.bodies import is_body, is_strong
from kechuang.pure.plans.dates import DATE, date_in, is_date_line
from kechuang.pure.plans.folding import fold, halfwidth, squeeze
from kechuang.pure.plans.headercells import LABEL
from kechuang.pure.plans.headings import mark_of
from kechuang.pure.plans.results import Document

_KINDS = (
    r"通知|意见|方案|规划|计划|措施|要点|办法|规定|条例|细则|决定|公告|通告|批复|复函|答复|函|章程|指南|纲要|名单|报告|解读|清单|制度|规则|公示|通报|分工|行动|政策|"
    r"分工方案|任务表|安排|准则|规程|公报|决议|命令|请示|纪要|守则|预案|目录|标准|总结|讲话|分解|分解表|任务|条款|建议|指引|若干规定|项目|责任书|路线图|[\u4e00-\u9fff]{2,}表|政策二十条|[一二三四五六七八九十\d]+条"
)
_TITLE_END = re.compile(
    rf"(?:{_KINDS})(?:[（(][^（）()]{{1,40}}[)）]|[（(]?\s*(?:19|20)\d\d\s*[-—–－~～至]+\s*(?:20)?\d\d\s*年?[)）]|[（(][^（）()]{{0,20}}$)*[》”]?$"
)
_NOTICE_END = re.compile(r"的?(?:通知|函|公告|决定|通报|通告|批复|复函|答复|意见)(?:[（(][^（）()]{1,20}[)）])*$")
_ISSUES = re.compile(r"印发|转发|批转|发布|公布|下发|颁发")
_ISSUED = re.compile(
    r"(?:印发|批转|转发|发布|下发|颁发)(?:[《〈](?P<book>[^》〉]+(?:《[^》]+》[^》]*)?)[》〉]|(?P<plain>.+?))(?:等[^的]{0,8})?的?(?:通知|函|公告|决定|通告)(?:（[^）]*）)*$"
)
# 中共某市委印发《…》 without 的通知
_ISSUED_BARE = re.compile(r"(?:印发|发布)[《〈](?P<book>[^》〉]+)[》〉](?P<plain>)$")
_NUMBER = re.compile(
    r"(?P<word>[\u4e00-\u9fff]{1,12}(?:（[\u4e00-\u9fff]{1,4}）)?[\u4e00-\u9fff]{0,6})\s*[〔\[（(【［]\s*(?P<year>(?:19|20)\d\d)\s*[〕\]）)】］]\s*第?\s*(?P<n>\d{1,5})\s*号"
)
# 2021年第15号 and 〔2021〕34号: numbers without the word of a body
_PLAIN_NUMBER = re.compile(r"(?:第\d{1,5}号|(?:19|20)\d\d年第?\d{1,5}号|[〔\[]\d{4}[〕\]]第?\d{1,5}号)")
_SIGNER = re.compile(r"签\s{0,4}发\s{0,4}人\s{0,4}[：:].{0,20}$")
_RED_HEAD = re.compile(r"^(.{2,40}?)\s{0,8}文\s{0,8}件$")
_EFFECTIVE = re.compile(
    r"(?:^|。|本[^。]{0,40}?|(?:印发|公布|发布)[^。，；]{0,12}，[^。，；]{0,8}?)自(?P<date>[^。，]{8,16}?日)起(?:正式)?(?:施行|实施|执行|生效)"
)
_NOTE = re.compile(r"^[（(]\s*(?:此件|本件|此文|本文|有删减|依申请|主动公开|公开发布|不予公开)[^（）()]{0,30}[)）]$")
_SALUTE = re.compile(
    r"^(?!.*[。；！])(?:各|市|省|县|区|州|国务院|有关|本|党中央|中央|机关|直属|全市|全省|[\u4e00-\u9fff]{2,20}(?:局|委|厅|部|府|办|校|院|区|公司|单位|企业|代表|委员|同志)).{0,400}[：:]$"
)
_REDHEAD = re.compile(
    r"^附\s*[件表录]|^.{2,40}文\s*件$|^[★☆]|^机密|^秘密|^特急|^加急|^急件|^0{3,}\d+$|^第\s*\d+\s*号$|^目\s*录$|^（?征求意见稿）?$"
)
_SQUARE = str.maketrans("[]", "〔〕")
_MAX_HEAD = 60
_MAX_SIGNATURE = 200
_MAX_TITLE = 40


def document_of(blocks: list[Block]) -> Document:
    """Return what the file says of itself; nothing is taken from citations in its text."""
    labels, lines = _head(blocks)
    named = labels.get("标题") or labels.get("发文标题") or labels.get("名称") or labels.get("文件名称")
    printed = _unframed(_title(lines) or named or _first_line(lines))
    title = fold(printed) or None
    plain = [block for block in blocks if isinstance(block, Paragraph)]
    signers, signed_on = _signature(plain)
    return Document(
        title=title,
        issued_plan=_issued(title),
        document_number=_number(lines, labels),
        issuers=_issuers(printed, signers, labels) or _red_head(lines),
        signed_on=signed_on
        or _date_beside_number(lines)
        or _labelled_date(labels, ("成文日期", "发文日期", "发文时间", "印发日期", "制发日期", "签发日期")),
        published_on=_labelled_date(
            labels,
            (
                "发布时间",
                "发布日期",
                "公开日期",
                "公布日期",
                "公布时间",
                "发稿时间",
                "上网日期",
                "生成日期",
                "时间",
                "日期",
            ),
        ),
        effective_on=_effective(plain, labels),
        note=next((squeeze(block.text) for block in plain if _NOTE.match(block.text.strip())), None),
    )


def _head(blocks: list[Block]) -> tuple[dict[str, str], list[str]]:
    """Return the labelled facts of the page and the free lines before the body."""
    labels: dict[str, str] = {}
    lines: list[str] = []
    for number, block in enumerate(blocks[:_MAX_HEAD]):
        if isinstance(block, Grid):
            if number < 12:
                _grid_labels(block, labels)
                lines += _numbers_in(block)
            continue
        text = block.text.strip()
        if _begins_body(text):
            break
        if LABEL.match(text) or (LABEL.search(text) and len(text) < 200):
            _line_labels(text, labels)
        else:
            lines.append(text)
    return labels, lines


def _numbers_in(grid: Grid) -> list[str]:
    """Return the document numbers that stand in a small table beside the red head."""
    if len(grid.rows) > 4:
        return []
    cells = [squeeze(_SIGNER.sub("", cell)) for row in grid.rows for cell in row]
    return [cell for cell in cells if _NUMBER.fullmatch(cell)]


def _begins_body(text: str) -> bool:
    if mark_of(text) is not None and not is_date_line(text):
        return True
    return _SALUTE.match(text) is not None or len(text) > 160 or (text.endswith("。") and len(text) > 20)


def _line_labels(text: str, labels: dict[str, str]) -> None:
    found = list(LABEL.finditer(text))
    for place, label in enumerate(found):
        end = found[place + 1].start() if place + 1 < len(found) else len(text)
        value = text[label.end() : end].strip()
        labels.setdefault(squeeze(label["label"]), re.split(r"文章来源|来源[:：]|浏览", value)[0].strip())


def _grid_labels(grid: Grid, labels: dict[str, str]) -> None:
    for row in grid.rows:
        for cell, value in pairwise(row):
            found = LABEL.match(cell.strip() + ("" if cell.strip().endswith(("：", ":")) else "："))
            if found and value.strip() and value != cell:
                labels.setdefault(squeeze(found["label"]), value.strip())
        for cell in row:
            if LABEL.match(cell.strip()):
                _line_labels(cell.strip(), labels)


def _title(lines: list[str]) -> str | None:
    """Return the printed title; a notice goes before the plan whose name a page puts above it."""
    free = _without_site([line for line in lines if line and not _is_aside(line)])
    found: list[str] = []
    for start in range(len(free)):
        title = _title_at(free, start)
        if title is not None:
            found.append(title)
    if not found:
        return None
    notice = next((title for title in found if _issued(fold(_unframed(title))) == fold(found[0])), None)
    return notice or found[0]


def _without_site(free: list[str]) -> list[str]:
    """Drop the name of a site that stands above the title of the same body."""
    return [
        line
        for line, below in zip(free, [*free[1:], ""], strict=False)
        if not (is_body(fold(line)) and fold(below).startswith((fold(line) + "关于", fold(line) + "印发")))
    ]


def _title_at(free: list[str], start: int) -> str | None:
    joined = ""
    for line in free[start : start + 6]:
        joined = _spaced(joined, line)
        if _is_title(_unframed(joined)):
            return _with_tail(joined, free, start, line)
        if len(joined) > 160:
            break
    return None


def _first_line(lines: list[str]) -> str:
    free = [line.strip() for line in lines if line.strip() and not _is_aside(line)]
    plain = free[0] if free and 4 <= len(free[0]) <= _MAX_TITLE else ""
    return "" if re.search(r"[。；，：,;:]|^《", plain) else plain


def _unframed(title: str) -> str:
    """Return a title without the book marks some pages put around the whole of it."""
    whole = re.fullmatch(r"\s*《([^《》]*(?:〈[^〈〉]*〉)?[^《》]*(?:通知|意见|决定|公告))》\s*", title)
    return whole[1] if whole else title


def _spaced(left: str, right: str) -> str:
    # Several issuers stand on lines of their own above 关于…: the break between them is kept.
    apart = (
        bool(left)
        and is_body(fold(left.rsplit(maxsplit=1)[-1]))
        and is_body(fold(right.split(maxsplit=1)[0] if right else ""))
    )
    return f"{left} {right}" if apart else left + right


def _with_tail(joined: str, free: list[str], start: int, line: str) -> str:
    place = free.index(line, start) + 1
    tail = free[place] if place < len(free) else ""
    if (
        re.match(r"^[（(][^（）()]{2,30}[)）]$", tail)
        and not _NUMBER.search(tail)
        and not _NOTE.match(tail)
        and not is_date_line(tail)
    ):
        return joined + tail
    return joined


def _is_aside(line: str) -> bool:
    plain = line.strip()
    return bool(
        not re.search(r"[\u4e00-\u9fff]", plain)
        or is_date_line(plain)
        or _is_number_line(plain)
        or _REDHEAD.match(plain)
        or _NOTE.match(plain)
    )


def _is_number_line(line: str) -> bool:
    """Tell whether a line prints the document's number, alone or with its date or the signer."""
    plain = _SIGNER.sub("", line).strip()
    bare = squeeze(plain).strip("（）()")
    if not bare or _NUMBER.fullmatch(bare) or _PLAIN_NUMBER.fullmatch(bare):
        return True
    return _date_beside_number([plain]) is not None


def _date_beside_number(lines: list[str]) -> str | None:
    """Return the date of a line like （示办发〔2022〕31号 2022年8月19日）."""
    for line in lines:
        bare = squeeze(halfwidth(line)).strip("()")
        found = _NUMBER.search(bare) if len(bare) <= _MAX_TITLE else None
        if found is None:
            continue
        before = DATE.match(bare)  # the word of the body would swallow 日 of a date before it
        rest = bare[: found.start("word")] + bare[found.end() :] if before is None else before[0]
        if is_date_line(rest.strip(",")) and (before is None or _NUMBER.fullmatch(bare[before.end() :].strip(","))):
            return date_in(rest)
    return None


def _red_head(lines: list[str]) -> tuple[str, ...]:
    heads = [found[1] for line in lines if (found := _RED_HEAD.match(line))]
    return tuple(name for head in heads for name in _bodies_in(head))


def _is_title(text: str) -> bool:
    plain = text.strip()
    if not 6 <= len(squeeze(plain)) <= 160 or plain.endswith(("。", "；", "：")):
        return False
    if "关于" in plain and _ISSUES.search(plain) and not plain.startswith("《"):
        return _NOTICE_END.search(squeeze(plain)) is not None
    return _TITLE_END.search(squeeze(plain)) is not None


def _issued(title: str | None) -> str | None:
    found = (_ISSUED.search(title) or _ISSUED_BARE.search(title)) if title else None
    if found is None:
        return None
    name = found["book"] or (found["plain"] or "").strip("《》的")
    return name or None


def _number(lines: list[str], labels: dict[str, str]) -> str | None:
    for text in [
        labels.get("发文字号", ""),
        labels.get("发文文号", ""),
        labels.get("文号", ""),
        labels.get("字号", ""),
        labels.get("文件编号", ""),
        labels.get("发布文号", ""),
        labels.get("发布字号", ""),
        *lines,
    ]:
        found = _NUMBER.search(DATE.sub("", halfwidth(text)).replace(" ", ""))
        alone = found and len(squeeze(DATE.sub("", halfwidth(text)))) - len(found[0]) <= 12
        if found and alone:
            return f"{squeeze(found['word'])}〔{found['year']}〕{int(found['n'])}号"
    plain = (squeeze(line).strip("（）()") for line in lines)
    return next((line.translate(_SQUARE) for line in plain if _PLAIN_NUMBER.fullmatch(line)), None)


def _labelled_date(labels: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((day for name in names if (day := date_in(labels.get(name, "")))), None)


def _signature(plain: list[Paragraph]) -> tuple[list[str], str | None]:
    """Return the bodies that sign and the date below them: the first date on a line of its own."""
    for place, block in enumerate(plain):
        text = block.text.strip()
        if len(text) > _MAX_SIGNATURE:
            continue
        if not is_date_line(text):
            found = _signed_in_one_line(text)
            if found is None:
                continue
            return found
        return _signers(plain[max(0, place - 15) : place]), date_in(text)
    return [], None


def _signed_in_one_line(text: str) -> tuple[list[str], str | None] | None:
    parts = re.split(r"\s+", text)
    if (
        2 <= len(parts) <= 12
        and len(text) < 200
        and is_date_line(parts[-1])
        and all(is_body(fold(part)) for part in parts[:-1])
    ):
        return [fold(part) for part in parts[:-1]], date_in(parts[-1])
    return None


def _signers(lines: list[Paragraph]) -> list[str]:
    names: list[str] = []
    for block in reversed(lines):
        parts = [fold(part) for part in re.split(r"[\s、]+", block.text.strip()) if part]
        if not parts or not all(is_body(part) and len(part) <= 30 for part in parts):
            joined = fold(block.text)
            if is_body(joined) and len(joined) <= 30:
                parts = [joined]
            else:
                break
        names = parts + names
    return names


def _issuers(title: str, signers: list[str], labels: dict[str, str]) -> tuple[str, ...]:
    # 某办公厅转发某部等部门关于…: who passes on is the issuer, not whose text it is.
    before = re.split(r"关于|转发|批转|印发", title, maxsplit=1)[0]
    before = "" if before == title else before
    named = _bodies_in(before)
    joined = "".join(signers)
    if signers and (
        not named or (len(signers) > len(named) and (joined.startswith(named[0][:2]) or before.endswith("部门")))
    ):
        return tuple(dict.fromkeys(signers))
    if named:
        return tuple(named)
    label = (
        labels.get("发文机关")
        or labels.get("发文部门")
        or labels.get("制定机关")
        or labels.get("发文机构")
        or labels.get("发布机构")
        or labels.get("发布部门")
        or labels.get("公布机关")
        or labels.get("发文单位")
        or labels.get("制发机关")
        or ""
    )
    return tuple(name for name in (fold(part) for part in re.split(r"[\s、，；;]+", label)) if is_body(name))


_GLUE = re.compile(
    r"(?<=[部委局厅办院署会行])(?=(?:中共|国家|中国|教育部|科技部|科学技术部|财政部|工业和信息化部|人力资源|商务部|农业农村部|自然资源部|生态环境部|全国|中央|国务院|省|市|自治区|[\u4e00-\u9fff]{2,8}?(?:省|市|州|县|区)(?:人民政府|[\u4e00-\u9fff]{2,12}(?:局|委员会|委|厅|办公室|办))))"
)


def _bodies_in(text: str) -> list[str]:
    """Return the issuers before 关于, parted at spaces or where a new body begins."""
    text = re.sub(r"等[\d一二三四五六七八九十]+(?:个)?(?:部门|单位|部委|厅局|局)$", "", text)
    names: list[str] = []
    for piece in re.split(r"[\s、，]+", text):
        names += [name for name in _unglued(piece) if is_strong(name)]
    return names


def _unglued(text: str) -> list[str]:
    """Part 示例省科学技术厅示例省财政厅: the same place name begins each body."""
    for size in (2, 3, 4, 5, 6):
        place = text[:size]
        cuts = [found.start() for found in re.finditer(re.escape(place), text)] if len(text) > 2 * size else []
        if len(cuts) > 1 and place[-1] in "省市县区州盟旗":
            return [text[a:b] for a, b in zip(cuts, [*cuts[1:], len(text)], strict=True)]
    if text.startswith("中共") and "委" in text:
        cut = re.search(r"(?<=办公[室厅])(?=.)|(?<=委员会)(?!办公)(?=.)", text)
        if cut:
            return [text[: cut.start()], *_unglued(text[cut.start() :])]
    return [part for part in _GLUE.split(text) if part]


def _effective(plain: list[Paragraph], labels: dict[str, str]) -> str | None:
    for block in plain:
        if "自" in block.text and "起" in block.text:
            for found in _EFFECTIVE.finditer(block.text.strip()):
                day = date_in(found["date"])
                if day:
                    return day
    return _labelled_date(labels, ("生效日期", "实施日期", "施行日期", "实施时间"))
