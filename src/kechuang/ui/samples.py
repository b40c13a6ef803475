"""Sample data of the style guide. Invented; every name says 示例."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from kechuang.ui import charts
from kechuang.ui.parts import LIGHTS, Action, Crumb, Fact, Happening, Pages
from kechuang.ui.tables import Cell, Head, Table

PLATFORMS = (
    ("示例磷石膏综合利用工程技术研究中心", "省级", "示例材料有限公司", "示例东区", "2022-06-30", 12, "on_track"),
    ("示例航空紧固件企业技术中心", "国家级", "示例紧固件股份有限公司", "示例经开区", "2021-12-31", 4, "due_soon"),
    ("示例山地特色农业院士工作站", "省级", "示例农业科学研究院", "示例西区", "2022-11-08", -2, "overdue"),
    ("示例中药材种质资源重点实验室", "市级", "示例学院", "示例南县", "2023-03-15", None, "todo"),
)
COUNTIES = (
    ("示例北县", 0, 0, 4),
    ("示例中区", 0, 1, 17),
    ("示例东区", 0, 2, 9),
    ("示例经济技术开发区", 1, 1, 11),
    ("示例西县", 1, 0, 2),
    ("示例风景名胜区", 2, 0, None),
    ("示例南县", 2, 1, 6),
    ("示例远县", 2, 2, 0),
)


class SampleFilters(forms.Form):
    """Filters as a resource derives them."""

    level = forms.ChoiceField(label="级别", required=False, choices=[("", "全部"), ("p", "省级"), ("c", "市级")])
    county = forms.ChoiceField(label="县区", required=False, choices=[("", "全部"), ("e", "示例东区")])
    kind = forms.MultipleChoiceField(
        label="类别",
        required=False,
        choices=[("k", "企业技术中心"), ("g", "工程技术研究中心"), ("z", "重点实验室"), ("y", "院士工作站")],
        widget=forms.CheckboxSelectMultiple,
    )
    on = forms.CharField(label="截至", required=False, widget=forms.TextInput(attrs={"size": 10}))
    q = forms.CharField(label="名称", required=False, widget=forms.TextInput(attrs={"size": 12}))


class SampleForm(forms.Form):
    """One field of every shape."""

    name = forms.CharField(label="平台名称", help_text="与认定文件上的名称一致", max_length=100)
    level = forms.ChoiceField(label="级别", choices=[("", "请选择"), ("p", "省级"), ("c", "市级")])
    recognised_on = forms.DateField(label="认定日期", help_text="如 20221231、2022-12-31、2022年12月31日")
    money = forms.DecimalField(label="研发投入", help_text="上一年度，保留两位小数", required=False)
    direction = forms.MultipleChoiceField(
        label="所属方向",
        choices=[("a", "新型工业化"), ("b", "农业现代化")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reason = forms.CharField(label="变更事由", max_length=300, widget=forms.Textarea(attrs={"rows": 4}))
    scan = forms.FileField(label="认定文件扫描件", required=False, help_text="PDF，不超过 20 MB")
    true = forms.BooleanField(label="以上内容与认定文件一致")


def showcase() -> dict[str, Any]:
    """Return the context of the style guide page."""
    wrong = SampleForm({"name": "", "level": "p", "recognised_on": "2022-02-30", "reason": "示例事由"})
    return {
        "heading": "示例磷石膏综合利用工程技术研究中心",
        "number": "示例〔2022〕18号",
        "state": "on_track",
        "state_word": "在册",
        "next_step": "2026-12-31 前完成年度报告，由依托单位填报",
        "crumbs": [Crumb("平台", "/"), Crumb("平台名录", "/"), Crumb("示例磷石膏综合利用工程技术研究中心")],
        "actions": [Action("打印", "#"), Action("撤销认定", "#", danger=True), Action("登记变更", "#", primary=True)],
        "search_url": "/",
        "has_aside": True,
        "filters": SampleFilters({"level": "p", "kind": ["k", "g", "z"], "on": "2022-12-31"}, auto_id="f_%s"),
        "table": _table(),
        "pages": Pages(count=42, shown=4, next_url="#"),
        "exports": [("CSV", "#"), ("XLSX", "#")],
        "form": SampleForm(),
        "wrong": wrong,
        **_object(),
        **_charts(),
    }


def _table() -> Table:
    heads = (
        Head("名称", sort_url="?sort=name", direction="ascending"),
        Head("级别", sort_url="?sort=level"),
        Head("依托单位"),
        Head("县区"),
        Head("认定日期", sort_url="?sort=on"),
        Head("剩余工作日", numeric=True),
        Head("状态"),
    )
    labels = [head.label for head in heads]
    rows = tuple(
        (
            Cell(name, href="#"),
            Cell(level, label=labels[1]),
            Cell(host, label=labels[2]),
            Cell(county, label=labels[3]),
            Cell(on, label=labels[4]),
            Cell("—" if left is None else left, numeric=True, label=labels[5]),
            Cell("", light=light, label=labels[6]),
        )
        for name, level, host, county, on, left, light in PLATFORMS
    )
    foot = (Cell("合计 4 个"), *(Cell("", label=label) for label in labels[1:5]), Cell("14", numeric=True), Cell(""))
    return Table(heads=heads, rows=rows, caption="示例平台", foot=foot)


def _object() -> dict[str, Any]:
    return {
        "facts": [
            Fact("类别", "工程技术研究中心"),
            Fact("级别", "省级", source="认定文件"),
            Fact("依托单位", "示例材料有限公司", href="#"),
            Fact("归口部门", "示例科技局"),
            Fact("国民经济行业", None),
            Fact("研发投入", "1\u202f234.50\u202f万元", note="2022 年度，依托单位填报", source="年度报告"),
            Fact("研究方向", "磷石膏制备高强建材、无害化处置与资源化利用，面向示例市磷化工园区。", wide=True),
        ],
        "events": [
            Happening(date(2023, 4, 12), "提交 2022 年度报告", "示例材料有限公司", "研发投入 1\u202f234.50 万元"),
            Happening(date(2022, 6, 30), "认定为省级", "示例省科技厅", "示例〔2022〕18号", href="#", official=True),
            Happening(date(2021, 9, 1), "进入培育库", "示例科技局"),
            Happening(None, "基期登记"),
        ],
        "moves": [
            {"label": "申报", "state": "done", "note": "2022-03-01"},
            {"label": "推荐", "state": "done", "note": "2022-03-20"},
            {"label": "评审", "state": "current", "note": "示例处室，剩 5 个工作日"},
            {"label": "公示"},
            {"label": "认定"},
        ],
        "tasks": [
            {"label": "单位信息", "url": "#", "state": "done", "hint": "由统一信用代码带出"},
            {"label": "研发条件", "url": "#", "state": "doing", "word": "填写中 6/9"},
            {"label": "附件", "url": "#", "state": "wrong", "hint": "认定文件缺第 2 页"},
            {"label": "单位审核盖章", "url": "#", "state": "locked", "hint": "完成前三项后可开始"},
        ],
        "before": "牵头单位：示例科技局\n到2022年，新增省级平台4个。",
        "after": "牵头单位：示例科技局、示例工信局\n到2022年，新增省级平台6个。\n按季度报送进展。",
        "lights": tuple(LIGHTS),
    }


def _charts() -> dict[str, Any]:
    targets = [charts.Reading(date(2019 + year, 12, 31), value) for year, value in ((1, 30), (2, 38), (3, 46), (4, 60))]
    actual = [
        charts.Reading(date(2020, 12, 31), 30),
        charts.Reading(date(2021, 6, 30), 31),
        charts.Reading(date(2021, 12, 31), 39),
        charts.Reading(date(2022, 6, 30), 41),
        charts.Reading(date(2022, 11, 8), 43),
    ]
    ahead = charts.Forecast(date(2023, 12, 31), 51, 55, 58)
    path = charts.path_chart
    return {
        "path": path("path", "创新平台总数", targets=targets, actual=actual, forecast=ahead, interactive=True),
        "plain_path": path("plain", "创新平台总数", targets=targets, actual=actual, forecast=ahead),
        "tiers": charts.pyramid(
            "tiers",
            "平台金字塔",
            [
                charts.Tier("国家级", 4, "#", 6),
                charts.Tier("省级", 14, "#", 18),
                charts.Tier("市级", 25, "#", 36),
            ],
        ),
        "tiles": charts.tile_map(
            "tiles",
            "各县区平台数",
            [charts.Tile(name, row, col, value, "#") for name, row, col, value in COUNTIES],
        ),
        "bullets": charts.bullet_bars(
            "bullets",
            "部门完成情况",
            [
                charts.Bullet("示例科技局", 18, 20, "#", "on_track"),
                charts.Bullet("示例工信局", 9, 16, "#", "behind"),
                charts.Bullet("示例农业农村局", 2, 10, "#", "missed"),
                charts.Bullet("示例发展改革委", 6, None, "#"),
            ],
            label="部门",
        ),
        "spark": charts.sparkline([30, 31, 39, 41, 43], title="近三年平台总数"),
        "many": charts.small_multiples(
            "many",
            "各类平台",
            [
                path(f"many-{place}", word, targets=targets, actual=actual[: place + 2], small=True)
                for place, word in enumerate(("工程技术研究中心", "重点实验室", "企业技术中心"))
            ],
        ),
    }
