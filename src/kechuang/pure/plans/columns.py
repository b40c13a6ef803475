"""What the header of a table column says: its role, and the year of its figures."""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from kechuang.pure.plans.folding import fold, halfwidth

Role = Literal[
    "no",
    "item",
    "category",
    "indicator",
    "unit",
    "attribute",
    "lead",
    "duty",
    "cooperating",
    "deadline",
    "growth",
    "base",
    "value",
    "remark",
    "person",
    "detail",
    "office",
    "place",
]

_UNITS = r"(?:责任)?(?:单位|部门|处室|科室|股室|主体|机构)"
_PATTERNS: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("no", re.compile(r"^(?:序号|编号|项次|序|№|No\.?|NO\.?)$")),
    (
        "place",
        re.compile(
            r"^(?:县区|区县|县（市、区）|县\(市、区\)|市州|市（州）|地区|区域|地市|市县|县市区|各县区|县|区|市|乡镇|镇街|乡镇（街道）|企业名称|项目单位|高校名称|单位名称|学校)$"
        ),
    ),
    ("unit", re.compile(r"^(?:计量|指标|计算)?单位$")),
    (
        "person",
        re.compile(
            r"^(?:(?:责任|分管|牵头|包抓|包保|挂钩|联系|市级|县级|市)*(?:领导|人|人员|同志)|责任人.*|联系人|联系电话|联系方式)$"
        ),
    ),
    (
        "growth",
        re.compile(
            r"(?:年均|每年|年度|年).{0,4}(?:增速|增长|增幅|递增)|^(?:增速|增长率|增幅|增长).{0,6}$|累计增长|累计.{0,2}增速"
        ),
    ),
    ("attribute", re.compile(r"^(?:指标)?(?:属性|性质|类型)$")),
    ("lead", re.compile(rf"^(?:市级|省级|第一)?(?:牵头|主办|主责|主要责任)(?:（责任）|责任|负责)?{_UNITS}")),
    (
        "cooperating",
        re.compile(rf"^(?:主要|市级|省级)?(?:配合|参与|参加|协办|协同|协作|协助|支持)(?:落实|推进)?{_UNITS}"),
    ),
    (
        "duty",
        re.compile(
            rf"(?:责任|负责|实施|落实|承办|承担|主管|推进|归口|组织|填报|考核|管理|完成|数据来源){_UNITS}|^(?:{_UNITS}|责任分工|任务分工|职责分工|数据来源)$"
        ),
    ),
    (
        "deadline",
        re.compile(
            r"时限|完成时间|时间节点|时间要求|完成日期|办结时间|推进时间|实施时间|进度安排|时间安排|起止时间|时间进度|进度要求|^时间$|^进度$"
        ),
    ),
    ("remark", re.compile(r"^(?:备注|说明|来源|依据|指标解释|指标说明|计算方法|政策依据)$")),
    ("indicator", re.compile(r"指标(?:名称|内容|项目?|体系)?$|^指标")),
    (
        "category",
        re.compile(
            r"^(?:类别|分类|类型|领域|板块|方面|维度|大类|任务类别|任务分类|工作类别|工程|行动|任务领域|重点领域)$|^一级指标|指标类别|指标类型"
        ),
    ),
    (
        "item",
        re.compile(
            r"(?:任务|工作|事项|举措|措施|内容|要点|清单|目标要求|目标任务|行动)(?:名称|内容|举措|措施|分工|清单|事项|要求|分解|安排|条目|项目)*$|^(?:项目|项目名称|名称)$"
        ),
    ),
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_PERIOD = re.compile(r"十([一二三四五六])五")
_BASE = re.compile(r"基期|基数|现状|实际|实绩|完成值|完成情况|基准|基础值|基线|期末值|现值|当前|已达|预计|年初|上年")
_GOAL = re.compile(r"目标|预期|规划|计划|预测|达到|力争|任务值")
_VALUE_WORD = re.compile(
    r"^(?:规划|预期|总体|分年度|年度|指标|阶段|远期|近期|中期)?(?:目标|目标值|基期|基期值|基数|现状值|现状|实际值|完成值|基准值|指标值|预期值|规划值)$"
)


class Column(NamedTuple):
    """The role of a column; ``year`` and ``basis`` where its header prints them."""

    role: Role | None
    header: str
    year: int | None = None
    goal: bool | None = None
    basis: Literal["cumulative", "yearly"] | None = None


def basis_of(text: str) -> Literal["cumulative", "yearly"] | None:
    """Return what ``text`` says of its figures: 累计 or 当年."""
    if "累计" in text:
        return "cumulative"
    return "yearly" if re.search(r"当年|年度新增|每年|当期|年度值|年新增", text) else None


def year_of(text: str) -> int | None:
    """Return the year a header is about; a five-year plan stands for its last year."""
    text = halfwidth(text)
    years = _YEAR.findall(text)
    if years:
        return int(years[-1])
    period = _PERIOD.search(text)
    return 1995 + 5 * ("一二三四五六".index(period[1]) + 1) + 10 if period else None


@lru_cache(maxsize=4096)
def column_of(header: str) -> Column:
    """Return what the header of one column says."""
    text = fold(halfwidth(header))
    plain = re.sub(r"（[^）]*）", "", text) or text
    year = year_of(text)
    growth = next(pattern for role, pattern in _PATTERNS if role == "growth")
    if growth.search(text) and not _GOAL.search(plain):
        return Column("growth", text)
    if year is not None or _VALUE_WORD.match(plain):
        return _value_column(text, year)
    for role, pattern in _PATTERNS:
        if pattern.search(plain):
            return Column(role, text)
    if "指标" in plain:
        return Column("indicator", text)
    return Column(None, text)


def _value_column(text: str, year: int | None) -> Column:
    goal = True if _GOAL.search(text) else False if _BASE.search(text) else None
    if _BASE.search(text) and "目标" not in text:
        goal = False
    return Column("value", text, year, goal, basis_of(text))


def known(header: str) -> bool:
    """Tell whether ``header`` is a word that heads columns."""
    return column_of(header).role is not None
