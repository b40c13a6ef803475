"""The data sets that are published: what each column means, and where its rows come from.

A data set holds what the public sees and nothing else: its rows are asked for as the public.
No column names a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kechuang.portal import dataset_rows as rows
from kechuang.portal.rules import rules

Text = str | Promise
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``name`` is its key in JSON, ``label`` its head in CSV, ``type`` a word of Table Schema."""

    name: str
    label: Text
    type: str
    meaning: Text
    unit: Text = ""


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set (数据集). ``subject`` names the column that holds a platform's number, where there is one.

    ``counts_platforms`` marks one whose numbers are counted from them: two versions of it must not be subtracted to
    find what was concealed in between.
    """

    code: str
    title: Text
    summary: Text
    theme: Text
    keywords: tuple[Text, ...]
    columns: tuple[Column, ...]
    rows: Callable[[date], Iterable[Row]]
    page: str
    subject: str = ""
    counts_platforms: bool = False


STRING, INTEGER, NUMBER, DAY, FLAG = "string", "integer", "number", "date", "boolean"
_LEVEL = Column("level", _("级别"), STRING, _("国家级、省级、市级、培育；空表示认定已终止"))
_KIND = Column("kind", _("类别"), STRING, _("平台类别的名称"))
_COUNTY = Column("county", _("县区"), STRING, _("依托单位所在县区"))
_DEPARTMENT = Column("department", _("归口部门"), STRING, _("在该级别归口管理的部门"))
PLATFORMS, PLAN, SERVICE = _("创新平台"), _("行动方案"), _("政务服务")

_ALL = (
    DataSet(
        "platforms",
        _("平台名录"),
        _("登记库中对外公开的全部创新平台，一行一个，为截至日期当天的情况。"),
        PLATFORMS,
        (_("创新平台"), _("认定"), _("依托单位")),
        (
            Column("number", _("编号"), STRING, _("登记库编号，长期不变")),
            Column("name", _("平台名称"), STRING, _("登记名称")),
            _KIND,
            _LEVEL,
            Column("level_since", _("本级认定日期"), DAY, _("现有级别的认定日期")),
            Column("document_number", _("认定文号"), STRING, _("现有级别的认定文件")),
            Column("standing", _("状态"), STRING, _("正常、警告、整改等")),
            Column("host", _("依托单位"), STRING, _("依托单位的登记名称")),
            Column("host_credit_code", _("统一社会信用代码"), STRING, _("依托单位的代码；空表示未登记")),
            _COUNTY,
            _DEPARTMENT,
            Column("industry_code", _("行业代码"), STRING, _("GB/T 4754 的代码；空表示未登记")),
            Column("direction", _("产业方向"), STRING, _("本市产业方向；空表示未登记")),
        ),
        rows.platforms,
        "platforms:list",
        subject="number",
    ),
    DataSet(
        "recognitions",
        _("平台认定"),
        _("每一次有效的认定：哪个平台、什么级别、凭哪份文件、何时终止。"),
        PLATFORMS,
        (_("认定"), _("文号")),
        (
            Column("number", _("平台编号"), STRING, _("登记库编号")),
            Column("name", _("平台名称"), STRING, _("认定当天的名称；当天无登记的为现名")),
            Column("level", _("级别"), STRING, _("认定的级别")),
            Column("recognised_on", _("认定日期"), DAY, _("自这一天起计入")),
            Column("document_number", _("认定文号"), STRING, _("认定文件")),
            Column("recognised_by", _("认定机关"), STRING, _("发文机关")),
            Column("ended_on", _("终止日期"), DAY, _("这一天起不再计入；空表示有效")),
            Column("ending", _("终止原因"), STRING, _("升级、到期、撤销、注销、口径调整")),
        ),
        rows.recognitions,
        "portal:notices",
        subject="number",
    ),
    DataSet(
        "platform_counts",
        _("平台数量"),
        _("截至日期当天各县区、各类别、各级别的平台数，由名录逐个数出；没有列出的组合为零。"),
        PLATFORMS,
        (_("创新平台"), _("统计")),
        (_COUNTY, _KIND, _LEVEL, Column("count", _("数量"), INTEGER, _("平台数"), _("个"))),
        rows.platform_counts,
        "portal:figures",
        counts_platforms=True,
    ),
    DataSet(
        "indicators",
        _("方案指标"),
        _("现行方案每项指标各年末的目标与实有；实有由登记库计数，不是填报的。"),
        PLAN,
        (_("行动方案"), _("指标"), _("目标")),
        (
            Column("code", _("指标代码"), STRING, _("计数口径的代码；空表示尚无登记库可数")),
            Column("name", _("指标"), STRING, _("方案所列名称")),
            Column("unit", _("单位"), STRING, _("目标与实有的计量单位")),
            Column("year", _("年度"), INTEGER, _("目标年度")),
            Column("day", _("截至"), DAY, _("实有数的截至日期")),
            Column("is_base", _("基期"), FLAG, _("该年是否为基期")),
            Column("target", _("目标"), NUMBER, _("累计目标；空表示方案没有定"), _("见单位列")),
            Column("reached", _("实有"), NUMBER, _("截至日实有；空表示年度未到或无人计数"), _("见单位列")),
        ),
        rows.indicators,
        "portal:figures",
        counts_platforms=True,
    ),
    DataSet(
        "clauses",
        _("方案条款"),
        _("现行方案的任务与保障，含标题和摘要。"),
        PLAN,
        (_("行动方案"), _("任务")),
        (
            Column("plan", _("方案代码"), STRING, _("方案的代码")),
            Column("path", _("位置"), STRING, _("在方案中的位置")),
            Column("kind", _("类型"), STRING, _("任务、保障等")),
            Column("title", _("标题"), STRING, _("条款标题")),
            Column("summary", _("摘要"), STRING, _("条款内容的摘要")),
        ),
        rows.clauses,
        "plan:overview",
    ),
    DataSet(
        "competence",
        _("归口管理"),
        _("每类平台在每一级由谁认定、本市由哪个部门归口。"),
        PLATFORMS,
        (_("归口管理"), _("认定机关")),
        (
            _KIND,
            Column("level", _("级别"), STRING, _("国家级、省级、市级、培育")),
            Column("department", _("归口部门"), STRING, _("本市归口部门")),
            Column("recognised_by", _("认定机关"), STRING, _("作出认定的机关")),
            Column("document", _("依据"), STRING, _("所依据的文件；空表示待核")),
            Column("closed", _("不再认定"), FLAG, _("该级别是否已停止认定")),
            Column("template", _("模板"), FLAG, _("是否取自外地示例而未经本市核实")),
        ),
        rows.competence,
        "platforms:matrix",
    ),
    DataSet(
        "service_items",
        _("服务事项"),
        _("可以申报的事项：谁可以申报、由谁办理、承诺几个工作日。"),
        SERVICE,
        (_("政务服务"), _("申报")),
        (
            Column("code", _("事项代码"), STRING, _("事项的代码，长期不变")),
            Column("title", _("事项名称"), STRING, _("事项名称")),
            Column("group", _("分类"), STRING, _("事项的分类")),
            Column("applicants", _("谁可以申报"), STRING, _("单位类型，以顿号分开")),
            Column("department", _("办理部门"), STRING, _("办理部门")),
            Column("promised_days", _("承诺时限"), INTEGER, _("从受理到决定；空表示未定"), _("个工作日")),
            Column("always_open", _("常年受理"), FLAG, _("不须等申报通知")),
            Column("template", _("模板"), FLAG, _("是否取自外地示例而未经本市核实")),
        ),
        rows.service_items,
        "calls:items",
    ),
    DataSet(
        "application_counts",
        _("申报办理情况"),
        _("各事项各数据年度的申报、通过、未通过和在办数。小于保护界限的数不公布，能推出它的合计也不公布。"),
        SERVICE,
        (_("政务服务"), _("统计")),
        (
            Column("item", _("事项名称"), STRING, _("事项名称")),
            Column("year", _("数据年度"), INTEGER, _("申报所用数据的年度")),
            Column("approved", _("通过"), INTEGER, _("作出通过决定的；空表示数小不公布"), _("件")),
            Column("refused", _("未通过"), INTEGER, _("作出不予通过决定的；空表示数小不公布"), _("件")),
            Column("pending", _("在办"), INTEGER, _("已提交而未作决定的；空表示数小不公布"), _("件")),
            Column("received", _("申报合计"), INTEGER, _("以上三项之和；空表示其中有不公布的"), _("件")),
        ),
        rows.application_counts,
        "calls:items",
    ),
    DataSet(
        "metrics",
        _("指标字典"),
        _("申报和评价所用的数据项：叫什么、什么意思、什么单位、出自何处。"),
        SERVICE,
        (_("数据元"), _("指标")),
        (
            Column("code", _("代码"), STRING, _("数据项的代码")),
            Column("label", _("名称"), STRING, _("数据项的名称")),
            Column("group", _("分组"), STRING, _("数据项的分组")),
            Column("unit", _("单位"), STRING, _("计量单位；空表示无单位")),
            Column("definition", _("定义"), STRING, _("怎样算")),
            Column("source", _("出处"), STRING, _("定义的出处")),
        ),
        rows.metrics,
        "facts:metrics",
    ),
)


def datasets() -> tuple[DataSet, ...]:
    """Return the data sets the city publishes, in the order they are shown."""
    withheld = rules().withheld
    return tuple(each for each in _ALL if each.code not in withheld)


def dataset_called(code: str) -> DataSet | None:
    """Return the published data set called ``code``."""
    return next((each for each in datasets() if each.code == code), None)
