"""Headings: what part of a numbered paragraph is its title, and what kind of part a title names."""
# ruff: noqa: E501, PLR2004 - a list of printed words stays on one line; small numbers count printed characters, rows or cells

import re
from typing import Literal, NamedTuple

from kechuang.pure.plans.folding import fold

Form = Literal["own", "run_in", "sentence", "long", "item"]
Kind = Literal["task", "guarantee", "general", "timetable", "background"]

_MAX_OWN = 80
_MAX_TITLE = 42
_MAX_SENTENCE = 26
_STOP = re.compile(r"[。！？]|(?<=[\u4e00-\u9fff])\.(?=[\u4e00-\u9fff])")
_COLON = re.compile(r"[：:]")
_WIDE = re.compile(r"[ \u3000\t]{2,}|(?<=[\u4e00-\u9fff])[ \u3000](?=[\u4e00-\u9fff])")
# 第七条【信息公示】…: the title stands in a frame of its own
_FRAMED = re.compile(r"^[【（(〔]([\u4e00-\u9fff、]{2,20})[】）)〕]\s*(?=[\u4e00-\u9fff])")
_BRACKETS = re.compile(r"[（(][^（）()]*[)）]")
_NOT_TITLE = re.compile(
    r"^(?:对|对于|凡|经|自|在|到|至|从|由|每|按照|根据|为了|为|上述|本|各|鼓励.{12,}|已|未|如|若|申请|凡是)(?=.{6,})|\d+(?:\.\d+)?(?:万|亿|元|％|%|家|个|项|人|名)|的，|给予|奖励|不得|应当|应在|须|年\d|(?<!^)20\d\d年|^20\d\d年(?!(?:度|全[市省县区国州])?[\u4e00-\u9fff]{0,12}(?:任务|工作|计划|安排|重点|目标|要点|总结|打算|思路|情况)$)"
)


class Split(NamedTuple):
    """A numbered paragraph parted in title and text."""

    form: Form
    title: str
    text: str


def split_title(rest: str) -> Split:
    """Part ``rest`` (a paragraph without number and responsibilities) in title and text.

    ``own``: the whole paragraph is a title; ``run_in``: a title, a stop, then text;
    ``sentence``: one sentence only; ``long``: text without a title; ``item``: an item of a list.
    """
    rest = rest.strip()
    framed = _FRAMED.match(rest)
    if framed:
        return Split("run_in", framed[1], rest[framed.end() :].strip())
    stop = _STOP.search(rest)
    colon = _COLON.search(rest)
    if colon and (stop is None or colon.start() < stop.start()):
        split = _at_colon(rest, colon.start())
        if split is not None:
            return split
    if stop is None:
        return _without_stop(rest)
    head, tail = rest[: stop.start()], rest[stop.end() :].strip()
    if not tail:
        return Split("sentence", head, "")
    return Split("run_in", head, tail) if len(head) <= _MAX_TITLE else Split("long", "", rest)


def _at_colon(rest: str, place: int) -> Split | None:
    head, tail = rest[:place], rest[place + 1 :].strip()
    if len(head) > 24 or "，" in head or "," in head:
        return None
    return Split("run_in", head, tail) if tail else Split("own", head, "")


def _without_stop(rest: str) -> Split:
    if rest[-1:] in "；;，,、":
        return Split("item", rest.rstrip("；;，,、"), "")
    wide = _WIDE.search(rest)
    if wide and 3 < wide.start() <= 24 and len(rest) > 2 * wide.start() + 20 and "，" not in rest[: wide.start()]:
        return Split("run_in", rest[: wide.start()], rest[wide.end() :])
    return Split("own", rest, "") if len(rest) <= _MAX_OWN else Split("long", "", rest)


def looks_like_title(split: Split) -> bool:
    """Tell whether the words before the first stop read like a title, not like a provision."""
    title = split.title
    if not title or split.form in {"long", "item"} or _NOT_TITLE.search(_BRACKETS.sub("", title)):
        return False
    return len(title) <= (
        _MAX_SENTENCE if split.form == "sentence" else _MAX_TITLE if split.form == "run_in" else _MAX_OWN
    )


def title_of(text: str) -> str:
    """Return a title as stored: folded, without the closing stop."""
    return fold(text).rstrip("。；，、：.")


_LEAD = r"(?:进一步|切实|不断|全面|着力|大力|持续)?(?:加强|强化|完善|健全|落实|做好|抓好|夯实|严格|优化|加大|建立|建立健全|健全完善|凝聚)?"
_OBJECT = r"(?:规划|计划|方案|行动|政策|意见|工作|任务|措施|项目)?(?:的)?"
_GENERAL = re.compile(
    r"^(?:(?:明确|突出|准确把握|牢牢把握|把握)?(?:总体|工作|发展|基本|主要|行动|建设|实施|指导|具体|年度|阶段性?|远景|近期|预期|规划|战略|改革|创新|奋斗|总的|编制|整体)*"
    r"(?:要求|思想|原则|目标|思路|定位|愿景|方针|理念|布局|考虑|依据|概况|任务目标|目标任务|方向|策略|框架)(?:[和与及、]?(?:主要|工作|发展|基本|总体|重点)*(?:要求|思想|原则|目标|思路|定位|愿景|理念|布局|指标|任务目标|依据|策略|方针))*"
    r"|(?:适用|实施|支持|试点|奖补|政策)(?:范围|对象|条件)(?:和(?:范围|对象|条件))*|范围|对象|总则|附则|名词解释|术语.*|引言|前言|序言|导言|说明|编制说明|"
    r".*(?:指导思想|基本原则|总体要求|总体目标|主要目标|发展目标|工作目标|总体思路|发展思路|行动目标|目标指标|主要指标|指标体系|预期目标)|"
    r"(?:深刻|充分|准确|全面)?(?:认识|把握|领会|提高认识).*(?:意义|重要性|必要性|紧迫性|形势|要求)?|.*(?:重要|重大|战略)意义|统一思想.*|提高(?:政治站位|思想认识|认识).*)$"
)
_BACKGROUND = re.compile(
    r"^.*(?:发展基础|工作基础|基础现状|发展现状|现状|现实基础|面临形势|面临的形势|形势分析|发展形势|形势与|与形势|形势和|和形势|发展环境|机遇与挑战|机遇和挑战|主要成效|工作回顾|"
    r"情况回顾|取得的成绩|取得成效|成就|存在问题|存在的问题|主要问题|规划背景|编制背景|发展背景|建设背景|背景|基本情况|基本形势|需求分析|形势需求|发展机遇|战略态势|态势|发展条件|优势条件|短板弱项|问题和挑战|问题与挑战|面临挑战|形势)$"
    r"|^(?:上半年|全年)?(?:主要|重点)?(?:工作|任务|目标)*(?:工作总结|总结|工作情况|(?:完成|进展|开展|落实)情况)$"
    r"|^(?:发展|工作|建设|现有|良好)?基础(?:和|与|条件|良好|扎实).*|^“?十[一二三四五]五”?(?:时期|期间)?.*(?:回顾|成就|成效|进展)$"
)
_TIMETABLE = re.compile(
    r"^(?:实施|工作|推进|方法|行动|整治|活动|进度|时间|阶段|创建|具体)*(?:步骤|进度|进度安排|时间安排|阶段安排|步骤安排|时间进度|进度计划|时间表|阶段划分|阶段|时间节点|步骤和时间安排|安排步骤|步骤及时间|进程)(?:[和与及、].{2,8})?$"
    r"|^(?:时间|进度|实施)安排.*$"
)
_GUARANTEE = re.compile(
    rf"^{_LEAD}{_OBJECT}(?:保障措施|保障机制|工作保障|组织保障|实施保障|组织实施|组织推进|组织领导|组织管理|保障体系|保障工作|推进机制|工作机制|推进措施|推动落实|统筹推进|实施机制|"
    r"工作要求|有关要求|相关要求|几点要求|其他要求|落实要求|组织保证|保证措施|支持保障|政策保障|条件保障|综合保障|支撑保障|规划实施|实施管理|监测评估|督导考核|监督考核|督查考核|考核评价|"
    r"组织和实施|支撑体系和保障措施|保障支撑|贯彻落实|组织落实|督促落实|工作落实|责任落实|推进落实|要求)$"
    rf"|^{_LEAD}(?:规划|组织|工作|计划|方案|方案的?)?(?:组织|实施|领导|保障|政策)[和与、及](?:保障|实施|组织|领导|推进|管理|支持|服务|机制|落实).*$"
    r"|^(?:保障|保障和.{2,6}|.{0,6}保障措施.{0,4}|.{0,8}组织实施|.{0,6}组织领导.{0,10}|.{0,10}组织保障.{0,6}|.{0,8}实施保障|.{0,6}保障机制.{0,2})$"
)
# 夯实工作基础 and 优化发展环境 say what is to be done; 工作基础 and 发展环境 describe.
_DOES = re.compile(
    r"^(?:继续|进一步|持续|不断|着力|加快|夯实|优化|营造|改善|加强|强化|完善|打造|提升|筑牢|构建|解决|整改|破解|化解|创造|塑造|厚植|抢抓|推动|推进|促进|建设|建立|健全|拓展|扩大|巩固|"
    r"开展|深化|培育|实施|加大|保障|用好|改进|落实|支持|引导|鼓励|培养|引进|发展|突出|聚焦)(?!.*(?:要求|思想|原则|思路)$)(?!基础|现状|目标|环境|形势|机遇|背景|思路|定位|范围|对象|条件|步骤|期限|原则|依据)"
)
_CONTAINER = re.compile(
    r"^(?:下一步|今后|近期|\d{4}年(?:度)?|全市|全省|本年度|科技创新|推进|明确|突出)?(?:重点|主要|工作|具体|核心|年度|目标|发展|建设|改革|行动|实施|政策|试点|总体|(?:支持|扶持|奖励|奖补)(?=内容|措施|政策|事项))*(?:任务|举措|措施|工作|内容|事项|行动|工程|项目|要点|政策|支持政策|分工|安排|清单|工作安排)"
    r"(?:[和与及、](?:重点|主要|工作|具体|责任|政策)*(?:任务|举措|措施|工作|内容|事项|行动|工程|项目|分工|安排))*(?:及.{0,6}分工)?$"
)


_YEAR = re.compile(r"^20\d\d年(?:度|以来)?(?=.)")


def kind_of(title: str) -> Kind | None:
    """Return what kind of part a title names, None where it says nothing of its kind."""
    name = re.sub(r"（[^（）]*）", "", fold(title)).rstrip("。：；")
    name = _YEAR.sub("", name.removeprefix("“十四五”").removeprefix("“十五五”"))
    if _BACKGROUND.match(name) and not _DOES.match(name):
        return "background"
    if _GUARANTEE.match(name):
        return "guarantee"
    if _TIMETABLE.match(name):
        return "timetable"
    if is_container(name):
        return "task"
    return "general" if _GENERAL.match(name) and not _DOES.match(name) else None


def is_container(title: str) -> bool:
    """Tell whether a title only says that tasks follow (重点任务, 主要措施)."""
    name = re.sub(r"（[^（）]*）", "", fold(title)).rstrip("。：；")
    if name.endswith(("保障措施", "目标任务")) or len(name) > 14:
        return False
    return _CONTAINER.match(name) is not None
