"""The parts pages are made of: markup that means the same without colour, script or style."""

from __future__ import annotations

import re
from datetime import date
from enum import Enum
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import get_template

from kechuang.ui import parts
from kechuang.ui.tables import Cell, Head, Table

UI = Path(parts.__file__).parent
TEMPLATES = sorted(UI.glob("templates/**/*.html"))


def drawn(source: str, **context: object) -> str:
    text = Template("{% load kechuang %}" + source).render(Context(context))
    return re.sub(r"[ \n]+", " ", text).strip()


class Alert(Enum):
    BEHIND = "behind"


class ChangeForm(forms.Form):
    name = forms.CharField(label="名称")
    reason = forms.CharField(label="事由", max_length=5, widget=forms.Textarea, help_text="一句话")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_carries_a_style_or_a_script_of_its_own(path: Path) -> None:
    text = path.read_text()
    assert re.findall(r"\sstyle=|<style|\son\w+=|javascript:", text) == []
    assert re.findall(r"<script(?![^>]*\s(?:src=|type=.application/json.))", text) == []
    get_template(str(path.relative_to(UI / "templates")))


@pytest.mark.parametrize("key", sorted(parts.LIGHTS))
def test_a_light_is_never_colour_alone(key: str) -> None:
    light = parts.light_of(key)
    assert light.shape in "●▲■◐○"
    assert str(light.word)
    assert f'aria-hidden="true">{light.shape}</span>{light.word}' in drawn("{% light key %}", key=key)


def test_the_bad_lights_share_a_shape_that_the_good_ones_do_not_have() -> None:
    shapes: dict[str, set[str]] = {}
    for light in parts.LIGHTS.values():
        shapes.setdefault(light.tone, set()).add(light.shape)
    assert shapes == {"good": {"●"}, "warn": {"▲"}, "bad": {"■"}, "calm": {"◐"}, "none": {"○"}}


def test_a_light_reads_enums_and_never_colours_what_it_does_not_know() -> None:
    assert parts.light_of(Alert.BEHIND).word == "滞后"
    assert parts.light_of("cultivated") == parts.Light("none", "○", "cultivated")
    assert parts.light_of("behind", "慢了两个月") == parts.Light("warn", "▲", "慢了两个月")


def test_a_counted_figure_is_a_link_and_a_missing_one_says_so() -> None:
    assert '<a href="/list"><b>1\u202f234</b><small>个</small></a>' in drawn('{% figure 1234 "个" "/list" %}')
    assert '<span class="k-absent">待补录</span>' in drawn("{% figure nothing %}", nothing=None)
    assert "<b>0</b>" in drawn("{% figure 0 %}")


def test_facts_keep_zero_and_mark_what_is_missing() -> None:
    text = drawn("{% facts items %}", items=[parts.Fact("仪器", 0), parts.Fact("行业", None), parts.Fact("面积", "")])
    assert "<dd>0</dd>" in text
    assert text.count("待补录") == 2


def test_errors_stand_in_the_summary_and_at_the_field_in_the_same_words() -> None:
    form = ChangeForm({"name": "", "reason": "超过五个字的事由"})
    text = drawn("{% error_summary form %}{% field form.name %}{% field form.reason %}", form=form)
    assert "有 2 处需要改正" in text
    for name in ("name", "reason"):
        message = form.errors[name][0]
        assert f'<a href="#id_{name}">{form[name].label}：{message}</a>' in text
        assert f'<div class="k-error" id="id_{name}_error"><p>{message}</p></div>' in text
    assert 'aria-invalid="true"' in text


def test_a_form_without_errors_has_no_summary() -> None:
    assert drawn("{% error_summary form %}", form=ChangeForm()) == ""


def test_long_text_is_counted_against_its_limit() -> None:
    text = drawn('{% field form.reason "" "" "10:32" %}', form=ChangeForm())
    assert 'data-counter-for="id_reason" data-limit="5"' in text
    assert "最多 5 字" in text
    assert "已保存 10:32" in text


def test_a_table_writes_values_as_tables_do_and_escapes_the_rest() -> None:
    table = Table(
        heads=(Head("名称", sort_url="?sort=-name", direction="ascending"), Head("日期"), Head("数", numeric=True)),
        rows=(
            (
                Cell("<b>甲</b>", href="/p/1"),
                Cell(date(2022, 6, 30), label="日期"),
                Cell(1234, numeric=True, label="数"),
            ),
        ),
        foot=(Cell("合计"), Cell(""), Cell(1234, numeric=True, label="数")),
    )
    text = drawn("{% grid table %}", table=table)
    assert '<th scope="col" aria-sort="ascending"><a href="?sort=-name">名称' in text
    assert '<th scope="row" class="k-tight"><a href="/p/1">&lt;b&gt;甲&lt;/b&gt;</a></th>' in text
    assert '<td class="k-tight" data-label="日期">2022-06-30</td>' in text
    assert '<td class="num" data-label="数">1\u202f234</td>' in text
    assert text.index("<tfoot>") < text.index("合计")


def test_an_empty_table_says_why_and_what_to_do() -> None:
    text = drawn("{% grid table %}", table=Table(heads=(), rows=(), empty="还没有平台。", advice="先导入名录。"))
    assert "还没有平台。" in text
    assert "先导入名录。" in text
    assert "<table" not in text


def test_neighbouring_pages_are_links_only_where_they_are() -> None:
    text = drawn("{% keyset pages %}", pages={"count": 1000, "exact": False, "shown": 50, "next_url": "?at=x"})
    assert '<a rel="next" href="?at=x">下一页</a>' in text
    assert '<span aria-disabled="true">上一页</span>' in text
    assert "1\u202f000 条以上，本页 50 条" in text


def test_a_diff_marks_the_characters_that_changed() -> None:
    rows = parts.changed_lines("甲\n新增4个", "甲\n新增6个\n按季报送")
    assert [row.changed for row in rows] == [False, True, True]
    assert parts.DiffPart("gone", "4") in rows[1].before
    assert parts.DiffPart("new", "6") in rows[1].after
    assert rows[2] == parts.DiffRow((), (parts.DiffPart("new", "按季报送"),), changed=True)


def test_progress_of_nothing_is_done() -> None:
    assert parts.progress_of(0, 0).share == 1.0
    assert parts.progress_of(3, 12).share == 0.25
    assert parts.progress_of(20, 12).share == 1.0
