"""The working-day calendar for people: every year as it is, and a year entered from its notice.

Whoever is signed in may read it; the system administrator enters a year: the text or a file
first shows what would change, days and deadlines, and only then is confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.kernel import calendar_days
from kechuang.kernel.calendar_days import Day, DayChange
from kechuang.kernel.deadlines import Shift, deadlines_with
from kechuang.kernel.errors import Refused
from kechuang.kernel.models import CalendarNotice
from kechuang.kernel.uploads import CSV, UploadField
from kechuang.kernel.web import Request
from kechuang.ui.formats import day, moment
from kechuang.ui.parts import Action, Crumb, Fact
from kechuang.ui.tables import Cell, Head, Table

MOST_BYTES = 100_000
WEEKDAYS = (
    gettext_lazy("星期一"),
    gettext_lazy("星期二"),
    gettext_lazy("星期三"),
    gettext_lazy("星期四"),
    gettext_lazy("星期五"),
    gettext_lazy("星期六"),
    gettext_lazy("星期日"),
)


class YearForm(forms.Form):
    """A year's arrangement as it was published: pasted, or as a file."""

    source = forms.CharField(
        label=gettext_lazy("依据"), max_length=200, help_text=gettext_lazy("放假通知的名称或文号。")
    )
    text = forms.CharField(
        label=gettext_lazy("放假与调休"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy(
            "一行一段，例如“2027-02-05 至 2027-02-11 春节”“2027-02-20 上班”；也可粘贴三列 CSV：day,works,name。"
        ),
    )
    file = UploadField(accept=(CSV,), label=gettext_lazy("或上传 CSV 文件"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Take the text of the file where one was chosen."""
        told = super().clean() or {}
        if upload := told.get("file"):
            try:
                told["text"] = upload.read(MOST_BYTES + 1).decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("文件不是 UTF-8 编码的文本，请另存为 CSV UTF-8 后再上传。"))
            if upload.size > MOST_BYTES:
                self.add_error("file", _("文件太大；一年的安排不会超过 100 KB。"))
        if not self.errors and not told.get("text", "").strip():
            self.add_error("text", _("请粘贴放假安排，或上传文件。"))
        return told


@dataclass(frozen=True, slots=True)
class Preview:
    """What an arrangement would change: days, and deadlines with how many cases each."""

    days: list[Day]
    changes: list[DayChange]
    shifts: list[Shift]


@login_required
def years(request: Request) -> HttpResponse:
    """List the years the calendar holds, with where each comes from."""
    held = calendar_days.notices()
    labels = (_("年度"), _("状态"), _("依据"), _("录入"))
    rows = tuple(
        (
            Cell(str(year), href=reverse("workbench:calendar_year", args=[year]), label=labels[0]),
            Cell(
                _("已公布") if notice.published else _("暂按法定假日估算"),
                light="done" if notice.published else "due_soon",
                label=labels[1],
            ),
            Cell(notice.source, label=labels[2]),
            Cell(_entered(notice), label=labels[3]),
        )
        for year, notice in sorted(held.items(), reverse=True)
    )
    following = max(held, default=request.actor.today.year) + 1
    actions = []
    if request.actor.holds(calendar_days.KEEPER):
        words = _("录入 %(year)d 年") % {"year": following}
        actions = [Action(words, reverse("workbench:calendar_year", args=[following]))]
    context = {
        "heading": _("工作日历"),
        "lead": _("办理时限按这里的工作日计算；年度放假通知公布后录入，期限随之调整。"),
        "actions": actions,
        "table": Table(
            tuple(Head(label) for label in labels),
            rows,
            caption=_("工作日历"),
            empty=_("还没有任何年度。"),
            advice=_("载入规则库（kechuang catalogue load）后，历年安排会出现在这里。"),
        ),
    }
    return render(request, "workbench/calendar.html", context)


@login_required
def year(request: Request, year: int) -> HttpResponse:
    """Show a year's special days; the system administrator previews and confirms another arrangement."""
    if not calendar_days.FIRST_YEAR <= year <= calendar_days.LAST_YEAR:
        raise Http404
    keeper = request.actor.holds(calendar_days.KEEPER)
    if request.method == "POST" and not keeper:
        raise Http404
    notice = calendar_days.notices().get(year)
    if notice is None and not keeper:
        raise Http404
    form = YearForm(request.POST or None, request.FILES or None, initial={"version": calendar_days.calendar_version()})
    preview: Preview | None = None
    if keeper and form.is_valid():
        try:
            preview = _preview(year, form.cleaned_data["text"])
            if "confirm" in request.POST:
                return _entered_now(request, year, preview, form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            preview = None
    context = {
        "heading": _("%(year)d 年工作日历") % {"year": year},
        "crumbs": [Crumb(_("工作日历"), reverse("workbench:calendar")), Crumb(str(year))],
        "facts_of_year": _facts(notice),
        "table": _day_table(calendar_days.year_days(year).values(), _("节假日与调休")),
        "history": CalendarNotice.objects.filter(year=year).select_related("entered_by").order_by("-pk"),
        "keeper": keeper,
        "form": form,
        "year": year,
        "preview": preview,
        "changes": _change_table(preview.changes) if preview else None,
        "shifts": _shift_table(preview.shifts) if preview else None,
        "confirmed_text": form.cleaned_data.get("text", "") if preview else "",
    }
    return render(request, "workbench/calendar_year.html", context)


def _preview(year: int, text: str) -> Preview:
    days = calendar_days.days_read(text, year)
    if not days:
        raise Refused(_("没有读到任何调休或放假的日子。"), field="text")
    return Preview(
        days, calendar_days.changes_between(year, days), deadlines_with(calendar_days.calendar_with(year, days))
    )


def _entered_now(request: Request, year: int, preview: Preview, told: dict[str, Any]) -> HttpResponse:
    notice = calendar_days.year_enter(
        year=year, days=preview.days, source=told["source"], version=told["version"], actor=request.actor
    )
    messages.success(
        request,
        _("已录入 %(year)d 年的安排：%(days)d 天变化，%(cases)d 件办件的到期日随之调整。")
        % {"year": year, "days": len(notice.changes), "cases": notice.moved},
    )
    return redirect("workbench:calendar_year", year=year)


def _entered(notice: CalendarNotice) -> str:
    who = str(notice.entered_by) if notice.entered_by else _("随规则库")
    return f"{who} {moment(notice.entered_at)}"


def _facts(notice: CalendarNotice | None) -> list[Fact]:
    if notice is None:
        return [Fact(_("状态"), _("尚未录入"))]
    return [
        Fact(_("状态"), _("已公布") if notice.published else _("暂按法定假日估算，尚无放假通知")),
        Fact(_("依据"), notice.source),
        Fact(_("录入"), _entered(notice)),
    ]


def _weekday(on: date) -> str:
    return str(WEEKDAYS[on.weekday()])


def _worked(works: bool) -> str:  # noqa: FBT001 - a word for a truth
    return _("上班") if works else _("放假")


def _day_table(days: Any, caption: str) -> Table:
    labels = (_("日期"), _("星期"), _("安排"), _("名称"))
    rows = tuple(
        (
            Cell(day(row.day), label=labels[0]),
            Cell(_weekday(row.day), label=labels[1]),
            Cell(_worked(row.works), label=labels[2]),
            Cell(row.name, label=labels[3]),
        )
        for row in days
    )
    heads = tuple(Head(label) for label in labels)
    return Table(heads, rows, caption=caption, empty=_("没有录入特别安排的日子。"), advice=_("周一至周五为工作日。"))


def _change_table(changes: list[DayChange]) -> Table:
    labels = (_("日期"), _("星期"), _("原来"), _("改为"), _("名称"))
    rows = tuple(
        (
            Cell(day(row.day), label=labels[0]),
            Cell(_weekday(row.day), label=labels[1]),
            Cell(_worked(row.was), label=labels[2]),
            Cell(_worked(row.becomes), label=labels[3]),
            Cell(row.name, label=labels[4]),
        )
        for row in changes
    )
    heads = tuple(Head(label) for label in labels)
    return Table(heads, rows, caption=_("变化的日子"), empty=_("没有一天变化。"), advice=_("确认后只更新依据。"))


def _shift_table(shifts: list[Shift]) -> Table:
    labels = (_("原到期日"), _("新到期日"), _("办件"))
    rows = tuple(
        (
            Cell(day(row.before), label=labels[0]),
            Cell(day(row.after), label=labels[1]),
            Cell(row.cases, numeric=True, label=labels[2]),
        )
        for row in shifts
    )
    heads = (Head(labels[0]), Head(labels[1]), Head(labels[2], numeric=True))
    return Table(
        heads, rows, caption=_("移动的期限"), empty=_("没有期限移动。"), advice=_("正在计算的期限都不受影响。")
    )
